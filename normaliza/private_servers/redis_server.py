"""A private Redis (or Valkey): the broker, which holds nothing that must last."""

import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import redis

from normaliza.errors import ServerFailed
from normaliza.lifeline import end_with_parent
from normaliza.private_servers.keepsake import LOOPBACK, Keepsake, look_up, recall
from normaliza.private_servers.programs import redis_program
from normaliza.private_servers.unprivileged import server_account

NAME = "redis"
_START_SECONDS = 30
_STOP_SECONDS = 10


class PrivateRedis:
    """One Redis server on loopback, in memory only; a context manager that starts and stops it.

    Args:
        home: The program's home; port and password are kept in it.
        databases: How many numbered databases it has.
    """

    def __init__(self, home: Path, *, databases: int = 16) -> None:
        self._home = home.resolve()
        self._databases = databases
        self._process: subprocess.Popen[bytes] | None = None
        self._log = self._home / "redis.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The broker's address, as Celery takes it."""
        return self.url_of(0)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The server's process, for a supervisor."""
        if self._process is None:
            raise ServerFailed("Redis has not been started; call start() first.")
        return self._process

    def url_of(self, database: int) -> str:
        """A numbered database of this server.

        Args:
            database: Its number.

        Returns:
            The address, with the password in it.
        """
        return _address(self._kept, database)

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            ServerNotFound: There is no Redis to start.
            ServerFailed: It does not start; the message has the end of its log.
        """
        self._home.mkdir(parents=True, exist_ok=True)
        self._kept = recall(self._home, NAME)
        self._process = self._spawn(redis_program())
        self._await_answer()

    def stop(self) -> None:
        """Stop the server; what it holds is gone, as it may be at any time."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_STOP_SECONDS)

    def _spawn(self, program: Path) -> subprocess.Popen[bytes]:
        """Run the server, its configuration going in by standard input: `ps` shows no password."""
        account = server_account()
        with self._log.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 — our own program
                [str(program), "-"],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509 — see lifeline
                # Root's own folders are closed to others: there it stays root, on loopback.
                **(account.popen_arguments() if account.may_execute(program) else {"cwd": "/"}),
            )
        if process.stdin is None:
            raise ServerFailed("Redis took no configuration.")
        with process.stdin as configuration:
            configuration.write(self._configuration().encode())
        return process

    def _configuration(self) -> str:
        """The server's configuration: loopback, a password, nothing written to disk."""
        return (
            f"bind {LOOPBACK}\nport {self._kept.port}\nrequirepass {self._kept.password}\n"
            f'databases {self._databases}\nsave ""\nappendonly no\ndaemonize no\n'
        )

    def _await_answer(self) -> None:
        """Wait until the server answers a PING."""
        deadline = time.monotonic() + _START_SECONDS
        with redis.Redis.from_url(self.url) as client:
            while self.process.poll() is None and time.monotonic() < deadline:
                try:
                    client.ping()
                except redis.exceptions.ConnectionError:
                    time.sleep(0.02)
                else:
                    return
        self.stop()
        end = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        raise ServerFailed("\n".join(["Redis did not start.", *end]))


def kept_broker_url(home: Path) -> str | None:
    """The address of the private broker that an earlier start left a note of.

    Args:
        home: The program's home.

    Returns:
        The address, whether or not the server runs now; None when there never was one.
    """
    kept = look_up(home, NAME)
    return _address(kept, 0) if kept else None


def _address(kept: Keepsake, database: int) -> str:
    """A numbered database of the server, as Celery takes it."""
    return f"redis://:{kept.password}@{LOOPBACK}:{kept.port}/{database}"
