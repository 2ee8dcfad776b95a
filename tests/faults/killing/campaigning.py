"""Many runs in one world, and the table of what was killed where."""

import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from killing.books import Broken, audit
from killing.runs import Points, Run, learn, run
from killing.world import World

if TYPE_CHECKING:
    from killing.conductor import Point

#: A run that is told of as it goes.
_EVERY = 25


class Campaign:
    """Runs until enough processes were killed, or time is up.

    Args:
        world: Started.
        seed: Draws every run's.
        say: Told how it goes.
    """

    def __init__(self, world: World, *, seed: str, say: Callable[[str], None]) -> None:
        self._world, self._seed, self._say = world, seed, say
        self.points = Points()
        self.killed: Counter[Point] = Counter()
        self.disturbed: Counter[str] = Counter()
        self.bad: list[Run] = []
        self.runs: list[Run] = []
        self._began = time.monotonic()

    @property
    def failed(self) -> bool:
        """Whether any run's books do not balance."""
        return bool(self.bad)

    def go(self, *, kills: int, seconds: float = float("inf"), until_bad: bool = False) -> None:
        """Run.

        Args:
            kills: How many processes to kill.
            seconds: How long at the most.
            until_bad: End with the first run whose books do not balance.
        """
        self._say(f"seed {self._seed}")
        for each in learn(self._world, self.points, seed=self._seed):
            self._note(each)
        number = 0
        while self.killed.total() < kills and time.monotonic() - self._began < seconds:
            if until_bad and self.bad:
                return
            number += 1
            self._note(run(self._world, self.points, seed=f"{self._seed}-{number}"))
        self._look_again()

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

    def _look_again(self) -> None:
        """Audit every run once more: somebody who was slow may have done harm later."""
        told = {(broken.rule, broken.key) for bad in self.bad for broken in bad.broken}
        keys = [f"{each.seed}:{number}" for each in self.runs for number in range(3)]
        late: list[Broken] = [
            broken for broken in audit(self._world, keys) if (broken.rule, broken.key) not in told
        ]
        if late:
            self.bad.append(Run(seed=self._seed, broken=late))
