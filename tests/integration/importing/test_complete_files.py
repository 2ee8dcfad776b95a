from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.importing.conftest import Importing

ONE = "1,P070,Análise,1,DCONF,,ana,em_andamento,2019-01-01,,Corrigir,ana,2026-05-01"
OF_THE_BODY = "1,P070,Análise,1,DCONF,,ana,em_andamento,2019-01-01,,Analisar,,"
TWO = "2,P070,Análise,1,DCONF,,bia,em_andamento,2019-01-01,,Pagar,bia,2026-05-01"
OPEN = """
    SELECT number, task.name FROM orquestra.open_task task
    JOIN orquestra.process_record process ON process.id = process_id
    WHERE concluded_at IS NULL ORDER BY 1, 2
"""


@pytest.fixture
def known(importing: "Importing") -> "Importing":
    """The importer on a base with two logins and their tasks."""
    importing.accounts("ana,Ana", "bia,Bia", header="login,nome")
    importing.processes(ONE, OF_THE_BODY, TWO)
    return importing


def test_a_task_that_a_complete_file_does_not_have_is_closed_and_reported(
    known: "Importing",
) -> None:
    report = known.processes(ONE, complete=True)

    assert report.facts["complete"] == {"closed": 2, "left": 0, "unreadable_lines": False}
    assert known.rows(OPEN) == [(1, "Corrigir")]
    assert known.rows(
        "SELECT DISTINCT concluded_by, concluded_at FROM orquestra.open_task "
        "WHERE concluded_at IS NOT NULL"
    ) == [("import", known.now)]
    [(summary,)] = known.rows("SELECT summary FROM orquestra.import_file ORDER BY id DESC LIMIT 1")
    assert summary["complete"]["closed"] == 2


def test_a_file_that_is_not_said_to_be_complete_closes_nothing(known: "Importing") -> None:
    known.processes(ONE)

    assert len(known.rows(OPEN)) == 3


@pytest.mark.parametrize(
    "line",
    [
        TWO.replace("2026-05-01", "ontem"),
        TWO.replace("bia", "ninguem"),
        TWO.replace("Pagar", "Outra").replace("em_andamento", "parado"),
    ],
)
def test_a_rejected_line_protects_the_tasks_of_its_process(known: "Importing", line: str) -> None:
    report = known.processes(ONE, line, complete=True)

    assert report.facts["complete"] == {"closed": 1, "left": 1, "unreadable_lines": False}
    assert known.rows(OPEN) == [(1, "Corrigir"), (2, "Pagar")]


@pytest.mark.parametrize("line", ["2,x", 'x,"', TWO.replace("2,", "dois,", 1)])
def test_a_line_that_does_not_tell_its_process_protects_them_all(
    known: "Importing", line: str
) -> None:
    report = known.processes(ONE, line, complete=True)

    assert report.facts["complete"] == {"closed": 0, "left": 2, "unreadable_lines": True}
    assert len(known.rows(OPEN)) == 3


def test_what_is_linked_keeps_its_tasks_whatever_a_file_has(known: "Importing") -> None:
    known.run("INSERT INTO orquestra.person (cpf, name, created_at) VALUES ('1', 'B', now())")
    known.run(
        "UPDATE orquestra.login SET state = 'linked', linked_at = now(), person_id = "
        "(SELECT id FROM orquestra.person) WHERE login = 'bia'"
    )

    report = known.processes(ONE, complete=True)

    assert report.facts["complete"]["closed"] == 1
    assert known.rows(OPEN) == [(1, "Corrigir"), (2, "Pagar")]


def test_a_task_that_comes_to_a_blocked_login_has_its_clock_held_since_the_block(
    known: "Importing",
) -> None:
    known.run("UPDATE orquestra.login SET blocked_at = '2026-03-01 02:59:59Z' WHERE login = 'ana'")

    known.processes(ONE.replace("Corrigir", "Nova"), TWO.replace("Pagar", "Nova"))

    assert known.rows(
        "SELECT login, held_seconds FROM orquestra.open_task task "
        "JOIN orquestra.login ON login.id = task.login_id WHERE task.name = 'Nova' ORDER BY 1"
    ) == [("ana", 62 * 86_400), ("bia", None)]
