"""Moves many timers at once, and moves them back.

A move is one UPDATE however many they are; where each timer was before its last move, and which
move that was, are columns of its row, so that to undo it is one UPDATE too. Timers that fired in
between have fired. A held timer moves like any other: what is left of it grows or shrinks. Moves
come one after the other, so that each knows which earlier ones it covers.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, literal, select, text, update

from engine.errors import MoveNotFound, MoveNotLast, NothingChosen
from engine.store.locks import busy_when_locked
from engine.store.tables import incident, instance, timer, timer_move

#: Waits for another move, and lets everything else read and write.
_ONE_BY_ONE = text("LOCK TABLE engine.timer_move IN SHARE ROW EXCLUSIVE MODE")


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Which timers: those to which everything that is said here applies.

    Args:
        group_key: Of instances that were started with it.
        process: Of the process with that BPMN id.
        elements: At one of these timer events.
        instance_ids: Of one of these instances.
        timer_ids: One of these.
    """

    group_key: str | None = None
    process: str | None = None
    elements: Collection[str] | None = None
    instance_ids: Collection[int] | None = None
    timer_ids: Collection[int] | None = None

    def condition(self) -> ColumnElement[bool]:
        """Return it as a condition.

        Raises:
            NothingChosen: Nothing is said, which would be all timers.
        """
        said: list[ColumnElement[bool]] = []
        if self.group_key is not None:
            said.append(timer.c.group_key == self.group_key)
        if self.process is not None:
            ours = select(instance.c.id).where(instance.c.process == self.process)
            said.append(timer.c.instance_id.in_(ours))
        for column, chosen in (
            (timer.c.element_id, self.elements),
            (timer.c.instance_id, self.instance_ids),
            (timer.c.id, self.timer_ids),
        ):
            if chosen is not None:
                said.append(column.in_(list(chosen)))
        if not said:
            raise NothingChosen
        return and_(*said)

    def as_json(self) -> Mapping[str, Any]:
        """Return what is said, for the move's row."""
        said = {name: value for name, value in asdict(self).items() if value is not None}
        return {
            name: value if isinstance(value, str) else list(value) for name, value in said.items()
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class To:
    """Where timers move: later or earlier by a while, or all to one instant."""

    by: timedelta | None = None
    at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse both and neither; a row keeps whole seconds."""
        if (self.by is None) == (self.at is None):
            raise ValueError("Say by how much or to when timers move: one of the two.")
        if self.by is not None and self.by.microseconds:
            raise ValueError("Timers move by whole seconds.")

    def due_at(self) -> ColumnElement[datetime]:
        """Return a timer's new due time."""
        if self.by is not None:
            return timer.c.due_at + literal(self.by)
        return literal(self.at)


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a move would do.

    Args:
        timers: How many would move.
        earliest: The first due time after it; None where none would move.
        latest: The last one.
        due_at_once: How many would be due, and so fire, right after it.
        held: How many of them are held, and fire later by as long as that lasts.
        paused: How many are of suspended instances, and fire at the earliest when those go on.
    """

    timers: int
    earliest: datetime | None
    latest: datetime | None
    due_at_once: int
    held: int
    paused: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A move that was made: its number, and how many timers it moved."""

    id: int
    timers: int


def preview(connection: Connection, chosen: Selection, to: To, *, now: datetime) -> Preview:
    """Say what a move would do, and change nothing.

    Args:
        connection: Any.
        chosen: Which timers.
        to: Where they would move.
        now: The engine's clock.
    """
    due_at = to.due_at()
    runs = and_(~timer.c.paused, timer.c.held_at.is_(None))
    row = connection.execute(
        select(
            func.count().label("timers"),
            func.min(due_at).label("earliest"),
            func.max(due_at).label("latest"),
            func.count().filter(due_at <= now, runs).label("due_at_once"),
            func.count().filter(timer.c.held_at.is_not(None)).label("held"),
            func.count().filter(timer.c.paused).label("paused"),
        ).where(chosen.condition())
    ).mappings()
    return Preview(**row.one())


def move(
    connection: Connection, chosen: Selection, to: To, *, reason: str, actor: str, now: datetime
) -> Moved:
    """Move timers that wait.

    Args:
        connection: The caller's transaction.
        chosen: Which timers.
        to: Where they move.
        reason: Kept with the move.
        actor: Who asked for it.
        now: The engine's clock.

    Raises:
        Busy: A command on one of them takes too long.
    """
    condition = chosen.condition()
    with busy_when_locked():
        connection.execute(_ONE_BY_ONE)
        move_id = connection.execute(
            insert(timer_move)
            .values(
                group_key=chosen.group_key,
                selection=chosen.as_json(),
                seconds=int(to.by.total_seconds()) if to.by is not None else None,
                due_at=to.at,
                covers=_covered(connection, condition),
                timers=0,
                reason=reason,
                actor=actor,
                moved_at=now,
            )
            .returning(timer_move.c.id)
        ).scalar_one()
        moved = connection.execute(
            update(timer)
            .where(condition)
            .values(
                due_before_move=timer.c.due_at,
                due_at=to.due_at(),
                moved_by=move_id,
                leased_until=None,
                attempts=0,
                stopped_at=None,
            )
        ).rowcount
        _close_incidents(connection, timer.c.moved_by == move_id, actor=actor, now=now)
    connection.execute(update(timer_move).where(timer_move.c.id == move_id).values(timers=moved))
    return Moved(id=move_id, timers=moved)


def undo(connection: Connection, move_id: int, *, actor: str, now: datetime) -> int:
    """Move timers back to where they were before a move; what has fired stays fired.

    Args:
        connection: The caller's transaction.
        move_id: Which move.
        actor: Who asked for it.
        now: The engine's clock.

    Returns:
        How many timers moved back.

    Raises:
        MoveNotFound: There is none, or it was undone before.
        MoveNotLast: Some of its timers were moved again since.
        Busy: A command on one of them takes too long.
    """
    with busy_when_locked():
        connection.execute(_ONE_BY_ONE)
        condition = _undoable(connection, move_id).condition()
        _close_incidents(connection, timer.c.moved_by == move_id, actor=actor, now=now)
        back = connection.execute(
            update(timer)
            .where(condition, timer.c.moved_by == move_id)
            .values(
                due_at=timer.c.due_before_move,
                due_before_move=None,
                moved_by=None,
                leased_until=None,
                attempts=0,
                stopped_at=None,
            )
        ).rowcount
    connection.execute(
        update(timer_move).where(timer_move.c.id == move_id).values(undone_at=now, undone_by=actor)
    )
    return back


def _covered(connection: Connection, condition: ColumnElement[bool]) -> list[int]:
    """Return the earlier moves of which these timers keep the marks until now."""
    rows = connection.execute(
        select(timer.c.moved_by).where(condition, timer.c.moved_by.is_not(None)).distinct()
    )
    return sorted(rows.scalars())


def _close_incidents(
    connection: Connection, moved: ColumnElement[bool], *, actor: str, now: datetime
) -> None:
    """Close the incidents of timers that had been given up: moved, they are tried anew."""
    connection.execute(
        update(incident)
        .where(
            incident.c.kind == "timer",
            incident.c.closed_at.is_(None),
            incident.c.timer_id.in_(select(timer.c.id).where(moved)),
        )
        .values(closed_at=now, closed_by=actor)
    )


def _undoable(connection: Connection, move_id: int) -> Selection:
    """Return which timers a move was about, if it can be undone."""
    said = connection.execute(
        select(timer_move.c.selection).where(
            timer_move.c.id == move_id, timer_move.c.undone_at.is_(None)
        )
    ).scalar()
    if said is None:
        raise MoveNotFound(move_id)
    later = connection.execute(
        select(timer_move.c.id)
        .where(timer_move.c.id > move_id, timer_move.c.covers.contains([move_id]))
        .order_by(timer_move.c.id)
        .limit(1)
    ).scalar()
    if later is not None:
        raise MoveNotLast(move_id, later)
    return Selection(**said)
