"""The processes of a trap base: how many each login has, and where their tasks' clocks stand."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from orquestra.sample import vocabulary
from orquestra.sample.catalogue import KINDS
from orquestra.sample.shapes import OpenTask, Process, source_of
from orquestra.sample.traps.shapes import TrapLogin, Work

_FIRST_NUMBER = 1_000_000
_BODYS_TASK = "Analisar pedido"
_WINDOW = 60


class Expiry(StrEnum):
    """Where a customer's task expires, seen from the deadline."""

    EARLY = "mais_de_60_dias_antes"
    BEFORE = "ate_60_dias_antes"
    AFTER = "ate_60_dias_depois"
    LATE = "mais_de_60_dias_depois"


class TrapProcesses:
    """Draws processes.

    Args:
        seed: The base's.
        today: Every process is older.
        deadline_on: The campaign's last day.
        mean: How many processes a common login has.
    """

    def __init__(self, *, seed: int, today: date, deadline_on: date, mean: int) -> None:
        self._seed = seed
        self._today = today
        self._deadline_on = deadline_on
        self._mean = mean
        self._number = _FIRST_NUMBER
        self._before = ""

    def of(self, owner: TrapLogin, index: int) -> Iterator[tuple[Process, Expiry | None]]:
        """Draw a login's processes: at least one of a common login runs, none of others'.

        Args:
            owner: Whose.
            index: Which login it is.

        Yields:
            Each process, and where its customer's task expires; None when it has none.
        """
        source = source_of(self._seed, "work", index)
        most = 2 * self._mean - 1
        count = 0 if owner.work is Work.NONE or not self._mean else source.randint(1, most)
        running = source.randint(1, count) if owner.work is Work.COMMON and count else 0
        for place in range(count):
            yield self._process(owner.login, source, runs=place < running)
        if not owner.refused:
            self._before = owner.login

    def unknown_requester(self, requester: str) -> Process:
        """Draw a process whose requester no base has."""
        return self._process(requester, source_of(self._seed, "lost", requester), runs=False)[0]

    def unknown_holder(self, requester: str, holder: str) -> Process:
        """Draw a process of one line, whose task waits on somebody whom no base has."""
        task = OpenTask(name=_BODYS_TASK, holder=holder, expires_on=self._deadline_on)
        return replace(self.unknown_requester(requester), closed_at=None, tasks=(task,))

    def endless(self, requester: str) -> Process:
        """Draw a process of one line, whose customer's task never expires."""
        task = OpenTask(name=_BODYS_TASK, holder=requester)
        return replace(self.unknown_requester(requester), closed_at=None, tasks=(task,))

    def _process(
        self, login: str, source: random.Random, *, runs: bool
    ) -> tuple[Process, Expiry | None]:
        """Draw one process."""
        self._number += 1
        kind = source.choice(KINDS)
        day = self._today - timedelta(days=source.randint(30, 3_000))
        opened_at = datetime.combine(day, time(source.randrange(8, 18), source.randrange(60)))
        tasks, expiry = self._tasks(login, kind.task, source) if runs else ((), None)
        company = source.choice(vocabulary.COMPANY_NAMES)
        drawn = Process(
            number=self._number,
            code=kind.code,
            name=kind.name,
            version=kind.version,
            area=kind.area,
            description=kind.description.format(
                company=company, ncm=source.choice(vocabulary.NCM_CODES)
            ),
            requester=login,
            opened_at=opened_at,
            closed_at=None if runs else opened_at + timedelta(days=source.randint(1, 29)),
            tasks=tasks,
        )
        return drawn, expiry

    def _tasks(
        self, login: str, name: str, source: random.Random
    ) -> tuple[tuple[OpenTask, ...], Expiry | None]:
        """Draw what is to be done: by the customer, another login, the body, nobody yet."""
        bodys = OpenTask(name=_BODYS_TASK)
        kind = source.choices(("own", "both", "body", "other", "none"), (50, 15, 20, 5, 10))[0]
        if kind in ("body", "none"):
            return ((bodys,) if kind == "body" else ()), None
        expiry = source.choice(tuple(Expiry))
        holder = self._before if kind == "other" and self._before else login
        customers = OpenTask(name=name, holder=holder, expires_on=self._day(expiry, source))
        return ((customers, bodys) if kind == "both" else (customers,)), expiry

    def _day(self, expiry: Expiry, source: random.Random) -> date:
        """Draw a day, away from the edges by two days: a day's end is not the same everywhere."""
        early = (self._deadline_on - self._today).days - _WINDOW - 2
        distance = {
            Expiry.EARLY: -source.randint(_WINDOW + 2, _WINDOW + early),
            Expiry.BEFORE: -source.randint(2, _WINDOW - 2),
            Expiry.AFTER: source.randint(2, _WINDOW - 2),
            Expiry.LATE: source.randint(_WINDOW + 2, _WINDOW + 200),
        }[expiry]
        return self._deadline_on + timedelta(days=distance)
