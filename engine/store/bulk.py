"""Writes many instances at once: arrays for the instances, COPY for what they wait for."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection

from engine.store.pipeline import run

if TYPE_CHECKING:
    import psycopg

# One that has the business key already stays what it is.
_ADD_INSTANCES = """
    INSERT INTO engine.instance (process, business_key, definition_id, group_key, state, steps,
        tokens, started_at, ended_at)
    SELECT %(process)s, key, %(definition_id)s, %(group_key)s, state, 1, tokens, %(now)s,
        CASE WHEN state = 'running' THEN NULL ELSE %(now)s END
    FROM unnest(%(keys)s::text[], %(states)s::text[], %(tokens)s::bytea[])
        AS given (key, state, tokens)
    ON CONFLICT (process, business_key) DO NOTHING
    RETURNING business_key, id
"""
_FIND = """
    SELECT business_key, id, state FROM engine.instance
    WHERE process = %(process)s AND business_key = ANY(%(keys)s)
"""

#: The columns that a bulk start fills, by table; what is left out has the table's own default.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "user_task": (
        "instance_id",
        "task_uid",
        "element_id",
        "name",
        "form",
        "assignee",
        "candidate_groups",
        "variables",
        "created_at",
    ),
    "timer": ("instance_id", "task_uid", "element_id", "group_key", "due_at", "created_at"),
    "subscription": ("instance_id", "task_uid", "element_id", "kind", "message", "created_at"),
    "history": (
        "instance_id",
        "step",
        "command",
        "actor",
        "at",
        "input",
        "moves",
        "changes",
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What all instances of one bulk start share.

    Args:
        process: The BPMN id of the process.
        definition_id: The version that they run on.
        group_key: Timers of one group are moved together.
        now: The instant of their start.
    """

    process: str
    definition_id: int
    group_key: str | None
    now: datetime


def add_instances(
    connection: Connection, batch: Batch, rows: Sequence[tuple[str, str, bytes]]
) -> dict[str, int]:
    """Add instances; return the ids of those that were not there, by business key.

    Args:
        connection: The caller's transaction.
        batch: What they share.
        rows: Business key, state and tokens of each.
    """
    values = {
        "process": batch.process,
        "definition_id": batch.definition_id,
        "group_key": batch.group_key,
        "now": batch.now,
        "keys": [key for key, _, _ in rows],
        "states": [state for _, state, _ in rows],
        "tokens": [tokens for _, _, tokens in rows],
    }
    (answer,) = run(connection, [(_ADD_INSTANCES, values)])
    return dict(cast("list[tuple[str, int]]", answer.fetchall()))


def find(connection: Connection, process: str, keys: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return id and state of the instances with some business keys."""
    (answer,) = run(connection, [(_FIND, {"process": process, "keys": list(keys)})])
    return {key: (number, state) for key, number, state in answer.fetchall()}


def copy(connection: Connection, table: str, lines: Iterable[str]) -> None:
    """Add rows by COPY.

    Args:
        connection: The caller's transaction.
        table: One of `COLUMNS`.
        lines: Rows in COPY's text format, see `line`.
    """
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    columns = ", ".join(COLUMNS[table])
    with driver.cursor().copy(f"COPY engine.{table} ({columns}) FROM STDIN".encode()) as stream:
        stream.write("".join(lines).encode())


def line(*values: object) -> str:
    """Return one row in COPY's text format (PostgreSQL manual, COPY, "Text Format")."""
    return "\t".join("\\N" if value is None else _escaped(str(value)) for value in values) + "\n"


def as_json(value: object) -> str:
    """Return a value as a JSON column takes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _escaped(text: str) -> str:
    """Keep backslashes, tabs and line ends from meaning anything."""
    if "\\" not in text and "\t" not in text and "\n" not in text and "\r" not in text:
        return text
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
