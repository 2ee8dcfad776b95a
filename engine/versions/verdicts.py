"""What a preview says of an instance."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Safety(StrEnum):
    """Whether an instance can go to another version."""

    SAFE = "safe"
    NEEDS_MAPPING = "needs mapping"
    BLOCKED = "blocked"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Need:
    """An element that a token stands at, and that the new version lacks.

    Args:
        element: Of the old version.
        why: For people.
        suggestions: Elements of the new version that it may stand for, the likeliest first.
    """

    element: str
    why: str
    suggestions: tuple[str, ...]

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.element}: {self.why}"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Block:
    """A reason why an instance has to stay, whatever the mapping."""

    element: str
    why: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.element}: {self.why}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What would happen to an instance.

    A due date never moves by a migration; what begins to wait is in `starts`.

    Args:
        needs: What has to be mapped first.
        blocks: What cannot be.
        starts: Events at the edges of activities that would begin to wait.
        ends: Such events that would wait no more.
        notes: What else a person may want to know.
    """

    needs: tuple[Need, ...] = ()
    blocks: tuple[Block, ...] = ()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def safety(self) -> Safety:
        """Say it in one word."""
        if self.blocks:
            return Safety.BLOCKED
        return Safety.NEEDS_MAPPING if self.needs else Safety.SAFE

    @property
    def reasons(self) -> tuple[str, ...]:
        """Return all that is in the way, each as one line."""
        return tuple(str(each) for each in (*self.blocks, *self.needs))

    def with_blocks(self, blocks: Iterable[Block]) -> "Verdict":
        """Return the same with more in the way."""
        return Verdict(
            needs=self.needs,
            blocks=(*self.blocks, *blocks),
            starts=self.starts,
            ends=self.ends,
            notes=self.notes,
        )
