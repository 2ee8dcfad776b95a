# ruff: noqa: INP001 - scripts, not a package
"""What `deadline_storm` storms: the program's own processes, and a customer's page meanwhile."""

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import sqlalchemy
from sqlalchemy import insert

from normaliza.settings import Settings, read_settings
from orquestra import passwords
from orquestra.store import tables

LOGIN, PASSWORD = "bass2016", "senha-de-teste"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_PATIENCE = 60.0


class Program:
    """The program's processes on one database and broker.

    Args:
        home: Their folder.
        database_url: The database.
        broker_url: The broker.
    """

    def __init__(self, home: Path, database_url: str, broker_url: str) -> None:
        self.port, self.simulator_port, api_port = _free_ports(3)
        self._home = home
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("NORMALIZA_", "GOVBR_"))},
            "NORMALIZA_HOME": str(home),
            "NORMALIZA_DATABASE_URL": database_url,
            "NORMALIZA_BROKER_URL": broker_url,
            "NORMALIZA_PORT": str(self.port),
            "NORMALIZA_SIMULATOR_PORT": str(self.simulator_port),
            "NORMALIZA_SIMULATOR_API_PORT": str(api_port),
            "NORMALIZA_SECRET_KEY": "s" * 32,
            "NORMALIZA_WORKERS": "2",
        }

    def settings(self) -> Settings:
        """Read what they are told."""
        names = ("NORMALIZA_", "GOVBR_")
        return read_settings({k: v for k, v in self._environment.items() if k.startswith(names)})

    @contextmanager
    def running(self, *names: str) -> Iterator[None]:
        """Run some of them; they are ended in order."""
        processes = [self._start(name) for name in names]
        try:
            yield
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                process.wait(_PATIENCE)

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        with (self._home / f"{name}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", "normaliza", name],
                env=self._environment,
                stdout=log,
                stderr=log,
            )


class Page:
    """A customer's workspace, asked for again and again.

    Args:
        port: Where the web listens.
    """

    def __init__(self, port: int) -> None:
        self._client = httpx.Client(base_url=f"http://localhost:{port}", timeout=30)

    def enter(self) -> None:
        """Sign in, once the web answers."""
        until(self._answers)
        token = _TOKEN.search(self._client.get("/").text)
        form = {"usuario": LOGIN, "senha": PASSWORD, "csrf_token": token.group(1) if token else ""}
        self._client.post("/", data=form)
        self.ask()

    def ask(self) -> float:
        """Ask for the page; return how many milliseconds the answer took."""
        started = time.perf_counter()
        answer = self._client.get("/area")
        if answer.status_code != httpx.codes.OK:
            raise SystemExit(f"The workspace answered {answer.status_code}.")
        return (time.perf_counter() - started) * 1_000

    @contextmanager
    def asked(self) -> Iterator[list[float]]:
        """Ask all the while, five times a second; the list has what each answer took."""
        took: list[float] = []
        over = threading.Event()

        def ask() -> None:
            while not over.wait(0.2):
                took.append(self.ask())

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            yield took
        finally:
            over.set()
            thread.join()

    def _answers(self) -> bool:
        try:
            return self._client.get("/health/ready").status_code == httpx.codes.OK
        except httpx.TransportError:
            return False


def add_customer(database: sqlalchemy.Engine) -> None:
    """Write one login with one process, so that the page has something to show."""
    now = datetime.now(UTC)
    with database.begin() as connection:
        login_id = connection.execute(
            insert(tables.login)
            .values(
                login=LOGIN,
                name="bassdrill",
                password_hash=passwords.hash_new(PASSWORD, passwords.CHEAP),
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


def p95(took: list[float]) -> float:
    """Return what 95 of 100 stayed below."""
    return statistics.quantiles(took, n=20)[-1]


def until(condition: Callable[[], bool], seconds: float = _PATIENCE, every: float = 0.1) -> None:
    """Look again and again, until a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit("It did not come about in time.")
        time.sleep(every)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
