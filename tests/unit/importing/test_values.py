import contextlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orquestra.importing import values
from orquestra.importing.account_lines import (
    COLUMNS,
    MORE_COLUMNS,
    STAGED,
    look,
    parse_account,
)
from orquestra.importing.account_passwords import columns_of
from orquestra.importing.cells import Cells
from orquestra.importing.errors import BadValue
from orquestra.importing.faults import shown
from orquestra.importing.options import ImportOptions
from orquestra.importing.process_lines import COLUMNS as PROCESS_COLUMNS
from orquestra.importing.process_lines import parse_process
from orquestra.importing.process_staging import STAGED as PROCESS_STAGED
from orquestra.passwords import CHEAP


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-02-16", datetime(2020, 2, 16, 3, tzinfo=UTC)),
        ("2019-01-15", datetime(2019, 1, 15, 2, tzinfo=UTC)),  # summer time
        ("2020-02-16T23:59:59", datetime(2020, 2, 17, 2, 59, 59, tzinfo=UTC)),
        ("2020-02-16 10:00", datetime(2020, 2, 16, 13, tzinfo=UTC)),
        ("2020-02-16T10:00:00Z", datetime(2020, 2, 16, 10, tzinfo=UTC)),
        ("2020-02-16T10:00:00.25+02:00", datetime(2020, 2, 16, 8, 0, 0, 250000, tzinfo=UTC)),
        (" 2020-02-16 ", datetime(2020, 2, 16, 3, tzinfo=UTC)),
        ("16/02/2020", datetime(2020, 2, 16, 3, tzinfo=UTC)),
        ("16/02/2020 10:00", datetime(2020, 2, 16, 13, tzinfo=UTC)),
        ("16/02/2020 23:59:59", datetime(2020, 2, 17, 2, 59, 59, tzinfo=UTC)),
        ("", None),
    ],
)
def test_an_instant_without_offset_stands_in_brasilia(text: str, expected: datetime | None) -> None:
    assert values.instant(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "16-02-2020",
        "2/16/2020",
        "31/02/2020",
        "16/02/20",
        "16/02/2020T10:00",
        "20200216",
        "2020-W07-7",
        "2020-02-30",
        "2020-02-16T24:30",
        "0001-01-01",
        "9999-12-31",
        "2020-02-16T10",
        "\N{FULLWIDTH DIGIT TWO}020-02-16",
        "2020-02-16T10:00+99:00",
        "x",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(BadValue, match="data inválida"):
        values.instant(text)


def test_what_expires_on_a_day_lasts_that_day() -> None:
    assert values.last_instant("2020-02-16") == datetime(2020, 2, 17, 2, 59, 59, tzinfo=UTC)
    assert values.last_instant("16/02/2020") == datetime(2020, 2, 17, 2, 59, 59, tzinfo=UTC)
    assert values.last_instant("2020-02-16T10:00") == datetime(2020, 2, 16, 13, tzinfo=UTC)


@pytest.mark.parametrize("text", ["true", "TRUE", "1", "sim", "S", " t "])
def test_yes_is_read(text: str) -> None:
    assert values.switch(text) is True


@pytest.mark.parametrize("text", ["false", "0", "não", "NAO", "n", "f"])
def test_no_is_read(text: str) -> None:
    assert values.switch(text) is False


def test_a_login_keeps_its_blanks_and_looks_like_itself_without_them() -> None:
    assert values.login_name(" Bass 2016") == " Bass 2016"
    assert look(" Bass 2016") == look("bass2016")


def test_a_secret_never_reaches_the_rejects() -> None:
    assert shown("senha_hash", "segredo") == ""


@pytest.mark.parametrize(
    "parse",
    [
        values.text(limit=5, required=True),
        values.login_name,
        values.optional_login,
        values.optional_switch,
        values.groups,
        values.language,
        values.switch,
        values.number,
        values.instant,
        values.last_instant,
    ],
)
@given(text=st.text() | st.from_regex(r"[0-9TZ:+. -]{1,30}", fullmatch=True))
def test_any_text_is_read_or_refused_in_words(parse: Callable[[str], object], text: str) -> None:
    with contextlib.suppress(BadValue):
        parse(text)


@given(st.lists(st.text(), min_size=18, max_size=18))
def test_any_texts_make_a_row_or_faults_of_accounts(texts: list[str]) -> None:
    columns = COLUMNS + MORE_COLUMNS
    cells = Cells(2, columns, texts)
    row, password = parse_account(cells, options=ImportOptions(profile=CHEAP, key=b"k" * 32))
    assert len(row) + len(columns_of(password, {})) == len(STAGED)
    assert all(fault.column in columns and fault.reason for fault in cells.faults)


@given(st.lists(st.text(), min_size=13, max_size=13))
def test_any_texts_make_a_row_or_faults_of_processes(texts: list[str]) -> None:
    cells = Cells(2, PROCESS_COLUMNS, texts)
    row = parse_process(cells)
    assert len(row) == len(PROCESS_STAGED)
    assert all(fault.column in PROCESS_COLUMNS and fault.reason for fault in cells.faults)
