"""Many runs in one world, and the table of what was killed where."""

import itertools
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Protocol

from killing.books import Broken
from killing.conductor import Point
from killing.runs import Points, Run

#: A run that is told of as it goes.
_EVERY = 25


class Kind(Protocol):
    """What a campaign runs again and again."""

    def learn(self, points: Points, seed: str) -> list[Run]:
        """Run without killing anybody, to count the points."""

    def run(self, points: Points, seed: str) -> Run:
        """Kill one process at a drawn point, let everything settle, and audit."""

    def look_again(self, runs: Sequence[Run]) -> list[Broken]:
        """Audit all runs at the end; what was told already is left out."""

    def is_over(self) -> bool:
        """Tell whether there is nothing more to run."""


class Campaign:
    """Runs until enough processes were killed, or time is up.

    Args:
        kind: What runs.
        seed: Draws every run's.
        say: Told how it goes.
    """

    def __init__(self, kind: Kind, *, seed: str, say: Callable[[str], None]) -> None:
        self._kind, self._seed, self._say = kind, seed, say
        self.points = Points()
        self.killed = Counter[Point]()
        self.disturbed: Counter[str] = Counter()
        self.bad: list[Run] = []
        self.runs: list[Run] = []
        self._began = time.monotonic()

    @property
    def failed(self) -> bool:
        """Whether any run's books do not balance."""
        return bool(self.bad)

    def go(self, *, kills: int, seconds: float = float("inf"), at_least: int = 0) -> None:
        """Run.

        Args:
            kills: How many processes to kill.
            seconds: After how long to end, with fewer.
            at_least: How many to kill whatever the time.
        """
        self._say(f"seed {self._seed}")
        for each in self._kind.learn(self.points, self._seed):
            self._note(each)
        self._began = time.monotonic()
        for number in itertools.count(1):
            if self._is_over(kills, seconds, at_least):
                break
            self._note(self._kind.run(self.points, f"{self._seed}-{number}"))
        if late := self._kind.look_again(self.runs):
            self.bad.append(Run(seed=self._seed, broken=late))

    def report(self) -> str:
        """Tell of every point, every disturbance and all that was found."""
        lost, double = (sum(getattr(bad, what) for bad in self.bad) for what in ("lost", "double"))
        seconds = sum(each.seconds for each in self.runs)
        lines = [f"{self.killed[point]:5}  {' | '.join(point)}" for point in self.points.known()]
        lines += [f"{number:5}  {name}" for name, number in sorted(self.disturbed.items())]
        lines.append(
            f"seed {self._seed}: {self.killed.total()} killed in {len(self.runs)} runs at "
            f"{len(self.killed)} of {len(self.points.known())} points, {seconds:.0f} s: "
            f"{lost} lost, {double} double, {sum(len(bad.wrong) for bad in self.bad)} errors seen"
        )
        return "\n".join(lines + [str(bad) for bad in self.bad])

    def _is_over(self, kills: int, seconds: float, at_least: int) -> bool:
        killed, spent = self.killed.total(), time.monotonic() - self._began
        return self._kind.is_over() or killed >= kills or (spent >= seconds and killed >= at_least)

    def _note(self, each: Run) -> None:
        self.runs.append(each)
        if each.killed and each.point is not None:
            self.killed[each.point] += 1
        self.disturbed.update(each.disturbances)
        if each.failed:
            self.bad.append(each)
            self._say(str(each))
        if len(self.runs) % _EVERY == 0:
            spent = time.monotonic() - self._began
            self._say(
                f"{spent:7.0f} s  {self.killed.total()} killed, {len(self.bad)} runs with findings"
            )
