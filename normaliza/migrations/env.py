"""What Alembic runs for every command; it finds this file by its place.

`normaliza db upgrade` and `make migration` hand in the connection; there is no alembic.ini.
"""

from typing import Any

from alembic import context
from sqlalchemy import Connection, text

from normaliza.migrations.metadata import METADATA, SCHEMAS


def _ours(name: str | None, kind: str, _parents: Any) -> bool:  # noqa: ANN401 — Alembic's hook
    """Compare our schemas only: the database may hold others'."""
    return name in SCHEMAS if kind == "schema" else True


def _migrate(connection: Connection) -> None:
    """Make the schemas, which no table can do without, and run what was asked."""
    for schema in sorted(SCHEMAS):
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_schemas=True,
        include_name=_ours,
        compare_server_default=True,
        version_table_schema="public",
    )
    with context.begin_transaction():
        context.run_migrations()


_migrate(context.config.attributes["connection"])
