"""A private PostgreSQL: made under home at the first run, reused at the next."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Self

import psycopg

from normaliza.errors import ServerFailed
from normaliza.lifeline import end_with_parent
from normaliza.private_servers.keepsake import LOOPBACK, Keepsake, look_up, recall
from normaliza.private_servers.programs import PostgresPrograms, postgres_programs
from normaliza.private_servers.unprivileged import Account, reachable_folder, server_account

NAME = "postgres"
ROLE = "normaliza"
DATABASE = "normaliza"
#: The version whose built-in C.UTF-8 needs nothing of the system's locales.
_BUILTIN_LOCALE = 17
_START_SECONDS = 60
_STOP_SECONDS = 30


class PrivatePostgres:
    """One PostgreSQL server on loopback; a context manager that starts and stops it.

    Args:
        home: The program's home; the data lies in `postgres/` under it.
        options: Server parameters for this run, by their names in the manual.
    """

    def __init__(self, home: Path, *, options: Mapping[str, str] | None = None) -> None:
        self._home = home.resolve()
        self._options = dict(options or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._log = self._home / "postgres.log"

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
        """The program's database, as SQLAlchemy takes it."""
        return self.url_of(DATABASE)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The server's process, for a supervisor."""
        if self._process is None:
            raise ServerFailed("PostgreSQL has not been started; call start() first.")
        return self._process

    def url_of(self, database: str) -> str:
        """A database of this server, as SQLAlchemy takes it.

        Args:
            database: Its name.

        Returns:
            The address, with the password in it.
        """
        return _address(self._kept, database)

    def start(self) -> None:
        """Make the data when there is none, start the server, make the database.

        Raises:
            ServerNotFound: There is no PostgreSQL to start.
            ServerFailed: It does not start; the message has the end of its log.
        """
        self._home.mkdir(parents=True, exist_ok=True)
        account = server_account()
        folder = reachable_folder(self._home, NAME, account)
        data = folder / "data"
        programs = _within_reach(postgres_programs(_kept_major(data)), folder, account)
        self._kept = recall(self._home, NAME)
        if _kept_major(data) is None:
            _make_cluster(programs, data, self._kept, account)
        self._launch(programs, data, account)
        _make_database(self._kept)

    def stop(self) -> None:
        """Stop the server in order: sessions are ended, everything committed is on disk."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGINT)  # "fast shutdown", PostgreSQL manual 19.5
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)  # "immediate": recovers at the next start
            self._process.wait(_STOP_SECONDS)

    def _launch(self, programs: PostgresPrograms, data: Path, account: Account) -> None:
        """Start the server; while an earlier one still shuts down on the same data, try again."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            self._process = self._spawn(programs, data, account)
            if self._answers(deadline):
                return
            busy = (data / "postmaster.pid").exists() and self._process.poll() is not None
            if not busy or time.monotonic() > deadline:
                self.stop()
                raise ServerFailed(f"PostgreSQL did not start.\n{_tail(self._log)}")
            time.sleep(0.3)

    def _spawn(
        self, programs: PostgresPrograms, data: Path, account: Account
    ) -> subprocess.Popen[bytes]:
        """Run the server with this run's parameters, its words going to `postgres.log`."""
        options = {
            "listen_addresses": LOOPBACK,
            "port": str(self._kept.port),
            "unix_socket_directories": "",
            # A failed statement is logged by who sent it, without the row that the server quotes.
            "log_min_messages": "log",
            **self._options,
        }
        switches = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self._log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 — our own program
                [str(programs.folder / "postgres"), "-D", str(data), *switches],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Not among those whom the terminal's Ctrl-C reaches: we stop it, last.
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGINT),  # noqa: PLW1509 — see lifeline
                **account.popen_arguments(),
            )

    def _answers(self, deadline: float) -> bool:
        """Wait until the server takes connections; False when it ended or time is up."""
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(_maintenance(self._kept)).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        return False


def kept_database_url(home: Path) -> str | None:
    """The address of the private database that an earlier start left a note of.

    Args:
        home: The program's home.

    Returns:
        The address, whether or not the server runs now; None when there never was one.
    """
    kept = look_up(home, NAME)
    return _address(kept, DATABASE) if kept else None


def _address(kept: Keepsake, database: str) -> str:
    """A database of the server, as SQLAlchemy takes it."""
    return f"postgresql+psycopg://{ROLE}:{kept.password}@{LOOPBACK}:{kept.port}/{database}"


def _kept_major(data: Path) -> int | None:
    """The version that made the data; None when `initdb` never came to its end."""
    mark = data / "PG_VERSION"
    finished = data.with_name("data.ready")
    return int(mark.read_text(encoding="ascii")) if finished.exists() and mark.exists() else None


def _within_reach(programs: PostgresPrograms, folder: Path, account: Account) -> PostgresPrograms:
    """Copy the wheel's programs next to the data when the account cannot enter their folder."""
    if account.may_execute(programs.folder / "postgres"):
        return programs
    copy = folder / f"programs-{programs.major}"
    if not copy.exists():
        shutil.copytree(programs.folder.parent, copy, symlinks=True)
        copy.chmod(0o755)
    return PostgresPrograms(folder=copy / "bin", major=programs.major)


def _make_cluster(programs: PostgresPrograms, data: Path, kept: Keepsake, account: Account) -> None:
    """Run `initdb`: UTF8, C.UTF-8, one role with a password, no trust for anyone."""
    if data.exists():  # an earlier attempt was cut short
        shutil.rmtree(data)
    locale = ["--locale=C.UTF-8"]
    if programs.major >= _BUILTIN_LOCALE:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    with NamedTemporaryFile("w", dir=data.parent, encoding="utf-8") as password:
        password.write(kept.password)
        password.flush()
        if account.switches:
            os.chown(password.name, account.uid, account.gid)
        made = subprocess.run(  # noqa: S603 — our own program and arguments
            [
                str(programs.folder / "initdb"),
                *("-D", str(data), "--encoding=UTF8", *locale, f"--username={ROLE}"),
                *("--auth=scram-sha-256", f"--pwfile={password.name}"),
            ],
            check=False,
            capture_output=True,
            text=True,
            **account.popen_arguments(),
        )
    if made.returncode != 0:
        raise ServerFailed(f"PostgreSQL's data could not be made in {data}.\n{made.stderr}")
    data.with_name("data.ready").touch()


def _maintenance(kept: Keepsake) -> str:
    """The address of the database that is always there, for psycopg."""
    return f"postgresql://{ROLE}:{kept.password}@{LOOPBACK}:{kept.port}/postgres"


def _make_database(kept: Keepsake) -> None:
    """Make the program's own database, once."""
    with psycopg.connect(_maintenance(kept), autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if there.fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _tail(log: Path) -> str:
    """The last lines of a log, for an error's text."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
