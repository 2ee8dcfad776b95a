"""Runs base_audit.sql through nothing but a database driver: it knows no code of the program's."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg

RULES = Path(__file__).with_name("base_audit.sql")

_RULE = re.compile(r"^-- rule: (\w+)$", re.MULTILINE)


def rules() -> Iterator[tuple[str, str]]:
    """Give each rule's name and its statement."""
    _, *parts = _RULE.split(RULES.read_text(encoding="utf-8"))
    yield from zip(parts[::2], parts[1::2], strict=True)


def audit(connection: psycopg.Connection) -> dict[str, list[tuple[int, str]]]:
    """Find what breaks a rule: the rule's name, and the rows; empty when all is well."""
    found = {name: connection.execute(statement.encode()).fetchall() for name, statement in rules()}
    return {name: rows for name, rows in found.items() if rows}
