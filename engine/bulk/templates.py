"""What starts have in common: one run of the diagram serves all that it could not tell apart.

A run notes which variables it reads. Another start whose values for those are the same goes the
same way, so that only the other variables, which are merely carried along, differ in what is
saved. For these the template is run once more with marks in their places; each start puts its own
values where the marks stand.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.spiff.carrying import only_carries
from engine.spiff.execution import Execution
from engine.spiff.parsing.definition import ParsedDefinition
from engine.spiff.script_engine import CommandScriptEngine
from engine.waits import UserTaskWait, Waits

# Code points for private use: no value of a diagram looks like them by chance, and one that does
# is never put in before the text is taken apart.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f'"{_OPEN}(.*?){_CLOSE}"')


class NeedsCommand(Exception):
    """A run reached an operator, which needs the transaction of a command."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """One run of a start, ready to be used for others.

    Args:
        state: Of the instances, after it.
        waits: What they wait for; marks stand in the data of user tasks.
        moves: What was entered and completed.
        changes: Variables that the run set.
        parts: The state's text, taken apart at the marks: text, name, text, name, …, text.
        marks: The variables that each start puts in.
    """

    state: str
    waits: Waits
    moves: Sequence[Sequence[str]]
    changes: Mapping[str, Any]
    parts: Sequence[str]
    marks: frozenset[str]

    def text(self, variables: Mapping[str, Any]) -> bytes:
        """Return the state of one start."""
        if not self.marks:
            return self.parts[0].encode()
        own = {name: _json(variables[name]) for name in self.marks}
        pieces = [own[part] if at % 2 else part for at, part in enumerate(self.parts)]
        return "".join(pieces).encode()

    def data(self, wait: UserTaskWait, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the data of one start's user task."""
        return {
            name: variables[name] if name in self.marks and value == _mark(name) else value
            for name, value in wait.variables.items()
        }


@dataclass(kw_only=True, slots=True)
class Templates:
    """The templates of one process at one instant.

    Args:
        definition: The version that is started.
        script_engine: Makes what SpiffWorkflow asks during one run; one that has read nothing yet.
    """

    definition: ParsedDefinition
    script_engine: Callable[[], CommandScriptEngine]
    _known: dict[tuple[str, ...], dict[str, Template | None]] = field(default_factory=dict)

    def find(self, variables: Mapping[str, Any]) -> Template | None:
        """Return the template of a start: of an earlier one that read the same values, or new.

        Returns:
            None where the start asks for jobs, runs operators, or does what is not known to
            touch its own data only.
        """
        for read, found in self._known.items():
            if (key := _values(read, variables)) in found:
                return found[key]
        template, read = self._make(variables)
        self._known.setdefault(read, {})[_values(read, variables)] = template
        return template

    def _make(self, variables: Mapping[str, Any]) -> tuple[Template | None, tuple[str, ...]]:
        """Run a start, and once more with marks; return the template and what it depends on."""
        everything = tuple(sorted(variables))
        real = _run(self.definition, variables, self.script_engine())
        if real is None:
            return None, everything
        carried = variables.keys() - real.read
        if carried:
            marks = {name: _mark(name) for name in carried}
            marked = _run(self.definition, {**variables, **marks}, self.script_engine())
            if marked is not None and (marked.moves, marked.read) == (real.moves, real.read):
                return marked.template(frozenset(carried)), tuple(sorted(real.read))
        return real.template(frozenset()), everything


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """A start as far as its first wait, and what it looked at on the way."""

    execution: Execution
    waits: Waits
    moves: Sequence[Sequence[str]]
    read: frozenset[str]

    def template(self, marks: frozenset[str]) -> Template:
        return Template(
            state="completed" if self.execution.completed else "running",
            waits=self.waits,
            moves=self.moves,
            changes=self.execution.changes(),
            parts=_MARK.split(self.execution.text()),
            marks=marks,
        )


def _run(
    definition: ParsedDefinition, variables: Mapping[str, Any], script_engine: CommandScriptEngine
) -> _Run | None:
    """Run a start; return None where it does more than move tokens."""
    execution = Execution.start(definition, variables, script_engine)
    try:
        execution.run()
    except NeedsCommand:
        return None
    waits = execution.waits()
    if waits.jobs or not only_carries(execution.workflow):
        return None
    read = frozenset(script_engine.read)
    return _Run(execution=execution, waits=waits, moves=execution.moves(), read=read)


def _values(read: Sequence[str], variables: Mapping[str, Any]) -> str:
    """Return what tells a start apart: the variables it has, and the values that are read."""
    return _json([sorted(variables), [variables.get(name) for name in read]])


def _mark(name: str) -> str:
    """Return what stands for a variable's value."""
    return f"{_OPEN}{name}{_CLOSE}"


def _json(value: Any) -> str:  # noqa: ANN401 — any JSON value
    """Return a value as the saved state writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
