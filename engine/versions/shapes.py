"""Where the tokens of an instance stand, without its data: instances of one shape are alike."""

from dataclasses import dataclass

from engine.versions.outline import Path


@dataclass(frozen=True, slots=True, order=True)
class Live:
    """A token, or an event at an activity's edge that waits."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True, order=True)
class Arrived:
    """A token that waits at a join for others.

    Args:
        by: The node that it came from.
    """

    path: Path
    join: str
    by: str


@dataclass(frozen=True, slots=True, order=True)
class Fired:
    """An event that fired at the edge of an activity which still goes on.

    Args:
        going_on: Whether what it began goes on too.
    """

    path: Path
    name: str
    going_on: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """All that decides whether an instance can go to another version."""

    live: frozenset[Live]
    arrived: frozenset[Arrived] = frozenset()
    fired: frozenset[Fired] = frozenset()
