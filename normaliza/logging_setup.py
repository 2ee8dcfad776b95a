"""JSON logs on standard error: one line an event, fixed fields, nothing private, no rows.

Fields of every line: `time` (UTC), `level`, `process` (web, worker, …), `logger`, `message`; and
what the caller gave in `extra`, `action` first of all.
"""

import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pythonjsonlogger.json import JsonFormatter

from engine.database_errors import replacements_for, without_rows
from normaliza.redaction import redacted

#: At INFO these write whole addresses, of pages with their queries or of mailboxes.
_WITH_ADDRESSES = ("httpx", "httpcore", "werkzeug", "mail.log")
#: At INFO these write of each sweep; jobs are logged by the engine.
_EVERY_SECOND = ("celery.beat", "celery.worker.strategy", "celery.app.trace")

#: At INFO these write each move of a token, with its data; the history keeps the moves.
_EVERY_MOVE = ("spiff",)


#: Written by ourselves: an instant is no number to be masked.
_FIXED = frozenset({"time", "level", "process", "logger", "action"})


class _Formatter(JsonFormatter):
    """Names the fields as above and writes the time as RFC 3339 in UTC."""

    def __init__(self, process: str) -> None:
        super().__init__(
            ["asctime", "levelname", "name", "message"],
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            static_fields={"process": process},
        )

    def add_fields(
        self,
        log_data: dict[str, Any],
        record: logging.LogRecord,
        message_dict: dict[str, Any],
    ) -> None:
        """Fill the line in, and take out rows that database errors tell and all that is private."""
        super().add_fields(log_data, record, message_dict)
        given = record.args.values() if isinstance(record.args, Mapping) else record.args or ()
        errors = [each for each in given if isinstance(each, BaseException)]
        at_hand = replacements_for(record.exc_info[1] if record.exc_info else None, *errors)
        for name, value in log_data.items():
            if name not in _FIXED:
                told = without_rows(value, replacements=at_hand)
                log_data[name] = redacted(told, name=name)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 — logging's own name and shape
        """Write the instant of an event."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def log_as_json(process: str, level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]) -> None:
    """Send every logger's events to standard error as JSON.

    Args:
        process: What this process is, for the field `process`.
        level: The least grave level that is written.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in _WITH_ADDRESSES + _EVERY_SECOND + _EVERY_MOVE:
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
