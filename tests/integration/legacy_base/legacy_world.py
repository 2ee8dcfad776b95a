"""A base with every trap, brought in by the real importers; and the application on it, in process.

The people of people.json live at a gov.br in memory, all of them at once, and the walk of
tests/soak reaches the portal through WSGI as it reaches a running one by HTTP.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import sqlalchemy
from browsing import AtGovbr
from flask import Flask
from many_people import ManyPeople
from sqlalchemy import select

from engine.clock import ManualClock
from engine.jobs import JobRunner
from engine.runtime import Runtime
from engine.store.tables import job
from engine.store.waiting import Nudge
from engine.sweep import Sweep
from govbr.client import GovbrClient
from govbr.sealing import Sealer
from govbr.testing import settings_for_tests
from normaliza.running.enrolment import enrol
from normaliza.wiring.definitions import deploy_shipped
from orquestra import campaign, passwords, staff
from orquestra.importing import ImportOptions, ImportReport, import_accounts, import_processes
from orquestra.notices import LINK_PURPOSE
from orquestra.sample.traps import TrapSummary, write_traps
from orquestra.store import tables
from orquestra.store.tables import notice
from tasks.registration import build
from tasks.services import Services
from web.application import create_app
from web.services import WebServices, WebSettings

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
STAFF, STAFF_PASSWORD = "ana", "senha-da-equipe"


@dataclass(frozen=True, kw_only=True)
class TrapBase:
    """A trap base in a database.

    Args:
        summary: What was written.
        database: Where it was brought in.
        accounts: What the importer says of the logins.
        processes: What it says of the processes.
    """

    summary: TrapSummary
    database: sqlalchemy.Engine
    accounts: ImportReport
    processes: ImportReport


def bring_in(database: sqlalchemy.Engine, folder: Path, *, accounts: int, each: int) -> TrapBase:
    """Make a trap base and import it, as the command line does."""
    summary = write_traps(
        folder, accounts=accounts, seed=2019, today=NOW.date(), processes_per_account=each
    )
    options = ImportOptions(
        profile=passwords.CHEAP,
        key=passwords.seen_key("a made-up secret for tests"),
        adapters=passwords.read_adapters(folder / "adapters.toml"),
    )
    rest: dict[str, Any] = {"now": NOW, "progress": lambda _: None}
    return TrapBase(
        summary=summary,
        database=database,
        accounts=import_accounts(
            database,
            folder / "accounts.csv",
            rejects_path=folder / "accounts.rejects.csv",
            options=options,
            **rest,
        ),
        processes=import_processes(
            database,
            folder / "processes.csv",
            rejects_path=folder / "processes.rejects.csv",
            **rest,
        ),
    )


@dataclass(kw_only=True)
class InProcess:
    """The portal in the test's own process: jobs are done when somebody waits for them."""

    app: Flask
    runtime: Runtime
    clock: ManualClock
    provider: ManyPeople
    sealer: Sealer
    nudges: list[Nudge] = field(default_factory=list)

    def client(self) -> httpx.Client:
        """Open a browser of its own."""
        transport = httpx.WSGITransport(app=self.app)
        return httpx.Client(transport=transport, base_url="http://localhost")

    def at_govbr(self, client: httpx.Client, address: str, cpf: str, choice: AtGovbr) -> str:
        """Do at gov.br what a person does."""
        del client
        self.clock.advance(timedelta(seconds=1))
        self.provider.faults = {
            AtGovbr.CODE_REFUSED: {
                "token": lambda _: httpx.Response(400, json={"error": "invalid_grant"})
            },
            AtGovbr.COMPANIES_DOWN: {"empresas": lambda _: httpx.Response(503)},
        }.get(choice, {})
        if choice is AtGovbr.DENIES:
            query = self.provider.deny(address)
        else:
            query = self.provider.authorize_as(address, cpf)
        return f"{urlsplit(self.provider.settings.redirect_uri).path}?{urlencode(query)}"

    def mailed_link(self, login: str) -> str:
        """Open the newest link that the login's mailbox is to get."""
        newest = (
            select(notice.c.key, notice.c.sealed_link)
            .join(tables.login, tables.login.c.id == notice.c.login_id)
            .where(tables.login.c.login == login, notice.c.sealed_link.is_not(None))
            .order_by(notice.c.id.desc())
        )
        with self.runtime.database.connect() as connection:
            row = connection.execute(newest).first()
        if row is None:
            return ""
        opened = self.sealer.open(row.sealed_link, purpose=LINK_PURPOSE, bound_to=row.key)
        return urlsplit(opened.decode()).path

    def settle(self) -> None:
        """Do the jobs that were announced, and those that follow from them."""
        runner = JobRunner(runtime=self.runtime)
        while self.nudges:
            runner.run(self.nudges.pop(0).job_id)

    def patience(self) -> Iterator[None]:
        """Look twice: companies that did not answer are asked again a moment later."""
        yield
        self.pass_time(timedelta(minutes=3))
        yield

    def pass_time(self, time: timedelta) -> None:
        """Move the clock, and do what is due by then."""
        self.provider.faults = {}
        self.clock.advance(time)
        sweep = Sweep(runtime=self.runtime)
        while due := sweep.run().timers:
            sweep.fire(due)
            self.settle()
        with self.runtime.database.connect() as connection:
            waiting = select(job.c.id).where(
                job.c.state == "ready", job.c.due_at <= self.clock.now()
            )
            found = connection.scalars(waiting).all()
        for job_id in found:
            JobRunner(runtime=self.runtime).run(job_id)
        self.settle()


def run_portal(base: TrapBase, *, deadline_on: date) -> InProcess:
    """Open the campaign on a trap base and start the application in front of it."""
    clock, relying_party = ManualClock(NOW), settings_for_tests()
    people = json.loads((base.summary.directory / "people.json").read_text(encoding="utf-8"))
    provider = ManyPeople(relying_party, clock.now, {each["cpf"]: each for each in people})
    sealer = Sealer("a made-up secret for tests")
    govbr = GovbrClient(relying_party, clock.now, provider.transport)
    operators = build(Services(govbr=govbr, sealer=sealer, clock=clock.now))
    nudges: list[Nudge] = []
    runtime = Runtime(
        database=base.database, operators=operators, clock=clock, announce=nudges.extend
    )
    with base.database.begin() as connection:
        deploy_shipped(connection, operators=operators, now=NOW)
        opened = campaign.open_campaign(
            connection,
            name="Normalização",
            opens_at=NOW - timedelta(days=1),
            deadline_on=deadline_on,
            reminders=["P7D"],
            now=NOW,
        )
        staff.add(
            connection,
            username=STAFF,
            name="Ana da Equipe",
            password=STAFF_PASSWORD,
            now=NOW,
            profile=passwords.CHEAP,
        )
    enrol(runtime, opened)
    app = create_app(
        WebServices(
            database=base.database,
            runtime=runtime,
            clock=clock,
            relying_party=relying_party,
            sealer=sealer,
            settings=WebSettings(
                public_url="http://localhost", secret_key="s" * 32, password_profile=passwords.CHEAP
            ),
        )
    )
    app.jinja_env.globals["asset"] = lambda name: f"/static/dist/{name}"
    return InProcess(
        app=app, runtime=runtime, clock=clock, provider=provider, sealer=sealer, nudges=nudges
    )
