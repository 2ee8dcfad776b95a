"""One run: some instances, one process killed at one drawn point, and the books."""

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from killing.books import Broken, audit
from killing.conductor import Point, Trap
from killing.customers import Customers
from killing.disturbances import Disturber, drawn
from killing.world import World

INSTANCES = 3
_CALM_RUNS = 3
_HOUR = timedelta(minutes=61)
#: The engine's clock goes an hour on after so many seconds.
_HOUR_SECONDS = 0.3
_SETTLE_SECONDS = 60.0
#: Share of the workers that die with their master.
_TOGETHER = 0.4
_OPEN = """
    SELECT count(*) FROM engine.instance
    WHERE business_key = ANY(%(keys)s) AND process = 'faults' AND ended_at IS NOT NULL
"""


@dataclass(kw_only=True)
class Run:
    """What one run was and what came of it.

    Args:
        seed: Draws all of it.
        point: Where a process was killed.
        killed: Whether the point was reached.
        disturbances: What else went wrong.
        broken: Rows that break a rule.
        wrong: Answers that nobody should hear.
        seconds: How long it took.
    """

    seed: str
    point: Point | None = None
    killed: bool = False
    disturbances: list[str] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def lost(self) -> int:
        """How many rows say that something was lost."""
        return sum(each.means == "lost" for each in self.broken)

    @property
    def double(self) -> int:
        """How many rows say that something was done twice."""
        return sum(each.means == "double" for each in self.broken)

    @property
    def failed(self) -> bool:
        """Whether anything was lost, double, or seen by somebody as an error."""
        return bool(self.broken or self.wrong)

    def __str__(self) -> str:
        """Tell it in a few lines, with the seed first."""
        point = " | ".join(self.point) if self.point else "nobody killed"
        lines = [f"seed {self.seed}: {point}; {', '.join(self.disturbances) or 'calm'}"]
        lines += [f"  {b.means}: {b.rule}: {b.key}: {b.said}" for b in self.broken]
        return "\n".join(lines + [f"  heard: {wrong}" for wrong in self.wrong])


class Points:
    """The points that exist, found by counting; nobody writes them down."""

    def __init__(self) -> None:
        self._reached: Counter[Point] = Counter()
        self._runs = 0

    def learn(self, reached: Counter[Point]) -> None:
        """Add what a run reached."""
        self._reached += reached
        self._runs += 1

    def known(self) -> list[Point]:
        """Give every point that was ever reached."""
        return sorted(self._reached)

    def trap(self, source: random.Random) -> Trap:
        """Draw a point, rare ones as often as others, which time it is reached, and who dies."""
        known = self.known()
        often = [self._reached[point] / self._runs for point in known]
        [number] = source.choices(range(len(known)), [min(1.0, each) for each in often])
        together = known[number][0] == "worker" and source.random() < _TOGETHER
        return Trap(
            point=known[number],
            occurrence=source.randint(1, max(1, min(8, int(often[number])))),
            verdict="die together" if together else "die",
        )


@dataclass(kw_only=True)
class OwnProcess:
    """Instances of the campaign's own diagram, three in each run.

    Args:
        world: Started.
    """

    world: World

    def learn(self, points: Points, seed: str) -> list[Run]:
        """Run without killing anybody, to count the points; the books must balance, too."""
        self.world.conductor.count()
        found = []
        for number in range(_CALM_RUNS):
            found.append(act(self.world, Run(seed=f"{seed}-calm-{number}"), points))
            points.learn(self.world.conductor.count())
        return found

    def run(self, points: Points, seed: str) -> Run:
        """Kill one process at a drawn point, let everything settle, and audit."""
        source = drawing("point", seed)
        trap = points.trap(source)
        made = Run(seed=seed, point=trap.point, disturbances=drawn(source))
        act(self.world, made, points, traps=[trap])
        points.learn(self.world.conductor.count())
        return made

    def look_again(self, runs: Sequence[Run]) -> list[Broken]:
        """Audit every run once more: somebody who was slow may have done harm later."""
        told = {(broken.rule, broken.key) for each in runs for broken in each.broken}
        keys = [f"{each.seed}:{number}" for each in runs for number in range(INSTANCES)]
        return [
            broken for broken in audit(self.world, keys) if (broken.rule, broken.key) not in told
        ]

    def is_over(self) -> bool:
        """Say that there is always another instance."""
        return False


def act(
    world: World,
    made: Run,
    points: Points,
    *,
    traps: Sequence[Trap] = (),
    instances: int = INSTANCES,
    seconds: float = _SETTLE_SECONDS,
) -> Run:
    """Let customers come, let things go wrong, wait until all is settled, and audit.

    Args:
        world: Where.
        made: Filled in.
        points: Known points.
        traps: Who dies where; a process that shall go on is stopped there for a while.
        instances: How many walk.
        seconds: How long to wait for them.
    """
    source, began = drawing("run", made.seed), time.monotonic()
    keys = [f"{made.seed}:{number}" for number in range(instances)]
    customers, disturber = Customers(world, keys, source), Disturber(world, source, points.known())
    for trap in traps:
        if trap.verdict == "go":
            trap.act = partial(disturber.stall, trap)
        world.conductor.set(trap)
    customers.begin()
    disturber.begin(made.disturbances, stood_still=customers.stand_still)
    _settle(world, customers, disturber, keys, seconds)
    world.conductor.clear()
    disturber.end()
    world.tend()
    customers.close()
    made.killed = any(trap.sprung.is_set() for trap in traps)
    made.wrong = customers.answers.wrong
    made.broken = audit(world, keys)
    made.seconds = time.monotonic() - began
    return made


def drawing(*what: str) -> random.Random:
    """Make the source of draws for one thing."""
    return random.Random(" ".join(what))  # noqa: S311 — repeatable on purpose, guards nothing


def _settle(
    world: World, customers: Customers, disturber: Disturber, keys: list[str], seconds: float
) -> None:
    """Go on until every instance has ended and every command was answered, or time is up."""
    began, moved, hours = time.monotonic(), time.monotonic(), 0
    while (now := time.monotonic()) - began < seconds:
        world.tend()
        disturber.look()
        customers.look(late=hours >= 1)
        [(ended,)] = world.rows(_OPEN, keys=keys)
        if ended == len(keys) and customers.heard_all():
            return
        if now - moved > _HOUR_SECONDS:
            world.advance(_HOUR)
            moved, hours = now, hours + 1
        time.sleep(0.05)  # between two looks
