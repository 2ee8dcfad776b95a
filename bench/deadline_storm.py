# ruff: noqa: INP001 - scripts, not a package
"""How fast 100,000 deadlines fire that are due within one second, and what a page takes meanwhile.

The program's own worker (two at a time), beat and web do it, on one server and one broker. The
limit is two processes that share the deadlines between them; like the worker they give way, and the
page is asked for meanwhile, too.
"""

import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import sqlalchemy
from bare import deadline_storm as bare
from harness import (
    SHORT,
    Claim,
    commit_rate,
    connect,
    fresh_database,
    repeated,
    scale,
    server,
)
from sqlalchemy import text
from storming import Page, Program, add_customer, p95, until

from engine import lateness
from engine.bulk.starting import NewInstance, start_many
from engine.clock import SystemClock
from engine.definitions import deploy
from engine.operators import OperatorRegistry
from engine.runtime import Runtime
from normaliza.private_servers import PrivatePostgres, PrivateRedis

DEADLINES = 100_000
WARM_UP = 50
PROCESSES = 2
#: As the worker: see normaliza.wiring.worker.
GIVES_WAY = 10
IDLE_SECONDS = 4
#: A page may take so many times as long as when nothing else happens.
PAGE_BAR = 2.0
DIAGRAM = """\
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
    targetNamespace="bench">
  <bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="ask" name="Ask">
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:boundaryEvent id="late" attachedToRef="ask" cancelActivity="false">
      <bpmn:outgoing>f3</bpmn:outgoing>
      <bpmn:timerEventDefinition><bpmn:timeDuration>P60D</bpmn:timeDuration>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:userTask id="blocked" name="Blocked">
      <bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
    <bpmn:endEvent id="end2"><bpmn:incoming>f4</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>
    <bpmn:sequenceFlow id="f2" sourceRef="ask" targetRef="end"/>
    <bpmn:sequenceFlow id="f3" sourceRef="late" targetRef="blocked"/>
    <bpmn:sequenceFlow id="f4" sourceRef="blocked" targetRef="end2"/>
  </bpmn:process>
</bpmn:definitions>"""
_DUE = text("""
    UPDATE engine.timer SET due_at = now() + random() * interval '1 second' WHERE id IN (
        SELECT id FROM engine.timer ORDER BY id LIMIT :count)""")
_LEFT = text("SELECT EXISTS (SELECT 1 FROM engine.timer WHERE due_at < now() + interval '1 day')")
_FIRED = text("""
    SELECT count(*), count(DISTINCT instance_id), extract(epoch FROM max(at) - min(at))
    FROM engine.history WHERE command = 'FireTimer' AND at >= :since""")


def main() -> int:
    """Measure; fail below the bar of the rate or above that of the page."""
    count = max(1_000, int(DEADLINES * scale()))
    seen = Seen()
    with server() as running, tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        with PrivateRedis(Path(home)) as redis:
            pairs = repeated(lambda: _measure(running, redis, Path(home), count, seen))
        idle, storm = sorted(seen.pages, key=lambda page: page[1] / page[0])[len(seen.pages) // 2]
        held = Claim(name="deadline_storm", unit="deadlines/s", bar=0.60).report(
            pairs,
            commits=round(commit_rate(running.url)),
            page_idle_ms=round(idle, 1),
            page_storm_ms=round(storm, 1),
            page_ratio=round(storm / idle, 2),
            late_p95_s=round(sorted(seen.late)[len(seen.late) // 2], 2),
        )
    bar = PAGE_BAR if scale() >= 1 else PAGE_BAR / SHORT
    return 0 if held and storm / idle <= bar else 1


@dataclass(slots=True)
class Seen:
    """What is measured beside the rate, in each repeat.

    Args:
        pages: A page's p95 in milliseconds, when nothing else happens and in the storm.
        late: The p95 of how late deadlines fired, in seconds.
    """

    pages: list[tuple[float, float]] = field(default_factory=list)
    late: list[float] = field(default_factory=list)


def _measure(
    running: PrivatePostgres, redis: PrivateRedis, home: Path, count: int, seen: Seen
) -> tuple[float, float]:
    """Return deadlines a second of ours and of the limit, one after the other."""
    with fresh_database(running) as url:
        database = sqlalchemy.create_engine(url)
        _fill(database, WARM_UP + count)
        add_customer(database)
        program = Program(home, url, redis.url)
        with program.running("web"):
            page = Page(program.port)
            page.enter()
            with page.asked() as idle:
                time.sleep(IDLE_SECONDS)
            with program.running("worker", "beat"):
                _storm(database, WARM_UP)
                with page.asked() as storm:
                    ours = _storm(database, count, seen.late)
            database.dispose()
            with connect(url) as connection:
                bare.prepare(connection, DIAGRAM, count)
            with page.asked():
                limit = count / _bare_seconds(url)
        seen.pages.append((p95(idle), p95(storm)))
        return ours, limit


def _fill(database: sqlalchemy.Engine, count: int) -> None:
    """Start instances whose deadlines are far away."""
    runtime = Runtime(
        database=database,
        operators=OperatorRegistry(),
        clock=SystemClock(),
        announce=lambda _: None,
    )
    with database.begin() as connection:
        deploy(
            connection,
            {"p.bpmn": DIAGRAM},
            operators=runtime.operators,
            deployed_by="bench",
            now=runtime.clock.now(),
        )
    for first in range(0, count, 1_000):
        keys = range(first, min(first + 1_000, count))
        starts = [NewInstance(business_key=f"login:{key}", variables={}) for key in keys]
        with runtime.transaction() as connection:
            start_many(runtime, connection, starts, process="p")
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE) engine.timer, engine.instance"))


def _storm(database: sqlalchemy.Engine, count: int, late: list[float] | None = None) -> float:
    """Let deadlines be due within a second; return how many fired a second, each once."""
    since = datetime.now(UTC)
    with database.begin() as connection:
        connection.execute(_DUE, {"count": count})
    until(lambda: not _ask(database, _LEFT)[0], seconds=900, every=0.3)
    fired, instances, seconds = _ask(database, _FIRED, since=since)
    if (fired, instances) != (count, count):
        raise SystemExit(f"Of {count} deadlines {fired} fired, of {instances} instances.")
    if late is not None:
        with database.connect() as connection:
            until_then = datetime.now(UTC) + timedelta(seconds=1)
            late.append(lateness.lateness(connection, since=since, until=until_then).p95)
    return count / float(seconds)


def _ask(
    database: sqlalchemy.Engine, question: sqlalchemy.TextClause, **values: object
) -> sqlalchemy.Row[Any]:
    with database.connect() as connection:
        return connection.execute(question, values).one()


def _bare_seconds(url: str) -> float:
    """Let the limit's processes work, from a common start."""
    address = sqlalchemy.make_url(url).set(drivername="postgresql")
    plain = address.render_as_string(hide_password=False)
    context = get_context("spawn")
    ready = context.Barrier(PROCESSES + 1)
    workers = [
        context.Process(target=_bare, args=(plain, ready, part)) for part in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    ready.wait(60)
    started = time.perf_counter()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - started
    if any(worker.exitcode for worker in workers):
        raise SystemExit("A worker failed.")
    return seconds


def _bare(address: str, ready: Barrier, part: int) -> None:
    os.nice(GIVES_WAY)
    ready.wait(60)
    bare.work(address, DIAGRAM, part, PROCESSES)


if __name__ == "__main__":
    sys.exit(main())
