"""Runs a workflow to its next wait, within bounds of steps, of tokens and of depth.

SpiffWorkflow looks no deeper into its tree than 1,000 tasks: what stands below is passed over and
the workflow counts as completed; a loop that never waits does not return. So the steps are counted
here, and finished rounds are folded while it runs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import EndlessPath
from engine.spiff.folding import fold_scope
from engine.spiff.throwing import carry_out

#: A loop of 1,000 rounds of ten steps; what goes on longer without a wait does not end.
MAX_STEPS = 10_000
#: Tokens of one scope that can go on at once: those of a parallel loop over 1,000 things, and
#: some. Each holds data of its own.
MAX_TOKENS = 1_100
#: As deep as SpiffWorkflow looks; finished rounds do not count, they are folded.
MAX_DEPTH = 950
#: Tasks of the tree, added up over all steps. A path that begins ever more beside itself leaves all
#: of it behind, and each step costs more than the one before; the longest loop needs less.
MAX_LOOKED = 1_500_000
#: So many steps cost less than a fold does.
_FOLD_EVERY = 250
_LIVE = TaskState.READY | TaskState.WAITING | TaskState.STARTED


@dataclass(slots=True)
class Stepping:
    """One command's way to the next wait.

    Args:
        workflow: What is run.
        before_fold: Called before finished rounds are forgotten.
    """

    workflow: BpmnWorkflow
    before_fold: Callable[[], None]
    steps: int = 0
    looked: int = 0
    _folded_at: int = 0

    def run(self) -> None:
        """Go on until nothing can go on by itself.

        Raises:
            EndlessPath: A bound was passed; the command is to be undone.
        """
        while self._pass():
            pass
        self.workflow.refresh_timers()
        for scope in [self.workflow, *self.workflow.subprocesses.values()]:
            _see_depth(scope)

    def _pass(self) -> bool:
        """Run the sub-processes, innermost first, then the process; return whether any ran.

        SpiffWorkflow stops where one sub-process inside another has followed on a third.
        """
        steps, active = self.steps, self.workflow.get_active_subprocesses()
        for scope in sorted(active, key=lambda each: each.depth, reverse=True):
            while self._batch(scope):
                pass
            if self._goes_on(scope):
                task = self.workflow.get_task_from_id(scope.parent_task_id)
                task.task_spec._update(task)  # noqa: SLF001 — as SpiffWorkflow's own steps
        self._batch(self.workflow)
        begun = len(self.workflow.get_active_subprocesses()) > len(active)
        return begun or self.steps > steps

    def _goes_on(self, scope: Any) -> bool:  # noqa: ANN401 — a class of SpiffWorkflow without types
        """Whether a sub-process is still there: what another one threw may have taken it away."""
        uid = scope.parent_task_id
        return uid is not None and self.workflow.subprocesses.get(uid) is scope

    def _batch(self, scope: Any) -> bool:  # noqa: ANN401 — as above
        """Run each task of one scope that is ready now; return whether any was."""
        ready = _ready(scope.task_tree)
        self.looked += len(scope.tasks)
        if ready and self.looked > MAX_LOOKED:
            raise EndlessPath(_element(ready[0]), "what it leaves behind grows without end")
        if len(ready) > MAX_TOKENS:
            raise EndlessPath(_element(ready[0]), f"more than {MAX_TOKENS} tokens go on at once")
        for task in ready:
            if not task.has_state(TaskState.READY):
                continue
            self.steps += 1
            if self.steps > MAX_STEPS:
                raise EndlessPath(_element(task), f"{MAX_STEPS} steps were made without a wait")
            task.run()
            carry_out(self.workflow)
        self._keep_flat(scope)
        return bool(ready)

    def _keep_flat(self, scope: Any) -> None:  # noqa: ANN401 — as above
        """Fold finished rounds now and then, and see that the tree is not too deep to be read."""
        if self.steps - self._folded_at < _FOLD_EVERY:
            return
        self._folded_at = self.steps
        self.before_fold()
        fold_scope(self.workflow, scope)
        _see_depth(scope)


def _see_depth(scope: Any) -> None:  # noqa: ANN401 — as above
    """Refuse a tree in which a token stands too deep to be found again.

    Rounds that leave something open behind cannot be folded, in one command or in many.
    """
    if len(scope.tasks) <= MAX_DEPTH:
        return
    for task in scope.tasks.values():
        if task.has_state(_LIVE) and task.depth > MAX_DEPTH:
            raise EndlessPath(_element(task), "its path is deeper than can be kept")


def _ready(root: Task) -> list[Task]:
    """Return the tasks that can go on by themselves, in the order of SpiffWorkflow's own search."""
    found = []
    waiting = [root]
    while waiting:
        task = waiting.pop()
        if task.has_state(TaskState.READY) and not task.task_spec.manual:
            found.append(task)
        if task.state >= TaskState.FUTURE:
            waiting.extend(reversed(task.children))
    return found


def _element(task: Task) -> str:
    """Return the diagram's id of the element that a task stands at."""
    return str(getattr(task.task_spec, "bpmn_id", None) or task.task_spec.name)
