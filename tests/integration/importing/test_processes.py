from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.importing.conftest import Importing

ACCOUNTS = ("bass2016,bassdrill,,,,,,,true,", "barzi,Barzi Motors,,,,,,,true,")
ONGOING = "849702,P070,Análise,1,DCONF,NCM 3209.10.10,bass2016,em_andamento,2019-07-23,,"
WITH_TASK = f"{ONGOING}Corrigir LI,bass2016,2026-05-01"
PLAIN = f"{ONGOING},,"
DONE = "353973,P070,Análise,1,DCONF,Barzi,barzi,concluido,2014-11-25,2014-12-01T10:30:00,,,"

# The line, the column at fault, the value shown, a word of the reason.
BAD = [
    ("1,P1,N,1,A,D,bass2016,em_andamento,2019-01-01,,,", "", "12", "colunas"),
    ("x1,P1,N,1,A,D,bass2016,em_andamento,2019-01-01,,,,", "numero", "x1", "número"),
    ("0,P1,N,1,A,D,bass2016,em_andamento,2019-01-01,,,,", "numero", "0", "número"),
    (
        "99999999999999999999,P1,N,1,A,D,bass2016,em_andamento,2019-01-01,,,,",
        "numero",
        "9" * 20,
        "",
    ),
    ("1٣,P1,N,1,A,D,bass2016,em_andamento,2019-01-01,,,,", "numero", "1٣", "número"),
    ("1,P1,,1,A,D,bass2016,em_andamento,2019-01-01,,,,", "nome", "", "vazio"),
    ("1,P1,N,1,A,D,ninguem,em_andamento,2019-01-01,,,,", "requisitante_login", "ninguem", "desc"),
    ("1,P1,N,1,A,D,,em_andamento,2019-01-01,,,,", "requisitante_login", "", "vazio"),
    ("1,P1,N,1,A,D,bass2016,parado,2019-01-01,,,,", "situacao", "parado", "desconhecida"),
    ("1,P1,N,1,A,D,bass2016,em_andamento,,,,,", "aberto_em", "", "vazio"),
    ("1,P1,N,1,A,D,bass2016,em_andamento,ontem,,,,", "aberto_em", "ontem", "inválida"),
    ("1,P1,N,1,A,D,bass2016,concluido,2019-01-01,,,,", "encerrado_em", "", "encerramento"),
    (
        "1,P1,N,1,A,D,bass2016,em_andamento,2019-01-01,2019-02-01,,,",
        "encerrado_em",
        "2019-02-01",
        "em andamento",
    ),
    (
        "1,P1,N,1,A,D,bass2016,concluido,2019-02-01,2019-01-01,,,",
        "encerrado_em",
        "2019-01-01",
        "anterior",
    ),
    (
        "1,P1,N,1,A,D,bass2016,em_andamento,2019-01-01,,T,ninguem,2026-01-01",
        "tarefa_responsavel_login",
        "ninguem",
        "desconhecido",
    ),
    (
        "1,P1,N,1,A,D,bass2016,em_andamento,2019-01-01,,T,bass2016,",
        "tarefa_expira_em",
        "",
        "prazo",
    ),
    ("1,P1,N,1,A,D,bass2016,em_andamento,2019-01-01,,,bass2016,", "tarefa", "", "falta o nome"),
    (
        "1,P1,N,1,A,D,bass2016,concluido,2019-01-01,2019-02-01,T,bass2016,2026-01-01",
        "tarefa",
        "T",
        "concluído",
    ),
    (PLAIN.replace("DCONF", "DICOR"), "numero", "849702", "linha 2"),
]


@pytest.fixture
def known(importing: "Importing") -> "Importing":
    """The importer on a base with two logins."""
    importing.accounts(*ACCOUNTS)
    return importing


@pytest.mark.parametrize(("line", "column", "value", "reason"), BAD)
def test_a_bad_line_is_rejected_with_its_reason_and_its_neighbours_come_in(
    known: "Importing", line: str, column: str, value: str, reason: str
) -> None:
    report = known.processes(WITH_TASK, line, DONE)

    assert (report.accepted, report.unchanged, report.rejected) == (2, 0, 1)
    [(number, found_column, found_value, found_reason)] = known.rejects()
    assert (number, found_column, found_value) == (3, column, value)
    assert reason in found_reason
    assert known.rows("SELECT number FROM orquestra.process_record ORDER BY 1") == [
        (353973,),
        (849702,),
    ]


def test_all_the_bad_lines_in_one_file_hinder_no_good_one(known: "Importing") -> None:
    report = known.processes(WITH_TASK, *(line for line, *_ in BAD), DONE)

    assert (report.accepted, report.rejected) == (2, len(BAD))
    assert [line for line, *_ in known.rejects()] == list(range(3, 3 + len(BAD)))


def test_several_lines_with_one_number_are_several_open_tasks(known: "Importing") -> None:
    report = known.processes(
        WITH_TASK,
        f"{ONGOING}Pagar GRU,bass2016,2026-04-01T12:00:00",
        f"{ONGOING}Pagar GRU,barzi,2026-04-01T12:00:00-03:00",
        f"{ONGOING}Analisar,,",
        f"{ONGOING}Analisar,,",
        PLAIN,
    )

    assert (report.accepted, report.unchanged, report.rejected) == (4, 2, 0)
    assert known.rows("SELECT count(*) FROM orquestra.process_record") == [(1,)]
    assert known.rows(
        "SELECT open_task.name, login, (expires_at AT TIME ZONE 'America/Sao_Paulo')::text "
        "FROM orquestra.open_task LEFT JOIN orquestra.login ON login.id = login_id "
        "ORDER BY open_task.name, login"
    ) == [
        ("Analisar", None, None),
        ("Corrigir LI", "bass2016", "2026-05-01 23:59:59"),
        ("Pagar GRU", "barzi", "2026-04-01 12:00:00"),
        ("Pagar GRU", "bass2016", "2026-04-01 12:00:00"),
    ]


def test_one_task_with_two_ends_is_taken_once_and_rejected_once(known: "Importing") -> None:
    report = known.processes(WITH_TASK, PLAIN, PLAIN, PLAIN, WITH_TASK.replace("05-01", "06-01"))

    assert (report.accepted, report.unchanged, report.rejected) == (1, 3, 1)
    [(line, column, _, reason)] = known.rejects()
    assert (line, column) == (6, "tarefa_expira_em")
    assert "linha 2" in reason


def test_the_same_file_again_changes_nothing(known: "Importing") -> None:
    lines = (WITH_TASK, "x", f"{ONGOING}Analisar,,", DONE)
    known.processes(*lines)
    before = known.rows("SELECT * FROM orquestra.process_record, orquestra.open_task ORDER BY 1")

    report = known.processes(*lines)

    assert (report.accepted, report.unchanged, report.rejected) == (0, 3, 1)
    after = known.rows("SELECT * FROM orquestra.process_record, orquestra.open_task ORDER BY 1")
    assert after == before


def test_a_later_file_brings_what_went_on_in_the_old_portal(known: "Importing") -> None:
    known.processes(WITH_TASK)

    report = known.processes(
        PLAIN.replace("em_andamento,2019-07-23,", "concluido,2019-07-23,2020-01-31")
    )

    assert report.accepted == 1
    assert known.rows("SELECT situation FROM orquestra.process_record") == [("concluido",)]
    assert known.rows(
        "SELECT concluded_by, (concluded_at AT TIME ZONE 'America/Sao_Paulo')::text "
        "FROM orquestra.open_task"
    ) == [("import", "2020-01-31 00:00:00")]


def test_a_task_concluded_here_is_not_reopened(known: "Importing") -> None:
    known.processes(WITH_TASK)
    known.run("UPDATE orquestra.open_task SET concluded_at = now(), concluded_by = 'login:1'")
    before = known.rows("SELECT * FROM orquestra.open_task")

    report = known.processes(WITH_TASK.replace("2026-05-01", "2026-09-01"))

    assert (report.accepted, report.unchanged) == (0, 1)
    assert known.rows("SELECT * FROM orquestra.open_task") == before


def test_a_task_whose_clock_is_held_keeps_its_end(known: "Importing") -> None:
    known.processes(WITH_TASK)
    known.run("UPDATE orquestra.open_task SET held_seconds = 60")
    before = known.rows("SELECT * FROM orquestra.open_task")

    known.processes(WITH_TASK.replace("2026-05-01", "2026-09-01"))

    assert known.rows("SELECT * FROM orquestra.open_task") == before


def test_a_concluded_process_is_not_reopened_and_that_is_said(known: "Importing") -> None:
    known.processes(PLAIN.replace("em_andamento,2019-07-23,", "concluido,2019-07-23,2020-01-31"))

    report = known.processes(PLAIN)

    assert report.rejected == 1
    assert known.rejects()[0][1:3] == ("situacao", "em_andamento")


def test_a_process_never_changes_its_requester(known: "Importing") -> None:
    known.processes(PLAIN)

    report = known.processes(PLAIN.replace("bass2016", "barzi"))

    assert report.rejected == 1
    assert known.rejects()[0][1:3] == ("requisitante_login", "barzi")


@pytest.mark.parametrize("state", ["linking", "linked"])
def test_what_belongs_to_a_login_on_its_way_or_linked_is_never_touched(
    known: "Importing", state: str
) -> None:
    known.processes(WITH_TASK, DONE)
    known.run("INSERT INTO orquestra.person (cpf, name, created_at) VALUES ('1', 'B', now())")
    known.run(
        f"UPDATE orquestra.login SET state = '{state}', linked_at = now(), person_id = "
        "(SELECT id FROM orquestra.person) WHERE login = 'bass2016'"
    )
    before = known.rows("SELECT * FROM orquestra.process_record, orquestra.open_task ORDER BY 1")

    report = known.processes(
        WITH_TASK.replace("DCONF", "DICOR").replace("2026-05-01", "2026-09-01"),
        WITH_TASK.replace("DCONF", "DICOR").replace("Corrigir", "Nova"),
        WITH_TASK.replace("849702", "849703"),
        DONE.replace("353973", "353974")
        .replace("concluido", "em_andamento")
        .replace("2014-12-01T10:30:00,,,", ",T,bass2016,2026-05-01"),
        DONE,
    )

    assert (report.accepted, report.unchanged, report.rejected) == (0, 2, 3)
    assert [(line, column) for line, column, *_ in known.rejects()] == [
        (3, "tarefa"),
        (4, "requisitante_login"),
        (5, "tarefa"),
    ]
    after = known.rows("SELECT * FROM orquestra.process_record, orquestra.open_task ORDER BY 1")
    assert after == before
