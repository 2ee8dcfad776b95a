"""What the runtime asks of every command."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Connection

from engine.commands import Command
from engine.definitions import DefinitionCache
from engine.errors import EngineError
from engine.spiff.execution import Execution
from engine.store.instances import InstanceRow
from engine.store.pipeline import Statement
from engine.store.waiting import Nudge

C = TypeVar("C", bound=Command)


@dataclass(frozen=True, kw_only=True, slots=True)
class Located:
    """How a command finds its instance.

    Args:
        which: Locks or adds the instance's row.
        check: A question asked after the lock; it holds where it finds a row.
    """

    which: Statement
    check: Statement | None = None


@dataclass(kw_only=True, slots=True)
class Scene:
    """All that a command is carried out on.

    Args:
        execution: The instance as it stands.
        row: Its row, locked.
        uid: The task that the command names by its row, where it names one.
        now: The command's clock.
        told: What the row said beside, by which the instance was found.
        connection: The command's transaction.
        definitions: For a command that needs another version.
        noted: What the history shall keep beside the command's own inputs.
        nudges: Jobs that were there and can be done now: the broker is told after the commit.
        resumed: It stood still until now: messages were kept for what it waits for.
    """

    execution: Execution
    row: InstanceRow
    uid: UUID | None
    now: datetime
    connection: Connection
    definitions: DefinitionCache
    noted: dict[str, Any] = field(default_factory=dict)
    nudges: list[Nudge] = field(default_factory=list)
    resumed: bool = False
    told: tuple[Any, ...] = ()


class Handler(ABC, Generic[C]):
    """Carries one kind of command out; holds no state."""

    #: The instance's states in which it may come.
    states: frozenset[str] = frozenset({"running"})

    @abstractmethod
    def locate(self, command: C, now: datetime) -> Located:
        """Return how to find and lock the instance."""

    @abstractmethod
    def missing(self, command: C) -> EngineError:
        """Return the error where what the command names is not there, or no longer waits."""

    @abstractmethod
    def apply(self, command: C, scene: Scene) -> str | None:
        """Change the tokens; return the element that it was about.

        Raises:
            EngineError: It does not fit the instance as it is; nothing is written.
        """

    def state_after(self, command: C, scene: Scene) -> str:
        """Return the instance's state after it."""
        return "completed" if scene.execution.completed else scene.row.state

    def writes(self, command: C, scene: Scene) -> Sequence[Statement]:
        """Return what it writes beside the instance, its waits and its history; after those."""
        return ()
