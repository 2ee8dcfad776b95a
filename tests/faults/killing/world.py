"""Everything that one campaign acts on: the program's processes on servers of their own."""

import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import sqlalchemy

from engine.clock import ShiftedClock
from engine.definitions import deploy
from engine.operators import OperatorRegistry
from killing import operators
from killing.children import Nursery
from killing.conductor import Conductor
from killing.desk import Desk
from killing.servers import Reader, Servers

WORKERS, BEATS, ISSUERS = 4, 2, 2
LEASE_SECONDS = 1
_HERE = Path(__file__).parent


class World:
    """Four workers, two beats, two issuers and an outside world, on a database of their own.

    Args:
        servers: Started.
        nursery: Started.
        sabotage: Guards that its processes lack.
        slow: One in so many long jobs takes longer than its lease.
    """

    def __init__(
        self, servers: Servers, nursery: Nursery, *, sabotage: Sequence[str] = (), slow: int = 3
    ) -> None:
        self.servers, self._nursery = servers, nursery
        self.home = Path(tempfile.mkdtemp(prefix="faults-"))
        self.database, self.broker = servers.new_world()
        self._reader = Reader(self.database)
        self.clock = ShiftedClock(self.home / "clock-offset")
        self.conductor, self.desk = Conductor(self.home / "points"), Desk(self.home / "desk")
        self.pids: dict[str, int] = {}
        self._web_port = free_ports(1)
        self._asked: dict[str, Any] = {
            "environment": {
                "NORMALIZA_HOME": str(self.home),
                "NORMALIZA_DATABASE_URL": self.database,
                "NORMALIZA_BROKER_URL": self.broker,
                "NORMALIZA_SECRET_KEY": "s" * 32,
                "NORMALIZA_JOB_LEASE_SECONDS": str(LEASE_SECONDS),
                "NORMALIZA_WORKERS": "1",
                "NORMALIZA_PORT": str(self._web_port),
                "NORMALIZA_LOG_LEVEL": "WARNING",
            },
            "conductor": self.conductor.address,
            "desk": self.desk.address,
            "outside": "",
            "sabotage": list(sabotage),
            "slow": slow,
            "log_file": str(self.home / "outside.sqlite"),
            "port_file": str(self.home / "outside.port"),
        }

    def __enter__(self) -> Self:
        self._asked["outside"] = self._start_outside()
        self._deploy()
        for role, many in (("worker", WORKERS), ("beat", BEATS), ("issuer", ISSUERS)):
            for number in range(many):
                self._fork(role, f"{role}-{number}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.conductor.clear()
        self._reader.close()
        for pid in self.pids.values():
            kill_group(pid)
        self.desk.close()
        self.conductor.__exit__()
        if kind is None:
            shutil.rmtree(self.home)

    def start_web(self) -> str:
        """Start a web server; give its address once it answers."""
        self._fork("web", "web-0")
        address = f"http://127.0.0.1:{self._web_port}"
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                httpx.get(f"{address}/health/live")
            except httpx.TransportError:
                time.sleep(0.05)  # between two tries
            else:
                return address
        raise TimeoutError("the web server did not start: see web-0.log")

    @property
    def outside_log(self) -> Path:
        """The outside world's own log."""
        return Path(self._asked["log_file"])

    def tend(self) -> int:
        """Start anew who died; give how many."""
        dead = [name for name, pid in self.pids.items() if self._nursery.is_dead(pid)]
        for name in dead:
            kill_group(self.pids[name])
            self._fork(name.split("-", 1)[0], name)
        return len(dead)

    def advance(self, by: timedelta) -> None:
        """Move the clock of all processes."""
        self.clock.advance(by)

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401
        """Ask the database."""
        return self._reader.rows(statement, **values)

    def _deploy(self) -> None:
        """Deploy the campaign's diagram."""
        files = {"faults.bpmn": (_HERE / "faults.bpmn").read_text(encoding="utf-8")}
        known = operators.add(OperatorRegistry())
        database = sqlalchemy.create_engine(self.database)
        with database.begin() as connection:
            deploy(connection, files, operators=known, deployed_by="test", now=self.clock.now())
        database.dispose()

    def _fork(self, role: str, name: str) -> None:
        log = str(self.home / f"{name}.log")
        self.pids[name] = self._nursery.fork(role=role, name=name, log=log, **self._asked)

    def _start_outside(self) -> str:
        self._fork("outside", "outside-0")
        port_file, end = Path(self._asked["port_file"]), time.monotonic() + 10
        while not port_file.exists():
            if time.monotonic() > end:
                raise TimeoutError("the outside world did not start")
            time.sleep(0.01)  # between two looks
        return f"http://127.0.0.1:{port_file.read_text(encoding='ascii')}"


def kill_group(pid: int) -> None:
    """Kill a process and its children as the kernel does, without a word."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def free_ports(count: int) -> int:
    """Find so many ports in a row that nobody listens on; give the first."""
    while True:
        with ExitStack() as stack:
            first = _bound(stack, 0)
            try:
                for port in range(first + 1, first + count):
                    _bound(stack, port)
            except (OSError, OverflowError):
                continue
            return first


def _bound(stack: ExitStack, port: int) -> int:
    found = stack.enter_context(socket.socket())
    found.bind(("127.0.0.1", port))
    return int(found.getsockname()[1])
