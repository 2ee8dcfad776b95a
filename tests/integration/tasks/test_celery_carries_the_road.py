"""The road of one login, from the screen to the receipt, through a real Celery worker.

No beat runs: what arrives at the worker was told to the broker at the commit, by name.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
import sqlalchemy
from celery import Celery
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from engine.commands import StartInstance
from engine.runtime import Runtime
from engine.sweep import Sweep
from normaliza.settings import Settings, read_settings
from normaliza.wiring.database import choose_clock
from normaliza.wiring.definitions import deploy_shipped
from normaliza.wiring.relying_party import relying_party, sealer
from normaliza.wiring.runtime import build_celery, build_runtime
from orquestra import passwords
from orquestra.store import tables
from web.application import create_app
from web.services import WebServices, WebSettings

from ...simulated.govbr import Simulator

pytestmark = pytest.mark.stack

LOGIN, LOGIN_PASSWORD = "bass2016", "senha-de-teste"
#: A made-up person of the simulator's.
WITHOUT_COMPANY = "57831469273"
CARRIED = ("govbr.exchange", "consent.record_result", "account.migrate")


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Look again and again, until a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)  # between two looks


def free_ports(count: int) -> list[int]:
    """Find ports that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@dataclass(kw_only=True)
class Events:
    """What Celery itself says of its tasks (its monitoring guide, "Events")."""

    celery: Celery
    seen: list[dict[str, Any]] = field(default_factory=list)
    listening: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        """Keep every event until told to end."""
        with self.celery.connection_for_read() as connection:
            receiver = self.celery.events.Receiver(connection, handlers={"*": self.seen.append})
            with receiver.consumer_context() as (channel, _tag, _consumers):
                self.listening.set()
                while not self.over.is_set():
                    try:
                        channel.connection.client.drain_events(timeout=0.2)
                    except TimeoutError:
                        continue

    def names(self) -> dict[str, str]:
        """Give the names of received tasks by their ids."""
        return {e["uuid"]: e["name"] for e in list(self.seen) if e["type"] == "task-received"}

    def times(self, kind: str) -> dict[str, float]:
        """Give when each task sent, received or succeeded, by its id."""
        return {e["uuid"]: e["timestamp"] for e in list(self.seen) if e["type"] == kind}


@dataclass(kw_only=True)
class Stack:
    """The pages, the simulator and the database; the worker is a process of its own."""

    settings: Settings
    runtime: Runtime
    client: FlaskClient
    environment: dict[str, str]
    log: Path
    govbr: Simulator

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker."""
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "normaliza", "worker"],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def post(self, path: str, page: str, **form: str) -> Any:  # noqa: ANN401 — werkzeug's response
        """Send a page's form."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(page).text)
        assert found, page
        return self.client.post(path, data={**form, "csrf_token": found.group(1)})

    def come_back_from_govbr(self) -> None:
        """Sign in, go to gov.br, release the data and come back with the code."""
        assert self.post("/", "/", usuario=LOGIN, senha=LOGIN_PASSWORD).status_code == 303
        address = self.post("/normalizacao/entrar", "/normalizacao").location
        back = self.govbr.visit(address, WITHOUT_COMPANY)
        assert self.client.get("/govbr/callback", query_string=back).status_code == 303

    def progress(self) -> dict[str, Any]:
        """Ask how it goes, as the page does."""
        return dict(self.client.get("/normalizacao/andamento.json").json or {})

    def may_confirm(self) -> bool:
        """Whether the page leads to the confirmation."""
        return self.progress().get("next_url") == "/normalizacao/confirmar"

    def confirm(self) -> None:
        """Confirm who came back."""
        page = "/normalizacao/confirmar"
        assert self.post(page, page, resposta="confirmar").status_code == 303

    def done(self) -> bool:
        """Whether the page says that all is done."""
        return self.progress().get("done") is True

    def outcome(self) -> tuple[str, str]:
        """Give the login's state and the link's."""
        with self.runtime.database.connect() as connection:
            login = connection.execute(select(tables.login.c.state)).scalar_one()
            link = connection.execute(select(tables.account_link.c.state)).scalar_one()
        return str(login), str(link)


def _base(database: sqlalchemy.Engine) -> None:
    """Write one login with one process."""
    now = datetime.now(UTC)
    with database.begin() as connection:
        login_id = connection.execute(
            insert(tables.login)
            .values(
                login=LOGIN,
                name="bassdrill",
                password_hash=passwords.hash_new(LOGIN_PASSWORD, passwords.CHEAP),
                password_format=passwords.ARGON2ID,
                imported_at=now,
            )
            .returning(tables.login.c.id)
        ).scalar_one()
        connection.execute(
            insert(tables.process_record).values(
                number=849_700,
                code="P070",
                name="Análise de Licença de Importação para Anuência",
                version="3",
                area="DICOR",
                login_id=login_id,
                situation="em_andamento",
                opened_at=now,
            )
        )


@pytest.fixture
def stack(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Stack]:
    """Everything but worker and beat, on a database and a broker of the test's own."""
    port, login_port, api_port = map(str, free_ports(3))
    ours = {
        "NORMALIZA_HOME": str(tmp_path),
        "NORMALIZA_DATABASE_URL": database_url,
        "NORMALIZA_BROKER_URL": redis_url,
        "NORMALIZA_PORT": port,
        "NORMALIZA_SIMULATOR_PORT": login_port,
        "NORMALIZA_SIMULATOR_API_PORT": api_port,
        "NORMALIZA_SECRET_KEY": "s" * 32,
        "NORMALIZA_WORKERS": "1",
    }
    others = ("NORMALIZA_", "GOVBR_")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(others)} | ours
    settings = read_settings(ours)
    runtime = build_runtime(settings)
    _base(runtime.database)
    with runtime.database.begin() as connection:
        deploy_shipped(connection, operators=runtime.operators, now=datetime.now(UTC))
    app = create_app(
        WebServices(
            database=runtime.database,
            runtime=runtime,
            clock=choose_clock(settings),
            relying_party=relying_party(settings),
            sealer=sealer(settings),
            settings=WebSettings(
                public_url=settings.public_url, secret_key=settings.secret_key, development=True
            ),
        )
    )
    app.jinja_env.globals["asset"] = lambda name: f"/static/dist/{name}"
    with Simulator(environment, tmp_path / "simulator.log") as govbr:
        yield Stack(
            settings=settings,
            runtime=runtime,
            client=app.test_client(),
            environment=environment,
            log=tmp_path / "worker.log",
            govbr=govbr,
        )
    runtime.database.dispose()


@contextmanager
def working(stack: Stack) -> Iterator[None]:
    """Run a worker that takes messages already; it is killed at the end."""
    process = stack.start_worker()
    celery = build_celery(stack.settings)
    try:
        until(lambda: celery.control.ping(timeout=0.5))
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
        celery.close()


@pytest.fixture
def worker(stack: Stack) -> Iterator[None]:
    """A worker for the whole test."""
    with working(stack):
        yield


@pytest.fixture
def events(stack: Stack) -> Iterator[Events]:
    """Celery's events from now on."""
    made = Events(celery=build_celery(stack.settings))
    thread = threading.Thread(target=made.listen)
    thread.start()
    assert made.listening.wait(10)
    yield made
    made.over.set()
    thread.join(10)
    made.celery.close()


@pytest.mark.usefixtures("worker")
def test_each_step_of_the_road_is_a_celery_task_by_its_name_and_follows_within_a_second(
    stack: Stack, events: Events
) -> None:
    stack.come_back_from_govbr()
    until(stack.may_confirm)
    stack.confirm()
    until(stack.done)
    assert stack.outcome() == ("linked", "done")
    until(lambda: set(CARRIED) <= set(events.names().values()))
    until(lambda: set(events.names()) <= set(events.times("task-succeeded")))
    names = list(events.names().values())
    assert "engine.sweep" not in names
    assert [names.count(name) for name in CARRIED] == [1, 1, 1]
    sent, started = events.times("task-sent"), events.times("task-started")
    for uuid, name in events.names().items():
        assert uuid in sent, name
        assert started[uuid] - sent[uuid] <= 1.0, name


def test_a_broker_that_lost_everything_costs_a_sweep_and_no_work(stack: Stack) -> None:
    with working(stack):
        stack.come_back_from_govbr()
        until(stack.may_confirm)
    stack.confirm()
    with redis.Redis.from_url(stack.settings.broker_url or "") as broker:
        assert broker.llen("interactive") == 1, "the nudge waits in the broker"
        broker.flushdb()
    sweep = Sweep(runtime=stack.runtime, nudge_after_seconds=0.5)

    def swept_and_done() -> bool:
        sweep.run()
        return stack.done()

    with working(stack):
        assert not stack.done(), "nobody told the worker"
        until(swept_and_done)
    assert stack.outcome() == ("linked", "done")


@pytest.mark.usefixtures("worker")
def test_the_deadline_is_a_celery_task_by_its_name(stack: Stack, events: Events) -> None:
    with stack.runtime.database.connect() as connection:
        login_id = connection.execute(select(tables.login.c.id)).scalar_one()
    passed = datetime.now(UTC) - timedelta(seconds=1)
    stack.runtime.execute(
        StartInstance(
            process="normalizacao",
            business_key=f"login:{login_id}",
            variables={"login_id": login_id, "prazo": passed.isoformat()},
        )
    )

    # What a beat sends every second.
    events.celery.send_task("engine.sweep", queue="sweep")

    def blocked() -> bool:
        with stack.runtime.database.connect() as connection:
            return connection.execute(select(tables.login.c.blocked_at)).scalar() is not None

    until(blocked)
    carried = {"engine.sweep", "engine.fire_timers", "campaign.block"}
    until(lambda: carried <= set(events.names().values()))
