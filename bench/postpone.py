# ruff: noqa: INP001 - scripts, not a package
"""How fast a campaign's deadline is moved for all that wait, and moved back."""

import sys
import time
from datetime import UTC, datetime, timedelta

import sqlalchemy
from bare import postpone as bare
from harness import Claim, commit_rate, connect, fresh_database, repeated, scale, server

from engine.store import timer_moves
from engine.store.timer_moves import Selection, To

TIMERS = 1_000_000
DAYS = 30
_INSTANCES = """
    WITH version AS (
        INSERT INTO engine.definition (process, version, digest, files, deployed_by, deployed_at)
        VALUES ('p', 1, '', '{{}}', 'bench', now()) RETURNING id
    )
    INSERT INTO engine.instance
        (process, business_key, definition_id, state, group_key, tokens, started_at)
    SELECT 'p', 'login:' || n, version.id, 'running', 'campaign:1', '', now()
    FROM version, generate_series(1, {count}) n"""
_TIMERS = """
    INSERT INTO engine.timer (instance_id, task_uid, element_id, group_key, due_at, created_at)
    SELECT id, gen_random_uuid(), 'prazo', group_key, now() + interval '60 days', now()
    FROM engine.instance ORDER BY id"""


def main() -> int:
    """Measure; fail below the bar."""
    count = max(10_000, int(TIMERS * scale()))
    with server() as running, fresh_database(running) as url:
        with connect(url) as connection:
            connection.execute(_INSTANCES.format(count=count).encode())
            connection.execute(_TIMERS.encode())
            bare.prepare(connection)
        database = sqlalchemy.create_engine(url)
        pairs = repeated(lambda: (_ours(database, url, count), _bare(url, count)))
        database.dispose()
        claim = Claim(name="postpone", unit="timers/s", bar=0.5)
        return 0 if claim.report(pairs, commits=round(commit_rate(running.url))) else 1


def _ours(database: sqlalchemy.Engine, url: str, count: int) -> float:
    """Move all timers and undo it; return timers a second."""
    _tidy(url)
    now = datetime.now(UTC)
    started = time.perf_counter()
    with database.begin() as connection:
        moved = timer_moves.move(
            connection,
            Selection(group_key="campaign:1", elements=["prazo"]),
            To(by=timedelta(days=DAYS)),
            reason="bench",
            actor="bench",
            now=now,
        )
    with database.begin() as connection:
        back = timer_moves.undo(connection, moved.id, actor="bench", now=now)
    seconds = time.perf_counter() - started
    if (moved.timers, back) != (count, count):
        raise SystemExit("Some timers were not moved.")
    return 2 * count / seconds


def _bare(url: str, count: int) -> float:
    """Do the same to the limit's own table."""
    _tidy(url)
    with connect(url) as connection:
        started = time.perf_counter()
        moved = [bare.move(connection, days) for days in (DAYS, -DAYS)]
        seconds = time.perf_counter() - started
    if moved != [count, count]:
        raise SystemExit("Some rows were not moved.")
    return 2 * count / seconds


def _tidy(url: str) -> None:
    """Let what was measured before leave neither dead rows nor unwritten pages behind."""
    with connect(url, autocommit=True) as connection:
        for statement in ("VACUUM (ANALYZE) engine.timer, bare_timer", "CHECKPOINT"):
            connection.execute(statement.encode())


if __name__ == "__main__":
    sys.exit(main())
