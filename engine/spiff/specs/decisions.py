"""Business rule tasks: a decision that is made inside the command."""

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.bpmn.specs.mixins.script_task import ScriptEngineTask
from SpiffWorkflow.task import Task

from engine.dmn.evaluating import decide
from engine.dmn.mapping import mapped
from engine.dmn.model import Decisions
from engine.dmn.reads import read_by
from engine.expressions import Evaluator


class DecisionTask(ScriptEngineTask, BpmnSpecMixin):
    """A business rule task with Camunda 7's attributes.

    Its decision is one of those deployed together with the diagram, whatever came later.
    """

    def __init__(
        self,
        wf_spec: Any,  # noqa: ANN401 — SpiffWorkflow's own signature
        bpmn_id: str,
        *,
        decisions: Decisions,
        decision_id: str,
        result_variable: str,
        mapping: str,
        **kwargs: Any,  # noqa: ANN401 — as above
    ) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.decisions = decisions
        self.decision_id = decision_id
        self.reads = read_by(decisions)
        self.result_variable = result_variable
        self.mapping = mapping

    def _execute(self, task: Task) -> bool:
        """Make the decision and keep what its mapping says.

        Raises:
            DecisionFailed: It cannot be made; the command that came here is refused.
        """
        script_engine = task.workflow.script_engine
        script_engine.read.update(self.reads)
        evaluator = Evaluator(script_engine.now)
        answers = decide(self.decisions, self.decision_id, task.data, evaluator)
        task.data[self.result_variable] = mapped(self.decision_id, answers, self.mapping)
        return True
