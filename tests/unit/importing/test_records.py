import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orquestra.importing.physical_lines import LONGEST_LINE, PhysicalLines
from orquestra.importing.records import Record, Records

cell = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)


def read_records(content: bytes, *, columns: int, delimiter: str = ",") -> list[Record]:
    lines = PhysicalLines(io.BytesIO(content))
    return list(Records(lines, columns=columns, delimiter=delimiter))


@pytest.mark.parametrize("delimiter", [",", ";"])
@given(
    rows=st.lists(st.lists(cell, min_size=3, max_size=3), max_size=8),
    writer=st.sampled_from([csv.excel, csv.unix_dialect]),
)
def test_what_a_csv_writer_wrote_is_read_back(
    rows: list[list[str]], writer: type[csv.Dialect], delimiter: str
) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, writer, delimiter=delimiter).writerows(rows)

    records = read_records(stream.getvalue().encode(), columns=3, delimiter=delimiter)

    assert [record.cells for record in records] == rows
    assert all(record.decoded and not record.fault for record in records)


@given(st.binary(max_size=300) | st.text(alphabet='a,"\r\n\0é', max_size=80).map(str.encode))
def test_any_bytes_are_read_and_each_physical_line_belongs_to_one_record(content: bytes) -> None:
    records = read_records(content, columns=3)

    numbers = [record.line for record in records]
    physical = content.count(b"\n") + (not content.endswith(b"\n") and content != b"")
    assert numbers == sorted(set(numbers))
    assert (numbers[0] if numbers else 1) == 1
    assert all(number <= physical for number in numbers)
    # Reading may begin behind any of them, and gives the others.
    for index, record in enumerate(records):
        rest = io.BytesIO(content[record.end :])
        lines = PhysicalLines(rest, number=record.last_line, offset=record.end)
        assert list(Records(lines, columns=3)) == records[index + 1 :]
    # Only a sound line of the right shape may span several physical ones.
    for record, following in zip(records, [*numbers[1:], physical + 1], strict=False):
        spanned = following - record.line
        assert spanned == 1 or (len(record.cells) == 3 and not record.fault)


@given(st.text(alphabet='a,"\n', max_size=30))
def test_the_open_quote_is_found_where_python_finds_it(text: str) -> None:
    try:
        list(csv.reader([text], strict=True))
        expected = False
    except csv.Error as error:
        if "unexpected end" not in str(error):
            return
        expected = True
    if "\n" in text:
        return
    records = Records(PhysicalLines(io.BytesIO()), columns=1)
    assert records.ends_inside_quotes(text.encode(), inside=False) == expected


def test_a_file_without_line_ends_does_not_fill_the_memory() -> None:
    lines = PhysicalLines(io.BytesIO(b"x" * (3 * LONGEST_LINE) + b"\nlast"))

    first, second = lines.take(), lines.take()

    assert first is not None
    assert second is not None
    assert (first.whole, len(first.content)) == (False, LONGEST_LINE + 1)
    assert (second.number, second.content, lines.take()) == (2, b"last", None)


def test_a_line_of_exactly_the_bound_is_read() -> None:
    content = b"x" * (LONGEST_LINE - 1) + b"\nb\n"

    assert [r.line for r in read_records(content, columns=1) if not r.fault] == [1, 2]


def test_an_open_quote_gives_the_lines_behind_it_back() -> None:
    content = b'a,"b\n' + b"c,d\n" * 300 + b'e,"f\ng"\n'

    records = read_records(content, columns=2)

    assert [record.line for record in records if record.fault] == [1]
    assert records[-1].cells == ["e", "f\ng"]
    assert len(records) == 302
