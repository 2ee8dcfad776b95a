"""Real roads to a gov.br account under kills: browsers by HTTP, and the simulator's own log.

The portal, four workers, two beats and the simulator run as forked processes; web and workers die
at drawn points. A browser whose request breaks, or who reads that the system is busy, begins its
visit again, as a person would.
"""

import sqlite3
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psycopg

sys.path.append(str(Path(__file__).parents[2] / "soak"))
sys.path.append(str(Path(__file__).parents[2] / "integration" / "legacy_base"))

from base_audit import audit as audit_base
from browsing import Case, read_cases
from walking import units

from killing import visiting
from killing.books import Broken
from killing.children import Nursery
from killing.conductor import Trap
from killing.disturbances import Disturber, drawn
from killing.runs import Points, Run, drawing
from killing.servers import Servers, plain
from killing.world import BEATS, LEASE_SECONDS, WORKERS, World, free_ports

_CALM_WALKS = 3
#: What else goes wrong beside the one who dies.
_DISTURBANCES = ("broker emptied", "connection cut", "process stalled")
_SETTLE_SECONDS = 40.0
_QUIET = """
    SELECT (SELECT count(*) FROM engine.job WHERE state <> 'incident' AND due_at <= %(now)s)
         + (SELECT count(*) FROM engine.timer WHERE due_at <= %(now)s)
"""
_APPLIED_TWICE = """
    SELECT idempotency_key, name FROM engine.effect GROUP BY 1, 2 HAVING count(applied_at) > 1
"""
_COUNTS = """
    SELECT (SELECT count(*) FROM engine.effect WHERE name = 'govbr.token'),
           (SELECT count(*) FROM govbr.attempt WHERE exchanged_at IS NOT NULL)
"""
_STUCK = "SELECT element_id, left(error, 200) FROM engine.incident WHERE closed_at IS NULL"


class Roads(World):
    """A portal with a base of made-up logins, and gov.br's simulator.

    Args:
        servers: Started.
        nursery: Started.
        seed: Draws the base.
        logins: How many it has.
    """

    def __init__(self, servers: Servers, nursery: Nursery, *, seed: int, logins: int) -> None:
        super().__init__(servers, nursery)
        self.browsers = visiting.Browsers(self.home, first_port=free_ports(5))
        stack = self.browsers.environment
        ours = {k: v for k, v in stack.items() if k.startswith(("NORMALIZA_", "GOVBR_"))}
        self._asked["environment"] = {
            **ours,
            **self._asked["environment"],
            "NORMALIZA_PORT": stack["NORMALIZA_PORT"],
            "NORMALIZA_JOB_LEASE_SECONDS": str(LEASE_SECONDS),
        }
        self._web_port = int(stack["NORMALIZA_PORT"])
        self._asked |= {"logins": logins, "seed": seed}
        self.people: list[list[Case]] = []

    def __enter__(self) -> Self:
        self._fork("base", "base-0")
        base = self.pids.pop("base-0")
        end = time.monotonic() + 120
        while not self._nursery.is_dead(base):
            if time.monotonic() > end:
                raise TimeoutError("the base was not made: see base-0.log")
            time.sleep(0.05)  # between two looks
        self.people = units(
            read_cases(self.home / "demo" / "cases.csv"), seed=int(self._asked["seed"])
        )
        self._fork("simulator", "simulator-0")
        for role, many in (("worker", WORKERS), ("beat", BEATS)):
            for number in range(many):
                self._fork(role, f"{role}-{number}")
        self.start_web()
        return self


@dataclass(kw_only=True)
class RealRoads:
    """Walks of people to their gov.br account, one after the other.

    Args:
        world: Started.
    """

    world: Roads

    def learn(self, points: Points, seed: str) -> list[Run]:
        """Walk without killing anybody, to count the points."""
        self.world.conductor.count()
        return [
            self._walk(Run(seed=f"{seed}-calm-{number}"), points, None)
            for number in range(_CALM_WALKS)
        ]

    def run(self, points: Points, seed: str) -> Run:
        """Let one person walk and kill one process at a drawn point."""
        source = drawing("road", seed)
        trap = points.trap(source)
        wrong = [name for name in drawn(source) if name in _DISTURBANCES]
        return self._walk(Run(seed=seed, point=trap.point, disturbances=wrong), points, trap)

    def look_again(self, runs: Sequence[Run]) -> list[Broken]:
        """Audit the whole base."""
        del runs
        return audit(self.world)

    def is_over(self) -> bool:
        """Tell whether everybody has walked."""
        return not self.world.people

    def _walk(self, made: Run, points: Points, trap: Trap | None) -> Run:
        world, began = self.world, time.monotonic()
        if trap is not None:
            world.conductor.set(trap)
        disturber = Disturber(world, drawing("wrong", made.seed), points.known())
        disturber.begin(made.disturbances)
        with ThreadPoolExecutor(1) as threads:
            walking = threads.submit(visiting.visit, world.browsers, world.people.pop(), made)
            _tend(world, disturber, walking)
        world.conductor.clear()
        disturber.end()
        made.killed = trap is not None and trap.sprung.is_set()
        made.broken = audit(world)
        made.seconds = time.monotonic() - began
        points.learn(world.conductor.count())
        return made


def _tend(world: Roads, disturber: Disturber, walking: Future[None]) -> None:
    """Start anew who died, until the walk is over and no work is left."""
    end = time.monotonic() + 2 * _SETTLE_SECONDS
    while time.monotonic() < end:
        world.tend()
        disturber.look()
        if walking.done() and _is_quiet(world):
            break
        time.sleep(0.05)  # between two looks
    walking.result()


def _is_quiet(world: Roads) -> bool:
    """Tell whether nothing is due."""
    [(waiting,)] = world.rows(_QUIET, now=world.clock.now())
    return bool(waiting == 0)


def audit(world: Roads) -> list[Broken]:
    """Compare the base with its rules, and our books with the simulator's own log."""
    with psycopg.connect(plain(world.database), autocommit=True) as connection:
        base = audit_base(connection)
    found = [("lost", rule, str(row)) for rule, rows in base.items() for row in rows]
    found += [
        ("double", "a_call_was_applied_twice", str(row)) for row in world.rows(_APPLIED_TWICE)
    ]
    found += [("lost", "a_step_is_stuck", str(row)) for row in world.rows(_STUCK)]
    [(asked, exchanged)] = world.rows(_COUNTS)
    called, answered, used = _simulator_log(world.home / "simulator" / "simulador.sqlite3")
    if exchanged > answered or answered > used:
        said = f"{used} codes used up, {answered} answered, {exchanged} applied"
        found.append(("double", "a_code_was_exchanged_twice", said))
    if called > asked:
        found.append(("lost", "a_call_is_not_in_the_ledger", f"{called} called, {asked} asked"))
    return [Broken(rule=rule, means=means, key="", said=said) for means, rule, said in found]


def _simulator_log(path: Path) -> tuple[int, int, int]:
    """Read the simulator's log: calls for tokens, those that gave some, and codes used up."""
    with sqlite3.connect(path) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM request_log WHERE endpoint = 'token'),"
            " (SELECT count(*) FROM request_log WHERE endpoint = 'token' AND status = 200),"
            " (SELECT count(*) FROM authorization_code WHERE used)"
        ).fetchone()
    connection.close()
    return int(row[0]), int(row[1]), int(row[2])
