"""The effect ledger: which calls to the outside were asked for, answered and applied.

Calls to the outside are at least once: a worker may die after the call and before its answer is
brought in, and the next attempt calls again. So each call is written down, in a transaction of its
own, before it is made and once its answer is known; the command that brings the job's result in
marks its calls as applied. A call that is asked and not answered is one whose process died.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy import Engine as Database

from engine.clock import Clock
from engine.errors import JobNotHeld
from engine.store import effects
from engine.store.effects import Asked
from engine.store.jobs import HeldJob
from engine.store.tables import effect

#: Names and outcomes are codes: letters, and no run of digits that could be someone's number.
_CODE = re.compile(r"(?!.*\d{4})[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}")


@dataclass(slots=True)
class Effect:
    """One call that is being made."""

    id: int
    database: Database
    clock: Clock
    _answered: bool = False

    def answered(self, code: str) -> None:
        """Write down what the call came to, once.

        Args:
            code: A short code of the outcome, such as "200" or "invalid_grant"; no data.

        Raises:
            ValueError: It is no code, or the call was answered already.
        """
        if self._answered:
            raise ValueError("A call has one answer: open another effect for another call.")
        with self.database.begin() as connection:
            effects.answer(connection, self.id, code=_code(code), now=self.clock.now())
        self._answered = True

    @property
    def open(self) -> bool:
        """Whether no answer was written yet."""
        return not self._answered


@dataclass(kw_only=True, slots=True)
class Ledger:
    """Writes down the calls of one attempt at one job.

    Args:
        held: The job, whose lease this worker holds.
        key: The job's idempotency key.
        database: Where a call is committed by itself.
        clock: Says when.
        ids: The calls of this attempt so far: the finishing command marks them as applied.
    """

    held: HeldJob
    key: str
    database: Database
    clock: Clock
    ids: list[int] = field(default_factory=list)

    @property
    def made(self) -> tuple[int, ...] | None:
        """The calls of this attempt, for the command that brings its result in."""
        return tuple(self.ids) or None

    @contextmanager
    def call(self, name: str) -> Iterator[Effect]:
        """Write a call down before it is made; an error that leaves the block is its answer.

        Args:
            name: What is called, such as "govbr.token".

        Raises:
            ValueError: The name is no code.
            JobNotHeld: The lease went to another worker: the call must not be made.
        """
        made = self._ask(_code(name))
        try:
            yield made
        except Exception as error:
            if made.open:
                made.answered(type(error).__name__[:40])
            raise
        if made.open:
            made.answered("done")

    def _ask(self, name: str) -> Effect:
        """Commit that the call is about to be made."""
        asked = Asked(
            job_id=self.held.id,
            lease=self.held.lease,
            name=name,
            idempotency_key=self.key,
            now=self.clock.now(),
        )
        with self.database.begin() as connection:
            effect_id = effects.ask(connection, asked)
        if effect_id is None:
            raise JobNotHeld(self.held.id)
        self.ids.append(effect_id)
        return Effect(effect_id, self.database, self.clock)


def _code(text: str) -> str:
    """Return a code as it is.

    Raises:
        ValueError: It is none.
    """
    if _CODE.fullmatch(text) is None:
        raise ValueError(
            "The ledger holds codes, nobody's data: at most 40 letters, digits (three in a row), "
            "dots, dashes and underscores."
        )
    return text


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectView:
    """One call, as a page shows it."""

    element_id: str
    name: str
    attempt: int
    position: int
    idempotency_key: str
    asked_at: datetime
    answered_at: datetime | None
    answer: str | None
    applied_at: datetime | None
    applied_step: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectCount:
    """How often one element called one thing: "called 2, applied 1"."""

    element_id: str
    name: str
    called: int
    answered: int
    applied: int


def of_instance(connection: Connection, instance_id: int) -> list[EffectView]:
    """Return the calls that an instance's jobs made, in order.

    Args:
        connection: Any.
        instance_id: Which instance.
    """
    rows = connection.execute(
        select(
            effect.c.element_id,
            effect.c.name,
            effect.c.attempt,
            effect.c.position,
            effect.c.idempotency_key,
            effect.c.asked_at,
            effect.c.answered_at,
            effect.c.answer,
            effect.c.applied_at,
            effect.c.applied_step,
        )
        .where(effect.c.instance_id == instance_id)
        .order_by(effect.c.id)
    )
    return [EffectView(**row) for row in rows.mappings()]


def counts(views: Sequence[EffectView]) -> list[EffectCount]:
    """Return, for each element and what it called, how many calls were asked, answered, applied."""
    groups: dict[tuple[str, str], list[EffectView]] = defaultdict(list)
    for view in views:
        groups[view.element_id, view.name].append(view)
    return [
        EffectCount(
            element_id=element_id,
            name=name,
            called=len(group),
            answered=sum(view.answered_at is not None for view in group),
            applied=sum(view.applied_at is not None for view in group),
        )
        for (element_id, name), group in groups.items()
    ]
