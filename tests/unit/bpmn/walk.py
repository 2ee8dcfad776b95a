"""Walks a diagram without a database, saving and loading between all steps.

The saved bytes are all that one step hands to the next, as between two processes of production.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskIterator, TaskState

from engine.definitions import check
from engine.operators import OperatorRegistry, Outputs
from engine.spiff import deltas
from engine.spiff.execution import Execution
from engine.spiff.parsing.calls import linked
from engine.spiff.parsing.definition import ParsedDefinition
from engine.spiff.script_engine import CommandScriptEngine
from engine.waits import Waits

MORNING = datetime(2026, 3, 10, 12, tzinfo=UTC)

#: Runs an inline operator: (topic, inputs) → what it sets.
Inline = Callable[[str, Mapping[str, Any]], Outputs]


@dataclass(kw_only=True)
class Walk:
    """One instance of one diagram.

    Args:
        diagram: The text of the .bpmn file.
        operators: The service tasks that it may name.
        files: What is deployed beside the diagram.
        called: The diagrams of the processes that are called, by process.
        inline: Runs those that are inline.
    """

    diagram: str
    operators: OperatorRegistry = field(default_factory=OperatorRegistry)
    files: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, str] = field(default_factory=dict)
    inline: Inline | None = None
    now: datetime = MORNING
    definition: ParsedDefinition = field(init=False)
    tokens_saved: bytes = b""
    completed: bool = False
    #: What each step entered, completed and cancelled.
    moves: list[list[list[str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.definition = self._linked(self.diagram)

    def _linked(self, text: str) -> ParsedDefinition:
        """Check a diagram, and those that it calls."""
        checked = check({"p.bpmn": text, **self.files}, self.operators)
        called = {call.key: self._linked(self.called[call.process]) for call in checked.calls}
        return linked(checked, called)

    def start(self, **variables: object) -> list[str]:
        """Start; gives what is waited for then, as each step does."""
        return self._rest(Execution.start(self.definition, variables, self._engine()))

    def start_at(self, event: str, **variables: object) -> list[str]:
        """Begin at a start event that is not the plain one."""
        engine = self._engine()
        engine.start_at = event
        return self._rest(Execution.start(self.definition, variables, engine))

    def complete(self, element: str, **answers: object) -> list[str]:
        """Complete the first open user task at an element."""
        execution = self._load()
        execution.complete_user_task(self._uid(execution.waits().user_tasks, element), answers)
        return self._rest(execution)

    def finish(self, element: str, **outputs: object) -> list[str]:
        """Bring in the result of the first job at an element."""
        execution = self._load()
        execution.finish_job(self._uid(execution.waits().jobs, element), outputs)
        return self._rest(execution)

    def fail(self, element: str, code: str) -> list[str]:
        """Bring in the error of the first job at an element; something must catch it."""
        execution = self._load()
        assert execution.raise_error(self._uid(execution.waits().jobs, element), code)
        return self._rest(execution)

    def catches(self, element: str, code: str) -> bool:
        """Whether something would catch the error of a job; changes nothing."""
        execution = self._load()
        return execution.raise_error(self._uid(execution.waits().jobs, element), code)

    def fire(self, element: str) -> list[str]:
        """Fire the first timer at an element; the clock goes to its due time."""
        found = self.waits().timers
        uid = self._uid(found, element)
        self.now = max(self.now, found[uid].due_at)
        execution = self._load()
        execution.fire(uid)
        return self._rest(execution)

    def message(self, name: str, **payload: object) -> list[str]:
        """Deliver a message."""
        execution = self._load()
        waits = execution.waits().messages.values()
        assert any((wait.kind, wait.message) == ("message", name) for wait in waits), name
        execution.deliver(name, payload)
        return self._rest(execution)

    def signal(self, name: str, **payload: object) -> list[str]:
        """Hand over a signal of another instance; something must wait for it."""
        execution = self._load()
        assert execution.signal(name, payload), name
        return self._rest(execution)

    def later(self, by: timedelta) -> None:
        """Let time pass; nothing fires by itself."""
        self.now += by

    def tokens(self) -> list[str]:
        """Read the elements that are waited at, sorted; an element twice where two tokens wait."""
        return _elements(self.waits())

    def waits(self) -> Waits:
        """Read all that is waited for, out of the saved bytes."""
        return self._load().waits()

    def variables(self) -> dict[str, Any]:
        """Read the data, out of the saved bytes."""
        return self._load().variables()

    def _engine(self) -> CommandScriptEngine:
        operators = self.operators

        def run_inline(
            topic: str, _element: str, _uid: object, inputs: Mapping[str, Any]
        ) -> Outputs:
            assert self.inline is not None, f"«{topic}» is inline, and the walk has no `inline`"
            return self.inline(topic, inputs)

        return CommandScriptEngine(
            now=self.now,
            run_inline=run_inline,
            is_inline=lambda topic: operators.get(topic).inline,
            input_names=lambda topic: frozenset(operators.get(topic).inputs),
        )

    def _load(self) -> Execution:
        return Execution.load(self.tokens_saved, self.definition, self._engine())

    def _rest(self, execution: Execution) -> list[str]:
        """Run to the next wait, save, load again, and read what is waited for."""
        execution.run()
        self.moves.append(execution.moves())
        self.completed = execution.completed
        before = _elements(execution.waits())
        earlier = deltas.decompress(self.tokens_saved) if self.tokens_saved else None
        saved = execution.save()
        self.tokens_saved, way_back = saved.tokens, saved.delta
        self._saving_changed_nothing(execution, before)
        if way_back is not None:
            now = deltas.decompress(self.tokens_saved)
            assert deltas.go_back(now, way_back) == earlier, "the step before cannot be rebuilt"
        return before

    def _saving_changed_nothing(self, execution: Execution, before: list[str]) -> None:
        loaded = self._load()
        after = _elements(loaded.waits())
        assert after == before, f"saving and loading changed {before} to {after}"
        trees = _tree(loaded), _tree(execution)
        assert trees[0] == trees[1], f"saving and loading changed the tree: {_differing(*trees)}"

    @staticmethod
    def _uid(waits: Mapping[Any, Any], element: str) -> Any:  # noqa: ANN401 — any kind of wait
        found = [uid for uid, wait in waits.items() if wait.element_id == element]
        assert found, f"nothing waits at «{element}»"
        return found[0]


def _tree(execution: Execution) -> list[tuple[str, str, int, str]]:
    """Write down the tasks of the tree: scope, element, state, parent.

    Of what is only predicted, the first after a live token: how far ahead SpiffWorkflow looked
    beyond that decides nothing, it predicts anew when a token comes.
    """
    scopes = [execution.workflow, *execution.workflow.subprocesses.values()]
    return [
        (scope.spec.name, task.task_spec.name, task.state, task.parent.task_spec.name)
        for scope in scopes
        for task in TaskIterator(scope.task_tree)
        if task.parent is not None and not (_chance(task) and _chance(task.parent))
    ]


def _chance(task: Task) -> bool:
    return bool(task.has_state(TaskState.PREDICTED_MASK))


def _differing(
    left: list[tuple[str, str, int, str]], right: list[tuple[str, str, int, str]]
) -> str:
    """Name what is in one tree only."""
    return f"loaded only: {sorted(set(left) - set(right))}; lost: {sorted(set(right) - set(left))}"


def _elements(waits: Waits) -> list[str]:
    kinds = (waits.user_tasks, waits.timers, waits.messages, waits.jobs)
    return sorted(wait.element_id for kind in kinds for wait in kind.values())
