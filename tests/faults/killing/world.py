"""Everything that one campaign acts on: the program's processes on servers of their own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import httpx
import sqlalchemy

from engine.clock import ShiftedClock
from engine.definitions import deploy
from engine.operators import OperatorRegistry
from killing import operators
from killing.conductor import Conductor
from killing.desk import Desk
from killing.servers import Reader, Servers
from normaliza.lifeline import end_with_parent

WORKERS, BEATS, ISSUERS = 4, 2, 2
LEASE_SECONDS = 1
_HERE = Path(__file__).parent


class Nursery:
    """The process that forks others.

    Args:
        home: For its log.
    """

    def __init__(self, home: Path) -> None:
        with (home / "nursery.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(_HERE / "nursery.py")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                preexec_fn=end_with_parent(signal.SIGKILL),  # noqa: PLW1509 — see lifeline
            )
        self._changed = threading.Condition()
        self._pids: dict[str, int] = {}
        self._dead: set[int] = set()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def fork(self, **asked: Any) -> int:  # noqa: ANN401 — as JSON
        """Make a process and give its number."""
        with self._changed:
            self._pids.pop(asked["name"], None)
            _pipe(self._process.stdin).write(json.dumps(asked).encode() + b"\n")
            _pipe(self._process.stdin).flush()
            if not self._changed.wait_for(lambda: asked["name"] in self._pids, 30):
                raise TimeoutError("the nursery did not answer: see nursery.log")
            return self._pids[asked["name"]]

    def is_dead(self, pid: int) -> bool:
        """Tell whether one of its children is over."""
        with self._changed:
            return pid in self._dead

    def close(self) -> None:
        """End it; its children end with it."""
        _pipe(self._process.stdin).close()
        self._process.wait(10)
        self._reader.join(10)
        _pipe(self._process.stdout).close()

    def _read(self) -> None:
        for line in _pipe(self._process.stdout):
            said = json.loads(line)
            with self._changed:
                if "born" in said:
                    self._dead.discard(said["pid"])
                    self._pids[said["born"]] = said["pid"]
                else:
                    self._dead.add(said["died"])
                self._changed.notify_all()


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
        self._web_port = _free_port()
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


def _free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    """Return a pipe that was asked for."""
    if end is None:
        raise TypeError("no pipe")
    return end
