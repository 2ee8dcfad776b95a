"""Reads and writes of deployed definitions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, text

from engine.store.tables import definition


@dataclass(frozen=True, kw_only=True, slots=True)
class DefinitionRow:
    """One immutable version of a process."""

    id: int
    process: str
    version: int
    digest: str
    files: Mapping[str, str]
    #: What a call activity calls → the version that it was bound to.
    bindings: Mapping[str, int]


def of_version(connection: Connection, process: str, version: int) -> DefinitionRow | None:
    """Return one version of a process by its number."""
    row = connection.execute(
        select(definition).where(definition.c.process == process, definition.c.version == version)
    ).first()
    return _row(row) if row else None


def newest(connection: Connection, process: str) -> DefinitionRow | None:
    """Return the newest version of a process."""
    row = connection.execute(
        select(definition)
        .where(definition.c.process == process)
        .order_by(definition.c.version.desc())
        .limit(1)
    ).first()
    return _row(row) if row else None


def by_id(connection: Connection, definition_id: int) -> DefinitionRow:
    """Return one version."""
    row = connection.execute(select(definition).where(definition.c.id == definition_id)).one()
    return _row(row)


def add(
    connection: Connection,
    *,
    process: str,
    digest: str,
    files: Mapping[str, str],
    bindings: Mapping[str, int],
    deployed_by: str,
    now: datetime,
) -> DefinitionRow:
    """Add a version, or return the newest one where it is the same to the letter.

    One that calls another version than the newest does is not the same.

    The lock puts two deployments of one process in order.
    """
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtext('deploy:' || :process))"), {"process": process}
    )
    last = newest(connection, process)
    if last is not None and last.digest == digest and last.bindings == dict(bindings):
        return last
    values = {
        "process": process,
        "version": last.version + 1 if last else 1,
        "digest": digest,
        "files": dict(files),
        "bindings": dict(bindings),
        "deployed_by": deployed_by,
        "deployed_at": now,
    }
    row = connection.execute(insert(definition).values(values).returning(definition)).one()
    return _row(row)


def _row(row: object) -> DefinitionRow:
    """Return a database row as plain data."""
    names = ("id", "process", "version", "digest", "files", "bindings")
    return DefinitionRow(**{name: getattr(row, name) for name in names})
