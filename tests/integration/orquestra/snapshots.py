"""All rows of all tables, to tell whether something left the base as it was."""

from typing import Any, TypeAlias

from sqlalchemy import Connection, select

from orquestra.store import tables

#: Each row as its columns and values, by table.
Snapshot: TypeAlias = dict[str, list[dict[str, Any]]]

#: What a link that was undone leaves behind, and why.
LEFT_BEHIND = {
    "account_link": "the link stays on record, undone",
    "link_event": "the ledger only ever grows",
    "link_held_task": "how the clocks stood, kept as evidence",
    "consent_record": "what the person released at gov.br was released",
    "ownership_decision": "who was asked and what was decided stays on record",
    "decision_batch": "as the decisions in it",
    "decision_batch_item": "as the decisions in it",
    "notice": "what was written to people was written",
    "notice_login": "as the notices",
    "password_reset": "the links to choose a password are void, and a new one is open",
    "portal_session": "who was in with the password is out for good",
    "person": "the person came through gov.br, and may come again",
    "company": "as the person's ties",
    "company_tie": "what gov.br says of the person",
}
#: The password is gone for good: a new one is chosen.
_PASSWORD = {name for name in tables.login.c.keys() if name.startswith("password_")}  # noqa: SIM118


def snapshot(connection: Connection) -> Snapshot:
    """Read every row that an undone link must leave as it was."""
    return {
        name: _rows(connection, name)
        for name in sorted(table.name for table in tables.metadata.tables.values())
        if name not in LEFT_BEHIND
    }


def _rows(connection: Connection, name: str) -> list[dict[str, Any]]:
    """Read a table, by its key."""
    table = tables.metadata.tables[f"orquestra.{name}"]
    without = _PASSWORD if name == "login" else set()
    rows = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
    return [{key: row[key] for key in row if key not in without} for row in rows]
