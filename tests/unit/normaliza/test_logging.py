import json
import logging
from collections.abc import Iterator

import pytest

from normaliza.logging_setup import log_as_json


@pytest.fixture(autouse=True)
def _root_logger_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_an_event_is_one_line_of_json_with_fixed_fields(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_as_json("worker", "INFO")
    logging.getLogger("tasks.example").info("Linked", extra={"action": "linked", "login": 7})

    (line,) = capsys.readouterr().err.splitlines()
    event = json.loads(line)
    assert event.pop("time").endswith("+00:00")
    assert event == {
        "level": "INFO",
        "process": "worker",
        "logger": "tasks.example",
        "message": "Linked",
        "action": "linked",
        "login": 7,
    }


def test_libraries_that_log_whole_addresses_are_kept_quiet(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_as_json("web", "INFO")
    logging.getLogger("httpx").info("HTTP Request: GET http://localhost/?code=geheim")

    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("_root_logger_as_it_was")
def test_a_tokens_data_is_not_logged_with_its_moves(capsys: pytest.CaptureFixture[str]) -> None:
    log_as_json("worker", "INFO")

    logging.getLogger("spiff.task").info("State changed", extra={"data": {"login_id": 7}})

    assert capsys.readouterr().err == ""
