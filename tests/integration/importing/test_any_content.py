import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from orquestra.importing import ImportReport
    from tests.integration.importing.conftest import Importing

#: The database is emptied by hand between the examples.
REUSES_DATABASE = settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

anything = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)
day = st.sampled_from(["", "2019-01-01", "2019-01-01T10:00:00", "2019-13-01"])


def mostly(*likely: str) -> st.SearchStrategy[str]:
    """Draw what belongs in a column three times out of four, else any text."""
    return st.one_of(*[st.sampled_from(likely)] * 3, anything)


account = st.tuples(
    mostly("bass2016", "Bass2016", "barzi", "a b", "%_'\\"),
    mostly("Ana", "Zé \\N"),
    mostly("", "a@example.com"),
    mostly("", "12345678909"),
    mostly("", "12ABC34501DE35"),
    mostly(""),
    mostly(""),
    mostly("", "pt-BR"),
    mostly("true", "0"),
    day | anything,
)
process = st.tuples(
    mostly("1", "2", "3"),
    mostly("P070"),
    mostly("Análise"),
    mostly("1"),
    mostly("DICOR"),
    mostly(""),
    mostly("bass2016", "barzi"),
    mostly("em_andamento", "concluido"),
    day | anything,
    day | anything,
    mostly("", "", "T"),
    mostly("", "", "bass2016", "barzi"),
    day | anything,
)


def csv_line(row: tuple[str, ...]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="").writerow(row)
    return stream.getvalue()


def empty(importing: "Importing") -> None:
    for table in ("open_task", "process_record", "login"):
        importing.run(f"DELETE FROM orquestra.{table}")


def check_accounted(importing: "Importing", report: "ImportReport", lines: int) -> None:
    """Each line is counted once, and each rejected one has its row."""
    assert report.lines == lines
    rejected = {
        line for line, *_, reason in importing.rejects() if not reason.startswith("Aviso: ")
    }
    assert len(rejected) == report.rejected


@REUSES_DATABASE
@given(st.lists(account, max_size=12))
def test_any_text_in_any_column_of_accounts_is_taken_or_rejected_once(
    importing: "Importing", rows: list[tuple[str, ...]]
) -> None:
    empty(importing)
    lines = [csv_line(row) for row in rows]

    first = importing.accounts(*lines)
    again = importing.accounts(*lines)

    check_accounted(importing, first, len(rows))
    check_accounted(importing, again, len(rows))
    assert (again.accepted, again.rejected) == (0, first.rejected)
    assert importing.rows("SELECT count(*) FROM orquestra.login") == [(first.accepted,)]


@REUSES_DATABASE
@given(st.lists(process, max_size=12))
def test_any_text_in_any_column_of_processes_is_taken_or_rejected_once(
    importing: "Importing", rows: list[tuple[str, ...]]
) -> None:
    empty(importing)
    importing.accounts("bass2016,bassdrill,,,,,,,true,", "barzi,Barzi,,,,,,,true,")
    lines = [csv_line(row) for row in rows]

    first = importing.processes(*lines)
    again = importing.processes(*lines)

    check_accounted(importing, first, len(rows))
    check_accounted(importing, again, len(rows))
    assert (again.accepted, again.rejected) == (0, first.rejected)


@REUSES_DATABASE
@given(st.binary(max_size=200), st.integers(0, 400))
def test_a_file_cut_anywhere_or_followed_by_any_bytes_stops_nothing(
    importing: "Importing", tail: bytes, cut: int
) -> None:
    empty(importing)
    sound = "\n".join(f'l{number},"Nome, {number}",,,,,,,true,' for number in range(12)).encode()

    report = importing.accounts(sound[:cut] + tail)

    whole = sound[:cut].count(b"\n")
    assert report.accepted >= whole
    check_accounted(importing, report, report.lines)


def test_the_rejects_can_be_read_by_a_spreadsheet(importing: "Importing", tmp_path: Path) -> None:
    importing.accounts('"linha\ncom ""aspas"", e vírgula",,,,,,,,true,')

    content = (tmp_path / "rejects.csv").read_bytes().decode()

    assert content.startswith("linha,coluna,valor,motivo\r\n2,login,")
