import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
import sqlalchemy

from normaliza.errors import ServerNotFound
from normaliza.private_servers import PrivatePostgres, PrivateRedis, programs
from normaliza.private_servers.unprivileged import reachable_folder, server_account

HOLD_SERVERS = """
import sys, time
from pathlib import Path
from normaliza.private_servers import PrivatePostgres, PrivateRedis
with PrivatePostgres(Path(sys.argv[1])) as p, PrivateRedis(Path(sys.argv[1])) as r:
    print(p.process.pid, r.process.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that PostgreSQL's account can enter, unlike pytest's own folders."""
    folder = Path(tempfile.mkdtemp(prefix="normaliza-test-home-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def closed_home() -> Iterator[Path]:
    """A home inside a folder that only its owner enters, as root's own are."""
    folder = Path(tempfile.mkdtemp(prefix="normaliza-test-closed-"))
    home = folder / "var"
    home.mkdir()
    yield home
    pointer = home / "postgres.location"
    if pointer.exists():
        shutil.rmtree(pointer.read_text(encoding="utf-8").strip())
    shutil.rmtree(folder)


def ask(url: str, statement: str) -> object:
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        result = connection.execute(sqlalchemy.text(statement))
        return result.scalar() if result.returns_rows else None


def has_ended(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text(encoding="ascii").split()[2] == "Z"


def keep_a_row_over_two_runs(home: Path) -> None:
    with PrivatePostgres(home) as first:
        ask(first.url, "CREATE TABLE kept (name text)")
        ask(first.url, "INSERT INTO kept VALUES ('Ação')")
    assert first.process.returncode == 0
    with PrivatePostgres(home) as second:
        assert ask(second.url, "SELECT name FROM kept") == "Ação"
        assert second.url == first.url


def test_the_servers_own_log_quotes_no_row(home: Path) -> None:
    with PrivatePostgres(home) as server:
        ask(server.url, "CREATE TABLE kept (name text CHECK (name = 'x'))")
        with pytest.raises(sqlalchemy.exc.IntegrityError, match="Maria"):
            ask(server.url, "INSERT INTO kept VALUES ('Maria')")

    log = (home / "postgres.log").read_text(encoding="utf-8")
    assert "Maria" not in log
    assert "database system is shut down" in log


def test_the_data_of_the_first_run_is_there_in_the_second(home: Path) -> None:
    keep_a_row_over_two_runs(home)

    assert (home / "postgres" / "data").exists()


def test_a_home_that_the_account_cannot_enter_keeps_its_data_too(closed_home: Path) -> None:
    keep_a_row_over_two_runs(closed_home)

    assert (closed_home / "postgres.location").exists() == server_account().switches


def test_an_interrupted_first_run_is_begun_again(home: Path) -> None:
    account = server_account()
    half_made = account.take(reachable_folder(home, "postgres", account) / "data")
    (half_made / "PG_VERSION").write_text("15\n", encoding="ascii")

    with PrivatePostgres(home) as server:
        assert ask(server.url, "SELECT 1") == 1


def test_the_database_speaks_utf8_and_listens_on_loopback_only(postgres: PrivatePostgres) -> None:
    url = postgres.url

    assert ask(url, "SHOW server_encoding") == "UTF8"
    assert ask(url, "SHOW listen_addresses") == "127.0.0.1"
    assert ask(url, "SELECT 'É' ~* 'é'")
    assert ask(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")


def test_nobody_comes_in_without_the_password(postgres: PrivatePostgres) -> None:
    url = sqlalchemy.make_url(postgres.url)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(
            host=url.host,
            port=url.port,
            dbname=url.database,
            user=url.username,
            password="wrong",
        )


def test_the_password_is_kept_for_its_owner_alone(home: Path) -> None:
    with PrivateRedis(home):
        mode = (home / "redis.json").stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


def test_redis_asks_for_its_password_and_keeps_nothing(home: Path) -> None:
    with PrivateRedis(home) as server:
        with redis.Redis.from_url(server.url) as client:
            client.set("job", "1")
        port = json.loads((home / "redis.json").read_text(encoding="utf-8"))["port"]
        with (
            redis.Redis(host="127.0.0.1", port=port) as stranger,
            pytest.raises(redis.exceptions.AuthenticationError),
        ):
            stranger.ping()
    with PrivateRedis(home) as server, redis.Redis.from_url(server.url) as client:
        assert client.get("job") is None


def test_a_port_taken_meanwhile_is_replaced(home: Path) -> None:
    with PrivateRedis(home) as first:
        kept = (home / "redis.json").read_bytes()
        other = home / "other"
        other.mkdir()
        (other / "redis.json").write_bytes(kept)
        with PrivateRedis(other) as second:
            assert second.url != first.url


def test_the_wheels_serve_a_machine_that_has_no_servers(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = programs._wheel_folder()
    assert wheel is not None
    monkeypatch.setattr(programs, "_postgres_folders", lambda: [wheel])
    monkeypatch.setattr(programs.shutil, "which", lambda _name: None)

    with PrivatePostgres(home) as postgres, PrivateRedis(home) as broker:
        assert "PostgreSQL" in str(ask(postgres.url, "SELECT version()"))
        assert ask(postgres.url, "SELECT 'É' ~* 'é'")
        with redis.Redis.from_url(broker.url) as client:
            assert client.ping()


def test_data_of_another_version_is_refused_by_name() -> None:
    with pytest.raises(ServerNotFound, match="version 9"):
        programs.postgres_programs(9)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl(2) is Linux's")
def test_the_servers_end_when_their_starter_is_killed(home: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_SERVERS, str(home)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        pids = [int(pid) for pid in holder.stdout.readline().split()]
        assert len(pids) == 2
        os.kill(holder.pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while not all(map(has_ended, pids)) and time.monotonic() < deadline:
            time.sleep(0.1)

    assert all(map(has_ended, pids))
