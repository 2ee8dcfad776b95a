"""The processes that fill a sample up to its number, drawn from the seed one after the other.

Numbers rise with the day on which a process began, as the old portal's do, though the processes
are written login by login: each takes the next place of a shuffled range.
"""

import math
import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from orquestra.sample import vocabulary
from orquestra.sample.catalogue import KINDS, Kind
from orquestra.sample.seed_processes import NUMBERS
from orquestra.sample.shapes import OpenTask, Process, source_of

_YEARS = 9
_DAYS = _YEARS * 365
_FIRST_NUMBER = 300_000
_NUMBERS_SPAN = 600_000
_RECENT = timedelta(days=730)
#: How many processes are still in progress, by age.
_ONGOING_RECENT = 0.55
_ONGOING_OLD = 0.04
_LONGEST_DAYS = 240
_BODYS_TASK = "Analisar pedido"


class DrawnProcesses:
    """Draws a known total of processes, whoever they are for.

    Args:
        seed: The sample's.
        total: How many at most.
        today: Every process is older, every customer's task expires later.
    """

    def __init__(self, *, seed: int, total: int, today: date) -> None:
        self._seed = seed
        self._total = max(total, 1)
        self._today = today
        self._place = 0
        self._step = _coprime_below(self._total)
        self._numbers = max(self._total, _NUMBERS_SPAN)

    def draw(self, login: str, count: int) -> Iterator[Process]:
        """Draw some login's processes."""
        for _ in range(count):
            place = self._place * self._step % self._total
            self._place += 1
            yield self._process(login, place, source_of(self._seed, "process", place))

    def _process(self, login: str, place: int, source: random.Random) -> Process:
        day = self._today - timedelta(days=_DAYS - (_DAYS - 1) * place // self._total)
        opened_at = datetime.combine(day, time(source.randrange(8, 18), source.randrange(60)))
        kind = source.choices(KINDS, [kind.weight for kind in KINDS])[0]
        recent = self._today - day < _RECENT
        ongoing = source.random() < (_ONGOING_RECENT if recent else _ONGOING_OLD)
        company = (
            f"{source.choice(vocabulary.COMPANY_KINDS)} {source.choice(vocabulary.COMPANY_NAMES)}"
        )
        return Process(
            number=self._number(place),
            code=kind.code,
            name=kind.name,
            version=kind.version,
            area=kind.area,
            description=kind.description.format(
                company=company, ncm=source.choice(vocabulary.NCM_CODES)
            ),
            requester=login,
            opened_at=opened_at,
            closed_at=None if ongoing else self._end(opened_at, source),
            tasks=self._tasks(login, kind, source) if ongoing else (),
        )

    def _number(self, place: int) -> int:
        """Spread the places over the range of numbers, stepping over the guide's own."""
        number = _FIRST_NUMBER + place * self._numbers // self._total
        for taken in NUMBERS:
            number += number >= taken
        return number

    def _end(self, opened_at: datetime, source: random.Random) -> datetime:
        latest = (self._today - opened_at.date()).days
        return opened_at + timedelta(days=source.randint(0, min(latest, _LONGEST_DAYS)), minutes=5)

    def _tasks(self, login: str, kind: Kind, source: random.Random) -> tuple[OpenTask, ...]:
        """Draw what is to be done: by the customer, by the body, by both or by nobody yet."""
        expires_on = self._today + timedelta(days=source.randint(2, 60))
        customers = OpenTask(name=kind.task, holder=login, expires_on=expires_on)
        bodys = OpenTask(name=_BODYS_TASK)
        return source.choices(((customers,), (bodys,), (customers, bodys), ()), (55, 20, 10, 15))[0]


def _coprime_below(total: int) -> int:
    """Find a step that visits each of `total` places once before the first comes again."""
    step = max(1, round(total * 0.618))
    while math.gcd(step, total) != 1:
        step += 1
    return step
