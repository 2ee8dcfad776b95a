"""Reads where an instance's tokens stand out of its saved text, without loading it."""

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff import state
from engine.spiff.parsing.definition import ParsedDefinition
from engine.spiff.script_engine import CommandScriptEngine
from engine.versions.outline import SPLIT, Path
from engine.versions.shapes import Arrived, Fired, Live, Shape

_OPEN = int(TaskState.READY | TaskState.WAITING | TaskState.STARTED)
#: How joins note a token that came, and one that was taken (see engine.spiff.specs.joining).
CAME, TAKEN = "came", "taken"
_ENGINE_OWN = (".BoundaryEventJoin", ".EndJoin")
_HEX = 32
_BARE = 3
_COMPLETED = 2


def current_text(
    text: bytes, definition: ParsedDefinition, script_engine: CommandScriptEngine
) -> bytes:
    """Return a saved text in the layout of today.

    Args:
        text: What the instance's row holds, of any release.
        definition: The version that it runs on.
        script_engine: Asked for nothing.
    """
    if text.startswith(f'{{"layout":{state.LAYOUT},'.encode()):
        return text
    return state.dump(state.load(text, definition, script_engine))


def shape_of(text: bytes, joins: Container[str]) -> Shape:
    """Return where the tokens of an instance stand.

    Args:
        text: What was saved, in the layout of today.
        joins: The gateways at which tokens wait for each other.
    """
    live: set[Live] = set()
    arrived: set[Arrived] = set()
    fired: set[Fired] = set()
    for scope in _scopes(json.loads(text)["scopes"]):
        live.update(scope.live())
        arrived.update(scope.arrived(joins))
        fired.update(scope.fired())
    return Shape(frozenset(live), frozenset(arrived), frozenset(fired))


@dataclass(frozen=True, slots=True)
class _Scope:
    """The saved tasks of one scope that is not over: [name, state, parent's place, …]."""

    path: Path
    rows: Sequence[Sequence[Any]]

    def live(self) -> Iterator[Live]:
        """Yield what is open, but for what the engine keeps for itself."""
        for name, state_, *_ in self.rows:
            if state_ & _OPEN and not name.endswith(_ENGINE_OWN):
                yield Live(self.path, name)

    def arrived(self, joins: Container[str]) -> Iterator[Arrived]:
        """Yield the tokens that wait at a join.

        An instance of an early release has all but the last of them cancelled.
        """
        waiting = [row for row in self.rows if row[1] & _OPEN and row[0] in joins]
        early = {row[0] for row in waiting} - {row[0] for row in waiting if CAME in _internal(row)}
        for row in self.rows:
            set_aside = row[1] == TaskState.CANCELLED and row[0] in early
            if row not in waiting and (not set_aside or TAKEN in _internal(row)):
                continue
            by, finished, *_ = self.rows[row[2]]
            if finished == TaskState.COMPLETED:
                yield Arrived(self.path, row[0], by)

    def fired(self) -> Iterator[Fired]:
        """Yield the events that fired at the edge of an activity which goes on."""
        going_on = self._going_on()
        for place, (name, state_, parent, *_) in enumerate(self.rows):
            if state_ == TaskState.COMPLETED and parent >= 0 and self._is_edge(parent, name):
                yield Fired(self.path, name, place in going_on)

    def _is_edge(self, parent: int, name: str) -> bool:
        """Whether a task stands at the edge of an activity that is open."""
        split = str(self.rows[parent][0])
        activity = split.removesuffix(SPLIT)
        return split.endswith(SPLIT) and activity != name and self._is_open(parent, activity)

    def _is_open(self, split: int, activity: str) -> bool:
        return any(
            name == activity and parent == split and state_ & _OPEN
            for name, state_, parent, *_ in self.rows
        )

    def _going_on(self) -> set[int]:
        """Return the places of the tasks below which something is open."""
        found: set[int] = set()
        for name, state_, parent, *_ in self.rows:
            place = parent if state_ & _OPEN and not name.endswith(_ENGINE_OWN) else -1
            while place >= 0 and place not in found:
                found.add(place)
                place = self.rows[place][2]
        return found


def _internal(row: Sequence[Any]) -> Mapping[str, Any]:
    """Return what SpiffWorkflow, and we, note of a task."""
    found: Mapping[str, Any] = row[_BARE].get("i", {}) if len(row) > _BARE else {}
    return found


def _scopes(saved: Sequence[Sequence[Any]]) -> Iterator[_Scope]:
    """Yield the scopes that are not over, with the elements around each."""
    paths: dict[str, Path] = {}
    for owner, ids, flags, _, _, _, rows in _outermost_first(saved):
        if owner is not None and owner not in paths:
            continue
        scope = _Scope(paths[owner] if owner is not None else (), rows)
        if flags & _COMPLETED and owner is not None:
            continue
        yield scope
        for place, (name, state_, *_) in enumerate(rows):
            if state_ & _OPEN:
                paths[ids[place * _HEX : (place + 1) * _HEX]] = (*scope.path, name)


def _outermost_first(saved: Sequence[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """Yield each scope after the one that its owner stands in."""
    known = ""
    todo = list(saved)
    while todo:
        ready = [scope for scope in todo if scope[0] is None or scope[0] in known]
        if not ready:
            return
        yield from ready
        known += "".join(scope[1] for scope in ready)
        todo = [scope for scope in todo if scope not in ready]
