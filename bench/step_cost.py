# ruff: noqa: INP001 - scripts, not a package
"""What one command costs among 1,000,000 waiting instances beside 1,000: p95 of each."""

import random
import statistics
import sys
import time
from contextlib import ExitStack

import sqlalchemy
from enrol import BATCH, GROUP, variables_of
from harness import Claim, connect, repeated, scale, server
from normalizacao import deploy_normalizacao, runtime_on

from engine.bulk.starting import NewInstance, start_many
from engine.commands import CompleteUserTask
from engine.runtime import Runtime
from normaliza.private_servers import PrivatePostgres

MANY, FEW = 1_000_000, 1_000
COMMANDS = 200

_TASKS = sqlalchemy.text("SELECT id FROM engine.user_task WHERE element_id = 'tela' ORDER BY id")


def main() -> int:
    """Measure; fail above the bar."""
    many = max(10 * FEW, int(MANY * scale()))
    chance = random.Random(2026)  # noqa: S311 - which instances are touched
    with server() as running, ExitStack() as stack:
        large = _filled(running, "large", many)
        small = _filled(running, "small", FEW)
        stack.callback(large[0].database.dispose)
        stack.callback(small[0].database.dispose)
        _p95(small, chance)
        pairs = repeated(lambda: (_p95(large, chance), _p95(small, chance)))
    claim = Claim(name="step_cost", unit="ms", bar=1.5, smaller_is_better=True)
    return 0 if claim.report(pairs, instances=many) else 1


def _filled(running: PrivatePostgres, name: str, instances: int) -> tuple[Runtime, list[int]]:
    """Make a database with waiting instances; return an engine on it and their tasks."""
    template = sqlalchemy.make_url(running.url).database
    with connect(running.url_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    runtime = runtime_on(running.url_of(name))
    deploy_normalizacao(runtime)
    for first in range(0, instances, BATCH):
        starts = [
            NewInstance(business_key=f"login:{login}", variables=variables_of(login))
            for login in range(first, min(first + BATCH, instances))
        ]
        with runtime.transaction() as connection:
            start_many(runtime, connection, starts, process="normalizacao", group=GROUP)
    with connect(running.url_of(name), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    with runtime.database.connect() as reading:
        tasks = list(reading.execute(_TASKS).scalars())
    return runtime, tasks


def _p95(filled: tuple[Runtime, list[int]], chance: random.Random) -> float:
    """Complete the first task of some instances, anywhere among all; return p95 in milliseconds."""
    runtime, tasks = filled
    taken = []
    for _ in range(COMMANDS):
        task = tasks.pop(chance.randrange(len(tasks)))
        started = time.perf_counter()
        runtime.execute(CompleteUserTask(task_id=task, answers={}, actor="bench"))
        taken.append(time.perf_counter() - started)
    return 1_000 * statistics.quantiles(taken, n=20)[-1]


if __name__ == "__main__":
    sys.exit(main())
