"""An instance as it was after any of its steps: its tokens and its data.

The row holds the last state; each step of the history keeps the way back to the one before it, so
that nothing is run again and what was is read, whatever release wrote it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.definitions import DefinitionCache
from engine.errors import HistoryGone, InstanceNotFound, NoSuchStep
from engine.spiff import deltas
from engine.spiff.execution import Execution
from engine.spiff.script_engine import reading_engine
from engine.store.tables import history, instance

#: What a step that changed the version notes in its history (see engine.handling.migrating).
FROM_DEFINITION = "from_definition"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rebuilt:
    """An instance after one of its steps.

    Args:
        step: Which; 1 is its start.
        at: When that was.
        definition_id: The version that it ran on then.
        elements: Where its tokens stood, sorted; an element twice where two stood there.
        variables: Its data.
        text: The state as it was saved.
    """

    step: int
    at: datetime
    definition_id: int
    elements: tuple[str, ...]
    variables: Mapping[str, Any]
    text: bytes


def rebuild(
    connection: Connection, definitions: DefinitionCache, *, instance_id: int, step: int
) -> Rebuilt:
    """Return an instance as it was after a step.

    Args:
        connection: Any; nothing is written or locked.
        definitions: Where versions are kept parsed.
        instance_id: Which instance.
        step: After which step; 1 is its start.

    Raises:
        InstanceNotFound: There is no such instance.
        NoSuchStep: It has not come that far, or no step has that number.
        HistoryGone: A step that leads back to it is not kept any more.
    """
    row = connection.execute(
        select(instance.c.definition_id, instance.c.steps, instance.c.tokens).where(
            instance.c.id == instance_id
        )
    ).first()
    if row is None:
        raise InstanceNotFound(f"with id {instance_id}")
    if not 1 <= step <= row.steps:
        raise NoSuchStep(instance_id, step, row.steps)
    text, definition_id = deltas.decompress(row.tokens), row.definition_id
    *later, wanted = _steps_down_to(connection, instance_id, step, row.steps)
    for each in later:
        if each.delta is None:
            raise HistoryGone(instance_id, each.step)
        text = deltas.go_back(text, each.delta)
        definition_id = each.input.get(FROM_DEFINITION, definition_id)
    return _view(connection, definitions, definition_id, step=step, at=wanted.at, text=text)


def _steps_down_to(connection: Connection, instance_id: int, step: int, newest: int) -> list[Any]:
    """Read the steps from the newest back to one, none left out.

    Raises:
        HistoryGone: One is missing.
    """
    rows = connection.execute(
        select(history.c.step, history.c.at, history.c.input, history.c.delta)
        .where(history.c.instance_id == instance_id, history.c.step >= step)
        .order_by(history.c.step.desc())
    ).all()
    found = {row.step for row in rows}
    for expected in range(newest, step - 1, -1):
        if expected not in found:
            raise HistoryGone(instance_id, expected)
    return list(rows)


def _view(
    connection: Connection,
    definitions: DefinitionCache,
    definition_id: int,
    *,
    step: int,
    at: datetime,
    text: bytes,
) -> Rebuilt:
    """Return what a saved state says."""
    definition = definitions.get(connection, definition_id)
    execution = Execution.of_text(text, definition, reading_engine(at))
    return Rebuilt(
        step=step,
        at=at,
        definition_id=definition_id,
        elements=execution.elements(),
        variables=execution.variables(),
        text=text,
    )
