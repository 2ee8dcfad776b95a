"""What SpiffWorkflow asks while it runs one command: expressions, scripts, inline operators."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from SpiffWorkflow.task import Task

from engine.errors import ExpressionError
from engine.expressions import Evaluator, unwrap, variables_of
from engine.operators import Outputs

#: Assignments that one script task may hold.
MAX_LINES = 50

#: Runs an inline operator for (topic, element id, task id, inputs).
InlineRunner = Callable[[str, str, UUID, Mapping[str, Any]], Outputs]


@dataclass(slots=True)
class CommandScriptEngine:
    """Takes the place of SpiffWorkflow's Python engine for the length of one command.

    Args:
        now: The command's clock.
        run_inline: Runs an inline operator in the command's transaction.
        is_inline: Whether a topic runs inside the command.
        firing: The timers that this command fires: no other timer may fire.
    """

    now: datetime
    run_inline: InlineRunner
    is_inline: Callable[[str], bool]
    input_names: Callable[[str], frozenset[str]]
    firing: frozenset[UUID] = frozenset()
    #: The start event at which the instance begins; None: the plain one.
    start_at: str | None = None
    #: What inline operators answered, kept for the history.
    inline_outputs: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    #: What tokens have thrown and is not carried out yet (engine.spiff.specs.throws.Thrown).
    thrown: list[Any] = field(default_factory=list)
    #: The signals that were thrown: other instances may wait for them.
    signals: list[str] = field(default_factory=list)
    #: The variables that expressions have named so far.
    read: set[str] = field(default_factory=set)

    def evaluate(
        self,
        task: Task,
        expression: str,
        external_context: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 — a variable is any JSON value
        """Return the value of `${…}`, or the text itself where it is a plain literal."""
        inner = unwrap(expression)
        if inner is None:
            return expression
        self.read.update(variables_of(inner))
        return Evaluator(self.now).evaluate(inner, {**(external_context or {}), **task.data})

    def execute(
        self,
        task: Task,
        script: str,
        external_context: Mapping[str, Any] | None = None,
    ) -> bool:
        """Run a script task: one `name = expression` a line, in order."""
        for name, expression in assignments(script):
            self.read.update(variables_of(expression))
            context = {**(external_context or {}), **task.data}
            task.data[name] = Evaluator(self.now).evaluate(expression, context)
        return True

    def call_operator(self, task: Task, topic: str, inputs: Mapping[str, Any]) -> None:
        """Run an inline operator and put what it answers into the token's data."""
        outputs = dict(self.run_inline(topic, task.task_spec.bpmn_id, task.id, inputs) or {})
        self.inline_outputs.append((task.task_spec.bpmn_id, outputs))
        task.data.update(outputs)


def reading_engine(now: datetime) -> CommandScriptEngine:
    """Return a script engine for a workflow that is only looked at.

    Args:
        now: What the expressions of timers that begin to run take for the present.
    """
    return CommandScriptEngine(
        now=now,
        run_inline=lambda *_: None,
        is_inline=lambda _: False,
        input_names=lambda _: frozenset(),
    )


def assignments(script: str) -> list[tuple[str, str]]:
    """Return the lines of a script as (variable, expression).

    Raises:
        ExpressionError: A line is no assignment.
    """
    lines: list[tuple[str, str]] = []
    for line in filter(None, (raw.strip() for raw in script.splitlines())):
        if len(lines) == MAX_LINES:
            raise ExpressionError(line, f"is the script's line after {MAX_LINES}: split the task.")
        name, equals, expression = line.partition("=")
        if not equals or not name.strip().isidentifier() or expression.startswith("="):
            raise ExpressionError(line, "is no assignment: write `name = expression`.")
        lines.append((name.strip(), expression.strip()))
    return lines
