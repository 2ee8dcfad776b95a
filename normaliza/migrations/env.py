"""What Alembic runs for every migration command; it finds this file by its place."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, text

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


_given: Connection | None = context.config.attributes.get("connection")
if _given is not None:
    _migrate(_given)
else:  # `alembic -c alembic.ini -x url=…`, for whoever writes a migration
    with create_engine(context.get_x_argument(as_dictionary=True)["url"]).connect() as _own:
        _migrate(_own)
