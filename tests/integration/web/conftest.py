"""The whole application on a real database, the shipped processes, and a gov.br in memory.

Jobs are done by `Portal.work()`, as a worker does them, without a broker in between.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from joserfc.jwk import RSAKey
from sqlalchemy import Engine, Row, Table, insert, select, text, update
from werkzeug.test import TestResponse

from engine.clock import ManualClock
from engine.jobs import JobRunner
from engine.runtime import Runtime
from engine.store.tables import job
from engine.store.waiting import Nudge
from govbr.client import GovbrClient
from govbr.sealing import Sealer
from govbr.settings import RelyingPartySettings
from govbr.testing import ScriptedProvider, settings_for_tests
from normaliza.wiring.definitions import deploy_shipped
from orquestra import campaign, passwords, staff
from orquestra.store import tables
from tasks.registration import build
from tasks.services import Services
from web.application import create_app
from web.services import WebServices, WebSettings

PASSWORD = "senha-de-teste"
DEADLINE = date(2026, 4, 1)
CPF = "12345678909"
OTHER_CPF = "52998224725"


@dataclass(kw_only=True)
class Browser:
    """One browser: follows what it is told to, and fills in the token of the page's form."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def post(self, path: str, *, page: str = "/ajuda", **form: str) -> TestResponse:
        """Send a form, with the token that `page` shows."""
        return self.client.post(path, data={**form, "csrf_token": self.token(page)})

    def token(self, page: str) -> str:
        """Read the token of a page's form."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(page).text)
        return found.group(1) if found else ""


@dataclass(kw_only=True)
class Portal:
    """Everything that a test of the road acts on."""

    app: Flask
    database: Engine
    runtime: Runtime
    provider: ScriptedProvider
    clock: ManualClock
    services: Services
    nudges: list[Nudge] = field(default_factory=list)

    def browser(self) -> Browser:
        """Open a browser that knows nothing yet."""
        return Browser(client=self.app.test_client())

    def work(self) -> None:
        """Do every job that is due, and those that follow from it."""
        runner = JobRunner(runtime=self.runtime)
        while self.nudges:
            runner.run(self.nudges.pop(0).job_id)

    def work_again(self) -> None:
        """Do the jobs that wait, as the sweep does after their delay."""
        with self.database.connect() as connection:
            waiting = connection.scalars(select(job.c.id).where(job.c.state == "ready")).all()
        for job_id in waiting:
            JobRunner(runtime=self.runtime).run(job_id)
        self.work()

    def enter(self, login: str = "bass2016", browser: Browser | None = None) -> Browser:
        """Sign a legacy login in."""
        browser = browser or self.browser()
        answer = browser.post("/", page="/", usuario=login, senha=PASSWORD)
        assert answer.status_code == 303, answer.text
        return browser

    def go_to_govbr(self, browser: Browser) -> str:
        """Press "Entrar com gov.br" on the screen; gives the address of gov.br."""
        answer = browser.post("/normalizacao/entrar", page="/normalizacao")
        assert answer.status_code == 303
        return str(answer.location)

    def come_back(self, browser: Browser, address: str) -> TestResponse:
        """Log in at gov.br, release the data, and come back."""
        return self.back_with(browser, self.provider.authorize(address))

    @staticmethod
    def back_with(browser: Browser, query: dict[str, str]) -> TestResponse:
        """Come back with this query."""
        return browser.client.get("/govbr/callback", query_string=query)

    def enter_directly(self) -> Browser:
        """Come in by "Entrar com gov.br" from the first page, naming no login."""
        browser = self.browser()
        begun = browser.post("/govbr/entrar", page="/")
        assert begun.status_code == 303
        assert self.come_back(browser, str(begun.location)).location == "/govbr/andamento"
        self.work()
        assert browser.get("/govbr/andamento").location == "/area"
        return browser

    def until_confirmation(self, browser: Browser) -> None:
        """Walk from the screen to the confirmation."""
        assert self.come_back(browser, self.go_to_govbr(browser)).status_code == 303
        self.work()

    def answer(self, browser: Browser, response: str) -> TestResponse:
        """Answer the confirmation."""
        return browser.post(
            "/normalizacao/confirmar", page="/normalizacao/confirmar", resposta=response
        )

    def login(self, login: str, /, **values: object) -> int:
        """Write a login whose password is `PASSWORD`, with one process and one task."""
        now = self.clock.now()
        defaults: dict[str, object] = {
            "login": login,
            "name": f"Titular de {login}",
            "password_hash": passwords.hash_new(PASSWORD, passwords.CHEAP),
            "password_format": passwords.ARGON2ID,
            "imported_at": now,
        }
        with self.database.begin() as connection:
            login_id: int = connection.execute(
                insert(tables.login).values(**defaults | values).returning(tables.login.c.id)
            ).scalar_one()
            process_id = connection.execute(
                insert(tables.process_record)
                .values(
                    number=849_700 + login_id,
                    code="P070",
                    name="Análise de Licença de Importação para Anuência",
                    version="3",
                    area="DICOR",
                    login_id=login_id,
                    situation="em_andamento",
                    opened_at=now - timedelta(days=30),
                )
                .returning(tables.process_record.c.id)
            ).scalar_one()
            connection.execute(
                insert(tables.open_task).values(
                    process_id=process_id, name="Responder", login_id=login_id
                )
            )
        return login_id

    def set_login(self, name: str, **values: object) -> None:
        """Change a login's row."""
        with self.database.begin() as connection:
            connection.execute(
                update(tables.login).where(tables.login.c.login == name).values(**values)
            )

    def row(self, name: str) -> Row[Any]:
        """Read a login's row."""
        with self.database.connect() as connection:
            return connection.execute(
                select(tables.login).where(tables.login.c.login == name)
            ).one()

    def all_of(self, table: Table) -> Sequence[Row[Any]]:
        """Read all rows of a table."""
        with self.database.connect() as connection:
            return connection.execute(select(table).order_by(table.c.get("id", text("ctid")))).all()

    def staff(self) -> Browser:
        """Open a browser in which a member of staff is signed in."""
        with self.database.begin() as connection:
            staff.add(
                connection,
                username="ana",
                name="Ana da Equipe",
                password="senha-da-equipe",
                now=self.clock.now(),
                profile=passwords.CHEAP,
            )
        browser = self.browser()
        page = "/equipe/entrar"
        answer = browser.post(page, page=page, usuario="ana", senha="senha-da-equipe")
        assert answer.location == "/equipe"
        return browser


@pytest.fixture(scope="session")
def provider_key() -> RSAKey:
    """The key that gov.br signs with, made once: making one takes longer than many tests."""
    return ScriptedProvider.new_key()


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """What the templates compile to, for all applications of the run."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def portal(
    database: Engine, clock: ManualClock, provider_key: RSAKey, compiled_templates: BytecodeCache
) -> Portal:
    """The application with the login bass2016 in an open campaign."""
    relying_party = settings_for_tests()
    provider = ScriptedProvider(relying_party, clock.now, key=provider_key)
    govbr = GovbrClient(relying_party, clock.now, provider.transport)
    made = open_portal(database, clock, relying_party, govbr, provider=provider)
    made.app.jinja_env.bytecode_cache = compiled_templates
    return made


def open_portal(
    database: Engine,
    clock: ManualClock,
    relying_party: RelyingPartySettings,
    govbr: GovbrClient,
    *,
    provider: ScriptedProvider,
) -> Portal:
    """Open the application at a provider, with the login bass2016 in an open campaign."""
    now, sealer = clock.now(), Sealer("a made-up secret for tests")
    services = Services(govbr=govbr, sealer=sealer, clock=clock.now)
    operators = build(services)
    nudges: list[Nudge] = []
    runtime = Runtime(database=database, operators=operators, clock=clock, announce=nudges.extend)
    with database.begin() as connection:
        deploy_shipped(connection, operators=operators, now=now)
        opened = campaign.open_campaign(
            connection,
            name="Normalização",
            opens_at=now - timedelta(days=1),
            deadline_on=max(DEADLINE, (now + timedelta(days=20)).date()),
            reminders=[],
            now=now - timedelta(days=2),
        )
    app = create_app(
        WebServices(
            database=database,
            runtime=runtime,
            clock=clock,
            relying_party=relying_party,
            sealer=sealer,
            settings=WebSettings(public_url="http://localhost", secret_key="s" * 32),
        )
    )
    app.jinja_env.globals["asset"] = lambda name: f"/static/dist/{name}"
    made = Portal(
        app=app,
        database=database,
        runtime=runtime,
        provider=provider,
        clock=clock,
        services=services,
        nudges=nudges,
    )
    made.login("bass2016", name="bassdrill", campaign_id=opened.id)
    return made
