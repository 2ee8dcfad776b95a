"""Walks any diagram by chance, and asks after each step what must hold of every instance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import EndlessPath
from engine.operators import Operator, OperatorRegistry
from engine.spiff.execution import Execution
from engine.spiff.specs.event_subprocesses import EventTrigger
from engine.spiff.specs.events import Boundary
from engine.spiff.specs.idling import WaitsBeside

from .any_diagram import Drawing
from .walk import Walk

OVER = TaskState.FINISHED_MASK
CODES = ("E1", "E2", "E3")


def operators() -> OperatorRegistry:
    """Make a registry of one job."""
    registry = OperatorRegistry()
    registry.add(
        Operator(
            topic="t",
            function=lambda *_: None,
            inline=False,
            queue="background",
            inputs={},
            summary="",
        )
    )
    return registry


def any_walk(chance: Random, size: int = 7, *, rounds: bool = False) -> Walk:
    """Draw a diagram that calls two others, one of which calls the other."""
    called = {"r": Drawing(chance, 2, "r").text(), "q": Drawing(chance, 3, "q", ("r",)).text()}
    drawing = Drawing(chance, size, calls=("q", "r"), doubling=not rounds)
    text = drawing.text(rounds=rounds)
    return Walk(diagram=text, called=called, operators=operators())


@dataclass
class Steps:
    """One instance on its way.

    Args:
        walk: It.
        chance: Decides.
        done: What was done so far, for whoever reads a failure.
    """

    walk: Walk
    chance: Random
    done: list[tuple[Any, ...]] = field(default_factory=list)

    def start(self) -> bool:
        """Start; return whether it could."""
        return self._do("start")

    def step(self, *, ending: bool = False) -> bool:
        """Let something happen; return whether anything could.

        Args:
            ending: Only what a token in the flow waits for, with answers that lead to the end.
        """
        kind, what = self.chance.choice(self._possible(lambda task: not ending or not beside(task)))
        if kind == "finish" and not ending and self.chance.randrange(3) == 2:
            code = self.chance.choice(CODES)
            if self.walk.catches(what, code):
                return self._do("fail", what, code)
        if kind in ("fire", "signal", "message"):
            return self._do(kind, what)
        c = 0 if ending else self.chance.randrange(3)
        return self._do(kind, what, c=c, again=not ending and self.chance.randrange(3) == 0)

    def round(self, first: str, c: int) -> bool:
        """Go once round the loop that begins at a user task; return whether it could."""
        went = self._do("complete", first, c=c, again=False)
        aside = self._possible(_goes_on_aside)
        if aside and went and c:
            went = self._do(*self.chance.choice(aside))
        while went and not self.walk.completed:
            left = [each for each in self._possible(lambda t: not beside(t)) if each[1] != first]
            if not left:
                return True
            kind, what = self.chance.choice(left)
            more = {"c": c, "again": False}
            went = self._do(kind, what, **(more if kind in ("complete", "finish") else {}))
        return False

    def _possible(self, chosen: Callable[[Task], bool]) -> list[tuple[str, str]]:
        """Return what can happen at the tasks that are chosen."""
        waits, loaded = self.walk.waits(), self.walk._load()
        kinds: dict[str, Mapping[Any, Any]] = {
            "complete": waits.user_tasks,
            "finish": waits.jobs,
            "fire": waits.timers,
            "message": waits.messages,
        }
        return [
            (getattr(wait, "kind", kind), wait.message if kind == "message" else wait.element_id)
            for kind, found in kinds.items()
            for uid, wait in found.items()
            if chosen(loaded.workflow.get_task_from_id(uid))
        ]

    def _do(self, what: str, *names: str, **answers: object) -> bool:
        """Do one thing; what goes on for ever is refused, and changes nothing."""
        self.done.append((what, *names, answers))
        before = self.walk.tokens_saved
        known = {} if what != "start" else {"c": 0, "again": False, "on": True}
        try:
            getattr(self.walk, what)(*names, **known, **answers)
        except EndlessPath:
            self.walk.tokens_saved = before
            return False
        self._holds()
        return True

    def _holds(self) -> None:
        """Assert what must hold of every instance between two commands."""
        walk, execution = self.walk, self.walk._load()
        waits = execution.waits()
        tasks = [*waits.user_tasks, *waits.timers, *waits.messages, *waits.jobs]
        assert len(tasks) == len(set(tasks)), "two waits have one id"
        assert walk.completed == execution.completed
        assert {"c", "again"} <= execution.variables().keys(), "variables are lost"
        for each in waits.user_tasks.values():
            assert {"c", "again"} <= each.variables.keys(), f"lost at {each.element_id}"
        for move in walk.moves[-1]:
            assert move[1] in ("entered", "completed", "cancelled")
        if walk.completed:
            assert tasks == [], f"it is over, and waits for {walk.tokens()}"
            return
        found = [execution.workflow.get_task_from_id(uid) for uid in tasks]
        for task in found:
            _is_alive(execution, task)
        assert not all(beside(task) for task in found), f"stuck: {execution.elements()}"
        assert {t.task_spec.bpmn_id for t in found} <= set(execution.elements())


def beside(task: Task) -> bool:
    """Whether a wait is at an edge or beside the flow: no token is there."""
    return isinstance(task.task_spec, Boundary | WaitsBeside)


def _goes_on_aside(task: Task) -> bool:
    """Whether a wait is for what happens beside an activity or the flow, and interrupts nothing."""
    spec = task.task_spec
    if isinstance(spec, Boundary):
        return not spec.cancel_activity
    return isinstance(spec, EventTrigger) and not spec.interrupting


def _is_alive(execution: Execution, task: Task) -> None:
    """Assert that a task waits, and that all around it go on."""
    name = task.task_spec.bpmn_id
    if isinstance(task.task_spec, Boundary):
        at = [t for t in task.parent.children if not isinstance(t.task_spec, Boundary)]
        assert any(not t.has_state(OVER) for t in at), f"{name} waits where nothing goes on"
    current: Task | None = task
    while current is not None:
        assert not current.has_state(OVER), (
            f"{name} waits in {current.task_spec.name}, which is over"
        )
        assert current.id in current.workflow.tasks, f"{name} waits in what is forgotten"
        uid = current.workflow.parent_task_id
        current = execution.workflow.get_task_from_id(uid) if uid else None
