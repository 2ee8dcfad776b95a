"""Lets the start events of a deployed version wait for their message, signal or instant."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from engine.durations import parse_cycle, parse_duration, parse_instant
from engine.errors import ExpressionError
from engine.expressions import Evaluator, unwrap
from engine.spiff.specs.starts import StartTrigger
from engine.store import start_events
from engine.store.start_events import WaitingStart


def register(
    connection: Connection,
    process: str,
    triggers: Iterable[StartTrigger],
    *,
    definition_id: int,
    now: datetime,
) -> None:
    """Let the start events of a newly deployed version wait, in place of an older version's.

    One that says the same as before keeps its due time.

    Args:
        connection: The deployment's transaction.
        process: The BPMN id of the process.
        triggers: What begins its instances.
        definition_id: The version.
        now: The instant.

    Raises:
        ExpressionError: A timer's text is none.
    """
    before = start_events.of_process(connection, process)
    starts = [_waiting(process, trigger, before.get(trigger.element), now) for trigger in triggers]
    start_events.replace(connection, process, starts, definition_id=definition_id, now=now)


def _waiting(
    process: str, trigger: StartTrigger, before: WaitingStart | None, now: datetime
) -> WaitingStart:
    """Return how a start event waits."""
    if before is not None and (before.kind, before.name) == (trigger.kind, trigger.text):
        return before
    due_at, cycle = _first(trigger.text, now) if trigger.kind == "timer" else (None, None)
    return WaitingStart(
        process=process,
        element_id=trigger.element,
        kind=trigger.kind,
        name=trigger.text,
        due_at=due_at,
        cycle=cycle,
    )


def _first(text: str, now: datetime) -> tuple[datetime | None, str | None]:
    """Return when a timer begins its first instance, and what is left of it then."""
    inner = unwrap(text)
    said = text if inner is None else Evaluator(now).evaluate(inner, {})
    if not isinstance(said, str):
        raise ExpressionError(text, "gives no text for a timer.")
    if said.startswith("R"):
        cycle = parse_cycle(said)
        return cycle.first(now), left_of(said, None if cycle.times is None else cycle.times - 1)
    if said.startswith("P"):
        return now + parse_duration(said), None
    due_at = parse_instant(said)
    return (due_at if due_at >= now else None), None


def left_of(cycle: str, times: int | None) -> str | None:
    """Return a repeating interval with so many times left; None where none is."""
    if times is not None and times <= 0:
        return None
    _, rest = cycle.split("/", 1)
    return f"R{'' if times is None else times}/{rest}"
