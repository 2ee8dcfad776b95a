import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy

from normaliza.logging_setup import log_as_json
from orquestra.importing.staging import copy_rows

NAME, CPF = "Maria da Silva", "12345678909"
PERSONAL = ("bass2016", NAME, CPF, "maria@example.com", "senha-hash-antiga")

_INSERT = sqlalchemy.text(
    "INSERT INTO orquestra.login (login, name, cpf, email, password_hash, language, imported_at) "
    "VALUES (:login, :name, :cpf, :email, :hash, 'pt-BR', now())"
)
_PERSON = sqlalchemy.text(
    "INSERT INTO orquestra.person (cpf, name, created_at) VALUES (:cpf, :name, now())"
)


@pytest.fixture(autouse=True)
def _root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def break_a_check(connection: sqlalchemy.Connection) -> None:
    names = ("login", "name", "cpf", "email", "hash")
    connection.execute(_INSERT, dict(zip(names, PERSONAL, strict=True)))


def repeat_a_key(connection: sqlalchemy.Connection) -> None:
    for _ in range(2):
        connection.execute(_PERSON, {"cpf": CPF, "name": NAME})


def convert_what_is_no_number(connection: sqlalchemy.Connection) -> None:
    connection.execute(sqlalchemy.text("SELECT CAST(:cpf AS date)"), {"cpf": CPF})


def copy_a_bad_line(connection: sqlalchemy.Connection) -> None:
    connection.execute(sqlalchemy.text("CREATE TEMPORARY TABLE line (name text, born date)"))
    rows = [(NAME, CPF)]
    copy_rows(connection, table="line", columns=("name", "born"), rows=rows)


@pytest.mark.parametrize(
    ("act", "told"),
    [
        (break_a_check, "ck_login_password_wrapped"),
        (repeat_a_key, "uq_person_cpf"),
        (convert_what_is_no_number, "SQLSTATE 22"),
        (copy_a_bad_line, "SQLSTATE 22"),
    ],
)
def test_a_databases_error_reaches_the_log_without_the_row_it_is_about(
    database: sqlalchemy.Engine,
    capsys: pytest.CaptureFixture[str],
    act: Callable[[sqlalchemy.Connection], None],
    told: str,
) -> None:
    log_as_json("worker", "INFO")
    log = logging.getLogger("tasks.example")
    with (
        database.connect() as connection,
        pytest.raises((sqlalchemy.exc.DBAPIError, psycopg.Error)) as raised,
    ):
        act(connection)
    error = raised.value
    assert any(each in str(error) for each in PERSONAL)
    further_up = RuntimeError("the step is off")
    further_up.__cause__ = error

    log.error("It failed", exc_info=error)
    log.warning("It failed: %s", error)
    log.warning("It failed: %(exc)r", {"exc": error}, extra={"data": {"text": str(error)}})
    log.warning("It failed", extra={"error": error})
    log.error("It failed further up", exc_info=further_up)

    lines = capsys.readouterr().err.splitlines()
    events: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert len(events) == 5
    for line in lines:
        assert not [each for each in PERSONAL if each in line], line
    assert told in events[0]["exc_info"]
    assert "Traceback" in events[0]["exc_info"]
    assert "the step is off" in events[4]["exc_info"]


def test_a_text_that_comes_without_its_error_loses_the_detail(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_as_json("worker", "INFO")
    text = (
        'violates check constraint "x"\nDETAIL:  Failing row contains (7, Maria\nda Silva).\n'
        "[SQL: INSERT]"
    )

    logging.getLogger("tasks.example").warning(text)
    logging.getLogger("tasks.example").warning("%r", text)

    for line in capsys.readouterr().err.splitlines():
        message = json.loads(line)["message"]
        assert "Maria" not in message
        assert "Silva" not in message
        assert "violates check constraint" in message
        assert "[SQL: INSERT]" in message
