"""What an instance waits for after a command, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, kw_only=True, slots=True)
class UserTaskWait:
    """A user task that someone may complete."""

    uid: UUID
    element_id: str
    name: str
    form: str | None
    assignee: str | None
    candidate_groups: tuple[str, ...]
    variables: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class TimerWait:
    """A timer with the instant that the diagram asked for."""

    uid: UUID
    element_id: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageWait:
    """A message or a signal that the instance can take.

    Args:
        message: Its name.
        kind: "message" or "signal".
    """

    uid: UUID
    element_id: str
    message: str
    kind: str = "message"


@dataclass(frozen=True, kw_only=True, slots=True)
class JobWait:
    """A job that an operator has to do."""

    uid: UUID
    element_id: str
    topic: str
    inputs: Mapping[str, Any]
    retry_delays: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Waits:
    """All of it, each by its task's id."""

    user_tasks: Mapping[UUID, UserTaskWait] = field(default_factory=dict)
    timers: Mapping[UUID, TimerWait] = field(default_factory=dict)
    messages: Mapping[UUID, MessageWait] = field(default_factory=dict)
    jobs: Mapping[UUID, JobWait] = field(default_factory=dict)
