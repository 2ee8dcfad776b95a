"""What can happen to an instance: each of these is one transaction.

A command that comes from outside may carry a `key`: the same key again gives the remembered
outcome and changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from engine.repairs import Repair


@dataclass(frozen=True, kw_only=True, slots=True)
class StartInstance:
    """Start a process; the same business key again gives the instance that is there.

    Args:
        process: The BPMN id of the process.
        business_key: Unique among all instances of the process, across versions.
        variables: The first data; ids, never personal data.
        group: Timers of one group are moved together (a campaign's deadline).
        start_event: At which start event it begins; None: the plain one.
    """

    process: str
    business_key: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    group: str | None = None
    start_event: str | None = None
    actor: str = "system"
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CompleteUserTask:
    """Complete a user task with someone's answers."""

    task_id: int
    answers: Mapping[str, Any]
    actor: str
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverMessage:
    """Hand a message to the instance with that business key (BPMN 2.0, 10.5.5).

    Args:
        name: The message's name in the diagram.
        process: The BPMN id of the process.
        business_key: Of the instance.
        payload: Goes into the variables.
        ttl: How long it is kept where nothing waits for it yet, or the instance is not there yet;
            None: such a message is refused.
    """

    name: str
    process: str
    business_key: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    ttl: timedelta | None = None
    actor: str = "system"
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverSignal:
    """Hand a signal to one instance that waited for it when it was thrown (BPMN 2.0, 10.5.1)."""

    instance_id: int
    name: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    actor: str = "system"
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FireTimer:
    """Fire a timer whose row is due."""

    timer_id: int
    actor: str = "clock"
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FinishJob:
    """Bring a job's result in; dropped when its lease went to another worker.

    Args:
        job_id: Which job.
        lease: The worker's.
        outputs: Go into the variables.
        effects: The calls to the outside, in the ledger, whose answers this brings in.
    """

    job_id: int
    lease: UUID
    outputs: Mapping[str, Any]
    effects: tuple[int, ...] | None = None
    actor: str = "worker"
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RaiseJobError:
    """Bring a job's business error in, for a boundary event of the diagram to catch.

    Args:
        job_id: Which job.
        lease: The worker's.
        code: The `errorCode` of the diagram.
        message: What happened, for people.
        effects: The calls to the outside, in the ledger, whose answers this brings in.
    """

    job_id: int
    lease: UUID
    code: str
    message: str
    effects: tuple[int, ...] | None = None
    actor: str = "worker"
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CancelInstance:
    """End an instance before its end, and all that it waits for."""

    instance_id: int
    reason: str
    actor: str
    key: str | None = None


Command = (
    StartInstance
    | CompleteUserTask
    | DeliverMessage
    | DeliverSignal
    | FireTimer
    | FinishJob
    | RaiseJobError
    | CancelInstance
    | Repair
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a command did.

    Args:
        instance_id: The instance it touched; None for a message that is kept for one to come.
        state: "running", "suspended", "completed" or "cancelled", after it; "kept" for a message in
            the inbox.
        repeated: Nothing was done: it had been done before.
    """

    instance_id: int | None
    state: str
    repeated: bool = False
