"""Logins that an import brings while a campaign is open, by the commands that staff give."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from engine.clock import ManualClock
from engine.jobs import JobRunner
from engine.runtime import Runtime
from engine.sweep import Sweep
from normaliza.command_line import main
from normaliza.running import enrolment
from normaliza.settings import read_settings
from normaliza.wiring.definitions import deploy_shipped
from normaliza.wiring.runtime import operator_registry
from orquestra import campaign

TODAY = datetime.now(UTC).date()
DEADLINE = TODAY + timedelta(days=10)
TIMERS = "SELECT count(*) FROM engine.timer WHERE group_key IS NOT NULL"
LOGINS = "SELECT login, campaign_id IS NOT NULL FROM orquestra.login ORDER BY login"


@dataclass(frozen=True, kw_only=True)
class Operated:
    """A base with the shipped processes, and the commands on it."""

    database: Engine
    folder: Path
    environment: dict[str, str]

    def run(self, *words: str) -> str:
        """Give a command; returns what it says."""
        done = CliRunner().invoke(main, words, env=self.environment)
        assert done.exit_code == 0, done.output
        return done.output

    def accounts(self, *names: str, options: Sequence[str] = ()) -> str:
        """Import active logins of these names, each with a mailbox."""
        path = self.folder / "contas.csv"
        rows = (f"{name},Ana de {name},{name}@example.org\n" for name in names)
        path.write_text("login,nome,email\n" + "".join(rows), encoding="utf-8")
        return self.run("import", "accounts", str(path), *options)

    def open(self, deadline: date = DEADLINE) -> str:
        """Open a campaign."""
        return self.run("campaign", "open", "--name", "Fase 2", "--deadline", deadline.isoformat())

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with self.database.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]

    def runtime(self, now: datetime) -> Runtime:
        """Build the engine at an instant; it tells nobody of its jobs."""
        return Runtime(
            database=self.database,
            operators=operator_registry(read_settings(self.environment)),
            clock=ManualClock(now),
            announce=lambda _: None,
        )

    def sweep(self, now: datetime) -> None:
        """Do what beat and worker do at an instant."""
        runtime = self.runtime(now)
        sweep = Sweep(runtime=runtime)
        sweep.fire(sweep.run().timers)
        for (job_id,) in self.rows("SELECT id FROM engine.job WHERE state = 'ready'"):
            JobRunner(runtime=runtime).run(job_id)


@pytest.fixture
def operated(database: Engine, tmp_path: Path) -> Operated:
    """The commands on a database of the test's own; its broker is away, as it may be."""
    environment = {
        "NORMALIZA_HOME": str(tmp_path / "home"),
        "NORMALIZA_DATABASE_URL": database.url.render_as_string(hide_password=False),
        "NORMALIZA_BROKER_URL": "redis://127.0.0.1:1/0",
        "NORMALIZA_PASSWORD_COST": "cheap",
    }
    with database.begin() as connection:
        deploy_shipped(
            connection,
            operators=operator_registry(read_settings(environment)),
            now=datetime.now(UTC),
        )
    return Operated(database=database, folder=tmp_path, environment=environment)


def test_logins_imported_while_a_campaign_is_open_are_taken_in_and_counted(
    operated: Operated,
) -> None:
    assert "enrolled" not in operated.accounts("ana", "bia")
    assert "Logins enrolled: 2" in operated.open()
    [(before,)] = operated.rows(TIMERS)

    assert "enrolled" not in operated.accounts("caio", options=["--dry-run"])
    report = operated.folder / "r.json"
    said = operated.accounts("ana", "caio", "teste.integracao", options=["--report", str(report)])

    assert "Logins enrolled in the open campaign: 1" in said
    assert json.loads(report.read_text(encoding="utf-8"))["enrolled"] == 1
    assert operated.rows(LOGINS) == [
        ("ana", True),
        ("bia", True),
        ("caio", True),
        ("teste.integracao", False),
    ]
    assert operated.rows(TIMERS) == [(before // 2 * 3,)]


def test_an_enrolment_that_was_broken_off_is_completed_by_its_own_command(
    operated: Operated,
) -> None:
    refused = CliRunner().invoke(main, ["campaign", "enrol"], env=operated.environment)
    assert refused.exit_code == 1
    assert "No campaign is open" in refused.output
    operated.accounts("ana", "bia")
    operated.open()
    with operated.database.begin() as connection:
        # As a run leaves them that ended behind the import's last batch.
        connection.execute(
            text(
                "INSERT INTO orquestra.login (login, name, imported_at) "
                "VALUES ('caio', 'Caio', now()), ('dora', 'Dora', now())"
            )
        )

    assert "Logins enrolled: 2" in operated.run("campaign", "enrol")
    assert "Logins enrolled: 0" in operated.run("campaign", "enrol")

    assert all(enrolled for _, enrolled in operated.rows(LOGINS))


def test_a_login_that_comes_after_the_deadline_is_blocked_and_told_so(
    operated: Operated,
) -> None:
    operated.accounts("ana")
    operated.open()
    operated.run("clock", "advance", "15d")
    now = datetime.now(UTC) + timedelta(days=15)
    assert campaign.end_of_day(DEADLINE) < now
    operated.sweep(now)

    operated.accounts("ana", "bia")
    operated.sweep(now)

    assert operated.rows(
        "SELECT login, blocked_at IS NOT NULL FROM orquestra.login ORDER BY 1"
    ) == [
        ("ana", True),
        ("bia", True),
    ]
    assert operated.rows(
        "SELECT kind, address FROM orquestra.notice WHERE address LIKE 'bia%' ORDER BY id"
    ) == [("prazo_encerrado", "bia@example.org")]


def test_an_enrolment_that_a_postponement_overtakes_sets_the_new_deadline(
    operated: Operated,
) -> None:
    operated.accounts("ana")
    now, later = datetime.now(UTC), DEADLINE + timedelta(days=20)
    with operated.database.begin() as connection:
        as_it_was = campaign.open_campaign(
            connection,
            name="Fase 2",
            opens_at=now,
            deadline_on=DEADLINE,
            reminders=[],
            now=now,
        )
    postponed = ("--deadline", later.isoformat(), "--reason", "Greve", "--actor", "staff:1")
    operated.run("campaign", "postpone", *postponed)

    assert enrolment.enrol(operated.runtime(now), as_it_was) == 1

    assert operated.rows("SELECT due_at FROM engine.timer") == [(campaign.end_of_day(later),)]
