"""Where the database and the broker are, and the engine that everything goes through."""

import json

import sqlalchemy

from engine.clock import Clock, ShiftedClock, SystemClock
from normaliza.errors import ServerNotFound
from normaliza.private_servers import kept_broker_url, kept_database_url
from normaliza.settings import Settings

#: Connections of one process: its threads' (gunicorn's four, or one a Celery child) and a spare.
_POOL = 5


def database_url(settings: Settings) -> str:
    """The database's address: as set, else the private one's that `normaliza up` runs.

    Args:
        settings: The program's settings.

    Returns:
        The address.

    Raises:
        ServerNotFound: It is not set, and no private server was ever started in this home.
    """
    found = settings.database_url or kept_database_url(settings.home)
    if found is None:
        raise ServerNotFound(
            f"There is no database: NORMALIZA_DATABASE_URL is not set and {settings.home} has no "
            "private server. Set it, or run `normaliza up` first and leave it running."
        )
    return found


def broker_url(settings: Settings) -> str:
    """The broker's address: as set, else the private one's that `normaliza up` runs.

    Args:
        settings: The program's settings.

    Returns:
        The address.

    Raises:
        ServerNotFound: It is not set, and no private server was ever started in this home.
    """
    found = settings.broker_url or kept_broker_url(settings.home)
    if found is None:
        raise ServerNotFound(
            f"There is no broker: NORMALIZA_BROKER_URL is not set and {settings.home} has no "
            "private server. Set it, or run `normaliza up` first and leave it running."
        )
    return found


def open_database(settings: Settings) -> sqlalchemy.Engine:
    """Build the engine; it connects when first used.

    Args:
        settings: The program's settings.

    Returns:
        An engine whose error texts never hold a statement's values: these may be personal data.
    """
    return sqlalchemy.create_engine(
        database_url(settings),
        pool_size=_POOL,
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=_compact,
        connect_args={"application_name": "normaliza", "options": "-c timezone=UTC"},
    )


def choose_clock(settings: Settings) -> Clock:
    """The machine's clock; in development one that `normaliza clock advance` moves.

    Args:
        settings: The program's settings.

    Returns:
        The clock of this process.
    """
    if settings.development:
        return ShiftedClock(settings.clock_offset_file)
    return SystemClock()


def _compact(value: object) -> str:
    """JSON as the database stores it, without blanks and with letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
