"""Where an element stands in the diagram, as seen from a process or a sub-process."""

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity, SubWorkflowTask
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.specs.base import TaskSpec

from engine.spiff.repairing.places import repeats


def trail_in(workflow: BpmnWorkflow, home: TaskSpec, element: str) -> tuple[TaskSpec, ...]:
    """Return the way to an element: sub-processes around it from outside in, then itself.

    A called process is another diagram: no way leads into it.

    Args:
        workflow: The process.
        home: The spec of it, or of a sub-process, where the way begins.
        element: The diagram's id; where the way finds none, it is empty.
    """
    todo: list[tuple[TaskSpec, tuple[TaskSpec, ...]]] = [(home, ())]
    for around, way in todo:  # grows
        for spec in around.task_specs.values():
            if _is_body(spec):
                continue
            if spec.bpmn_id == element:
                return (*way, spec)
            inner = _inside(workflow, spec)
            if inner is not None:
                todo.append((inner, (*way, spec)))
    return ()


def _is_body(spec: TaskSpec) -> bool:
    """Whether a spec is what a loop repeats: the loop itself carries the element's id too."""
    return any(repeats(before, spec) for before in spec.inputs)


def _inside(workflow: BpmnWorkflow, spec: TaskSpec) -> TaskSpec | None:
    """Return the spec of the sub-process that an element is, if it is one."""
    if isinstance(spec, LoopTask):
        spec = spec._wf_spec.task_specs[spec.task_spec]  # noqa: SLF001 — it names its body only
    if not isinstance(spec, SubWorkflowTask) or isinstance(spec, CallActivity):
        return None
    return workflow.subprocess_specs.get(spec.spec)
