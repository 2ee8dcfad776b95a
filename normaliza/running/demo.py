"""The first start's base to try everything on: made up, loaded through the real importer."""

import secrets
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Engine

from engine.clock import Clock
from normaliza.private_servers.keepsake import write_private
from normaliza.running.campaigns import REMINDERS
from normaliza.running.enrolment import enrol
from normaliza.running.importing import import_file
from normaliza.settings import Settings
from normaliza.wiring.runtime import build_runtime
from orquestra import campaign as rules
from orquestra import staff
from orquestra.campaign import Campaign
from orquestra.errors import StaffExists
from orquestra.sample import write_sample

ACCOUNTS = 200
SEED = 2016
STAFF = "equipe"
#: From the first start to the deadline.
_TIME_LEFT = timedelta(days=60)


def ensure_demo(settings: Settings) -> None:
    """Make what is missing of the demo base; a start that was broken off is completed.

    A base that has a campaign is somebody's own by now, and only its enrolment is completed.

    Args:
        settings: The program's settings, in development.
    """
    runtime = build_runtime(settings)
    with runtime.database.connect() as connection:
        opened = rules.current(connection, runtime.clock.now())
    if opened is None:
        folder = _files(settings.demo_folder, runtime.clock.now().date())
        for kind in ("accounts", "processes"):
            import_file(settings, kind=kind, path=folder / f"{kind}.csv", rejects_path=None)
        _add_staff(runtime.database, runtime.clock, settings.home)
        opened = _open_campaign(runtime.database, runtime.clock)
    enrol(runtime, opened)
    runtime.database.dispose()


def staff_password(home: Path) -> str | None:
    """The demo staff member's password.

    Args:
        home: The program's home.

    Returns:
        The password; None when this home has no demo base.
    """
    path = home / "staff-password"
    return path.read_text(encoding="ascii") if path.exists() else None


def _files(folder: Path, today: date) -> Path:
    """Make the base's files, once; they come all three or not at all."""
    if not (folder / "processes.csv").exists():
        write_sample(folder, accounts=ACCOUNTS, seed=SEED, today=today)
    return folder


def _add_staff(database: Engine, clock: Clock, home: Path) -> None:
    """Add the demo staff member with a password made here and kept under home."""
    password = staff_password(home)
    if password is None:
        password = secrets.token_urlsafe(12)
        write_private(home / "staff-password", password)
    try:
        with database.begin() as connection:
            staff.add(
                connection,
                username=STAFF,
                name="Equipe de Normalização",
                password=password,
                now=clock.now(),
            )
    except StaffExists:
        return  # an earlier start came this far


def _open_campaign(database: Engine, clock: Clock) -> Campaign:
    """Open the demo campaign now."""
    now = clock.now()
    with database.begin() as connection:
        return rules.open_campaign(
            connection,
            name="Normalização de contas",
            opens_at=now,
            deadline_on=(now + _TIME_LEFT).date(),
            reminders=REMINDERS,
            now=now,
        )
