"""What staff may do to an instance: commands like any other, each with its reason.

They run on a suspended instance as on a running one; the history keeps who and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class SuspendInstance:
    """Stop an instance: nothing of it goes on until it is resumed."""

    instance_id: int
    reason: str
    actor: str
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeInstance:
    """Let a suspended instance go on; timers that came due meanwhile fire, once each."""

    instance_id: int
    reason: str
    actor: str
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldTimers:
    """Stop the clocks of some timers: what remains of each is kept until its release.

    Args:
        instance_id: Which instance.
        elements: The timer events whose clocks stop; others go on.
    """

    instance_id: int
    elements: tuple[str, ...]
    reason: str
    actor: str
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseTimers:
    """Let held clocks go on: each is due later by as long as it was held."""

    instance_id: int
    elements: tuple[str, ...]
    reason: str
    actor: str
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryJobs:
    """Let jobs, timers and signals that were given up be tried again, with fresh attempts.

    Args:
        instance_id: Which instance.
        element: Only that element's; None: all that were given up.
    """

    instance_id: int
    reason: str
    actor: str
    element: str | None = None
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MoveToken:
    """Take the token at one element away and put one before another.

    Args:
        instance_id: Which instance.
        source: The element that the token waits at.
        target: The element of the same diagram that it shall enter.
    """

    instance_id: int
    source: str
    target: str
    reason: str
    actor: str
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RepeatStep:
    """Do an element again that the token has left: what came after it is cancelled.

    Args:
        instance_id: Which instance.
        element: The element to do again.
    """

    instance_id: int
    element: str
    reason: str
    actor: str
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SkipStep:
    """Go on as if the waiting element were done.

    Args:
        instance_id: Which instance.
        element: A user task, job, timer or message that is waited for.
        outputs: What it would have set.
    """

    instance_id: int
    element: str
    reason: str
    actor: str
    outputs: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeVariables:
    """Set or take away variables of every open token.

    Args:
        instance_id: Which instance.
        values: The new values.
        remove: Names that go.
    """

    instance_id: int
    reason: str
    actor: str
    values: Mapping[str, Any] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MigrateInstance:
    """Move an instance to another version of its process; due dates stay.

    Args:
        instance_id: Which instance.
        version: Of the same process.
        mapping: Element of the old version → element of the new, where they differ.
        batch_id: The batch that it is part of.
    """

    instance_id: int
    version: int
    reason: str
    actor: str
    mapping: Mapping[str, str] = field(default_factory=dict)
    batch_id: int | None = None
    key: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class UndoMigration:
    """Take the last migration of an instance back, while nothing has come after it."""

    instance_id: int
    reason: str
    actor: str
    key: str | None = None


Repair = (
    SuspendInstance
    | ResumeInstance
    | HoldTimers
    | ReleaseTimers
    | RetryJobs
    | MoveToken
    | RepeatStep
    | SkipStep
    | ChangeVariables
    | MigrateInstance
    | UndoMigration
)
