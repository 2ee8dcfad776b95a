"""`normaliza up` as a person runs it: really started, talked to over HTTP, really killed."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from normaliza.private_servers.keepsake import free_port

pytestmark = pytest.mark.stack

READY = "Ctrl-C encerra"
PORTS = (
    "NORMALIZA_PORT",
    "NORMALIZA_SIMULATOR_PORT",
    "NORMALIZA_SIMULATOR_API_PORT",
    "NORMALIZA_MAILBOX_PORT",
    "NORMALIZA_MAILBOX_SMTP_PORT",
)


class Up:
    """One run of `normaliza up` in a home of its own."""

    def __init__(self, home: Path, ports: dict[str, str]) -> None:
        self.home = home
        self.port = int(ports["NORMALIZA_PORT"])
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("NORMALIZA_", "GOVBR_"))},
            **ports,
            "NORMALIZA_HOME": str(home),
        }
        self.said: list[str] = []

    def start(self) -> float:
        """Start, wait until it is ready, return the seconds that it took."""
        begun = time.monotonic()
        self.process = subprocess.Popen(
            self.command("up"),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ready = threading.Event()
        self.reader = threading.Thread(target=self._read, args=(ready,))
        self.reader.start()
        assert ready.wait(120), self.words
        assert self.process.poll() is None, self.words
        return time.monotonic() - begun

    def run(self, *arguments: str) -> str:
        """Run another command on the same home."""
        return subprocess.run(
            self.command(*arguments),
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def end(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(60)
        self.reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def get(self, path: str) -> int:
        """Ask the web for a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def processes(self) -> dict[int, str]:
        """Everything that runs on this home, whoever its parent is."""
        mark = f"NORMALIZA_HOME={self.home}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes():
                    words = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                    found[int(folder.name)] = words.decode(errors="replace")
            except OSError:
                continue  # it ended while we looked
        return found

    def nothing_left(self) -> bool:
        """Wait for the last process to be gone."""
        deadline = time.monotonic() + 30
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.2)
        return self.processes() == {}

    @property
    def words(self) -> str:
        """What it printed so far."""
        return "".join(self.said)

    def command(self, *arguments: str) -> list[str]:
        """The words of another command on the same home."""
        return [sys.executable, "-m", "normaliza", *arguments]

    def _read(self, ready: threading.Event) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if READY in line:
                ready.set()
        ready.set()


@contextmanager
def new_up() -> Iterator[Up]:
    home = Path(tempfile.mkdtemp(prefix="normaliza-test-up-"))
    home.chmod(0o755)
    run = Up(home, {name: str(free_port()) for name in PORTS})
    yield run
    run.end(signal.SIGTERM)
    shutil.rmtree(home)


@pytest.fixture
def up() -> Iterator[Up]:
    """A program that has never run."""
    with new_up() as run:
        yield run


@pytest.fixture(scope="module")
def lasting_up() -> Iterator[Up]:
    """The home of `used_up`; however a test ended it, the next one starts on it."""
    with new_up() as run:
        yield run


@pytest.fixture
def used_up(lasting_up: Up) -> Iterator[Up]:
    """A program whose data earlier tests may have made: what they do needs no new one."""
    lasting_up.said.clear()
    yield lasting_up
    lasting_up.end(signal.SIGTERM)
    assert lasting_up.nothing_left()


def test_one_command_starts_everything_and_a_second_run_goes_on(up: Up) -> None:
    up.start()
    assert up.get("/health/ready") == 200
    assert up.get("/") == 200
    assert "bass2016, " in up.words
    password = re.search(r"equipe, (\S+):", up.words)
    shown = up.run("campaign", "show")
    assert up.end(signal.SIGINT) == 0
    assert up.nothing_left()

    up.said.clear()
    assert up.start() < 15
    assert password is not None
    assert password.group() in up.words
    assert up.run("campaign", "show") == shown


def test_a_second_up_on_the_same_home_is_refused_in_words(used_up: Up) -> None:
    used_up.start()
    second = subprocess.run(
        used_up.command("up"), env=used_up.environment, check=False, capture_output=True, text=True
    )

    assert second.returncode == 1
    assert "Another `normaliza up`" in second.stderr
    assert "Traceback" not in second.stderr


def test_one_process_that_dies_ends_all_with_its_name(used_up: Up) -> None:
    used_up.start()
    (worker, *_children) = sorted(
        pid for pid, words in used_up.processes().items() if words.endswith("normaliza worker ")
    )
    os.kill(worker, signal.SIGKILL)

    assert used_up.process.wait(60) == 1
    used_up.reader.join()
    assert "The process worker ended by itself" in used_up.words
    assert used_up.nothing_left()


def test_killing_it_leaves_no_orphan(used_up: Up) -> None:
    used_up.start()
    used_up.end(signal.SIGKILL)

    assert used_up.nothing_left()


def test_no_query_string_is_logged(used_up: Up) -> None:
    used_up.start()
    used_up.get("/?code=geheim")
    used_up.end(signal.SIGTERM)

    logs = list((used_up.home / "log").glob("*.log"))
    assert logs
    assert all("geheim" not in path.read_text(encoding="utf-8") for path in logs)
