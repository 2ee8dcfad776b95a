"""Bring a database to the newest schema, or ask whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, text

#: Any fixed number: whoever migrates holds this lock, a second one waits (PostgreSQL 13.3.5).
_LOCK = 7_262_001


def upgrade(url: str) -> None:
    """Run the migrations that the database lacks; safe to call from two programs at once.

    Args:
        url: The database's address.
    """
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.commit()
        command.upgrade(configure(connection), "head")
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
        connection.commit()
    engine.dispose()


def is_current(connection: Connection) -> bool:
    """Whether the database has every migration.

    Args:
        connection: On the database.

    Returns:
        True when nothing is missing.
    """
    head = ScriptDirectory.from_config(configure(connection)).get_current_head()
    context = MigrationContext.configure(connection, opts={"version_table_schema": "public"})
    return context.get_current_revision() == head


def configure(connection: Connection) -> Config:
    """Make Alembic's configuration in code: the program needs no file and no working folder.

    Args:
        connection: On the database.

    Returns:
        For Alembic's commands.
    """
    configuration = Config()
    configuration.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    configuration.set_main_option("script_location", str(Path(__file__).parent))
    configuration.attributes["connection"] = connection
    return configuration
