"""Says beforehand what a batch would do, by doing it to a few instances and taking it back."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import OperationalError

from engine.batches.kinds import Asked, checked, kind_of
from engine.batches.selection import Selection
from engine.database_errors import said_without_rows
from engine.errors import Busy
from engine.runtime import Runtime
from engine.store import batches
from engine.store.selections import select_ids

#: Instances that are tried.
SAMPLE = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """What a repair would do to one instance.

    Args:
        state: The instance's.
        would: "done", "skipped" or "failed".
        reason: Why it would not be done; None where it would.
    """

    instance_id: int
    business_key: str
    state: str
    would: str
    reason: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a batch would be for.

    Args:
        by_state: How many instances there are in each state.
        trials: What it would do to the first of them that nobody holds just now.
    """

    by_state: Mapping[str, int]
    trials: tuple[Trial, ...]

    @property
    def total(self) -> int:
        """How many instances it would take in."""
        return sum(self.by_state.values())


class _TakenBack(Exception):
    """Ends the transaction of a preview."""


def preview(
    runtime: Runtime,
    selection: Selection,
    *,
    kind: str,
    parameters: Mapping[str, Any] | None = None,
    sample: int = SAMPLE,
) -> Preview:
    """Count what a selection means, and try a repair on a few; nothing stays, nothing is announced.

    Args:
        runtime: Executes the commands.
        selection: Which instances.
        kind: The repair.
        parameters: The repair's own.
        sample: How many are tried at the most.

    Raises:
        BatchRefused: The repair is unknown, or a parameter does not fit.
    """
    asked = Asked(kind=kind, parameters=checked(kind, parameters or {}), reason="", actor="preview")
    ids = select_ids(selection)
    with runtime.database.connect() as connection:
        by_state = batches.count(connection, ids)
    trials: list[Trial] = []
    with suppress(_TakenBack), runtime.transaction() as connection:
        trials = [
            _trial(runtime, connection, asked, row)
            for row in batches.lock_some(connection, ids, sample)
        ]
        raise _TakenBack
    return Preview(by_state=by_state, trials=tuple(trials))


def _trial(runtime: Runtime, connection: Connection, asked: Asked, row: Row[Any]) -> Trial:
    """Return what a repair would do to one instance."""
    would, reason = _try(runtime, connection, asked, row.id)
    return Trial(
        instance_id=row.id,
        business_key=row.business_key,
        state=row.state,
        would=would,
        reason=reason,
    )


def _try(
    runtime: Runtime, connection: Connection, asked: Asked, instance_id: int
) -> tuple[str, str | None]:
    """Carry one command out, take it back, and say what became of it."""
    savepoint = connection.begin_nested()
    try:
        runtime.execute(asked.command(instance_id), connection=connection)
    except (Busy, OperationalError):
        raise
    except kind_of(asked.kind).needless as error:
        return "skipped", str(error)
    except Exception as error:  # noqa: BLE001 — whatever it is, the person who asks shall read it
        return "failed", said_without_rows(error)
    finally:
        savepoint.rollback()
    return "done", None
