"""Making a batch, and what may be done with it afterwards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.batches.kinds import checked, kind_of
from engine.batches.selection import Selection
from engine.errors import BatchNotFound, BatchRefused
from engine.store import batches
from engine.store.selections import select_ids


def create(
    connection: Connection,
    *,
    kind: str,
    selection: Selection,
    reason: str,
    actor: str,
    now: datetime,
    parameters: Mapping[str, Any] | None = None,
) -> int:
    """Make a batch for all instances that a selection means now; later ones are not taken in.

    Args:
        connection: The caller's transaction.
        kind: The repair, one of `kinds.KINDS`.
        selection: Which instances.
        reason: Why, for the history of each instance.
        actor: Who asked.
        now: The engine's clock.
        parameters: The repair's own.

    Returns:
        The batch's id; a worker does the rest.

    Raises:
        BatchRefused: The repair is unknown, a parameter does not fit, or no instance does.
    """
    batch_id = batches.add(
        connection,
        kind=kind,
        selection=selection.to_json(),
        parameters=checked(kind, parameters or {}),
        reason=reason,
        actor=actor,
        now=now,
    )
    if not batches.freeze(connection, batch_id, select_ids(selection)):
        raise BatchRefused("No instance fits the selection: nothing was made.")
    return batch_id


def pause(connection: Connection, batch_id: int, *, reason: str, actor: str, now: datetime) -> None:
    """Stop a batch after the instances in work: once this has returned, nothing more is done.

    Raises:
        BatchNotFound: There is none.
        BatchRefused: It does not run.
    """
    _require(connection, batch_id, {"running"}, "paused")
    _set(connection, batch_id, "paused", [now.isoformat(), actor, "paused", reason])


def resume(
    connection: Connection, batch_id: int, *, reason: str, actor: str, now: datetime
) -> None:
    """Let a paused batch go on with what is left.

    Raises:
        BatchNotFound: There is none.
        BatchRefused: It is not paused.
    """
    _require(connection, batch_id, {"paused"}, "resumed")
    _set(connection, batch_id, "running", [now.isoformat(), actor, "resumed", reason])


def cancel(connection: Connection, batch_id: int, *, reason: str, actor: str, now: datetime) -> int:
    """Do no more of a batch; what is done stays done.

    Returns:
        How many instances it is not done for.

    Raises:
        BatchNotFound: There is none.
        BatchRefused: It is over.
    """
    _require(connection, batch_id, {"running", "paused"}, "cancelled")
    left = batches.change_items(
        connection,
        batch_id,
        before="waiting",
        after="skipped",
        reason=f"The batch was cancelled: {reason}",
        now=now,
    )
    note = [now.isoformat(), actor, "cancelled", reason]
    batches.set_state(connection, batch_id, "cancelled", ended_at=now, note=note)
    return left


def retry_failed(
    connection: Connection, batch_id: int, *, reason: str, actor: str, now: datetime
) -> int:
    """Try once more what failed; a paused batch does so when it is resumed.

    Returns:
        How many instances are tried again.

    Raises:
        BatchNotFound: There is none.
        BatchRefused: It was cancelled, or nothing failed.
    """
    state = _require(connection, batch_id, {"running", "paused", "failed"}, "tried again")
    again = batches.change_items(
        connection, batch_id, before="failed", after="waiting", reason=None, now=None
    )
    if not again:
        raise BatchRefused(f"Nothing of batch {batch_id} has failed.")
    state = "paused" if state == "paused" else "running"
    _set(connection, batch_id, state, [now.isoformat(), actor, "retried", reason])
    return again


def undo(connection: Connection, batch_id: int, *, reason: str, actor: str, now: datetime) -> int:
    """Make the opposite batch for the instances that a batch was done for.

    Returns:
        The new batch's id.

    Raises:
        BatchNotFound: There is none.
        BatchRefused: It is not over yet, cannot be undone, or was done for nothing that is left.
    """
    _require(connection, batch_id, {"completed", "failed", "cancelled"}, "undone")
    row = batches.read(connection, batch_id)
    inverse = kind_of(row.kind).inverse
    if inverse is None:
        raise BatchRefused(f"«{row.kind}» cannot be undone: repair what is wrong by another batch.")
    wanted = kind_of(inverse).fields
    return create(
        connection,
        kind=inverse,
        selection=Selection(done_in=batch_id),
        parameters={name: value for name, value in row.parameters.items() if name in wanted},
        reason=reason,
        actor=actor,
        now=now,
    )


def _require(connection: Connection, batch_id: int, states: set[str], wish: str) -> str:
    """Lock a batch, and return its state where that is one of some."""
    state = batches.lock(connection, batch_id)
    if state is None:
        raise BatchNotFound(batch_id)
    if state not in states:
        raise BatchRefused(f"Batch {batch_id} is {state}: it cannot be {wish}.")
    return state


def _set(connection: Connection, batch_id: int, state: str, note: list[str]) -> None:
    """Set the state of a batch that is not over."""
    batches.set_state(connection, batch_id, state, ended_at=None, note=note)
