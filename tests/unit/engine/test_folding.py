"""A loop's finished rounds are folded: nothing that anyone can see depends on them."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from engine.definitions import check
from engine.operators import OperatorRegistry
from engine.spiff import deltas, state
from engine.spiff.execution import Execution
from engine.spiff.parsing.definition import ParsedDefinition
from engine.spiff.script_engine import CommandScriptEngine

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="tests">'
)
_TIMER = (
    "<bpmn:timerEventDefinition><bpmn:timeDuration>P1D</bpmn:timeDuration>"
    "</bpmn:timerEventDefinition>"
)
_AGAIN = '<bpmn:exclusiveGateway id="more" default="more_{again}"/><bpmn:endEvent id="end"/>'

#: Name → (nodes, flows as chains); each asks again at `first` while `stop` is not true.
LOOPS = {
    "a task": (
        '<bpmn:startEvent id="start"/><bpmn:userTask id="first"/>',
        "start>first>more",
    ),
    "two tasks and a counter": (
        (
            '<bpmn:startEvent id="start"/><bpmn:userTask id="first"/><bpmn:userTask id="second"/>'
            '<bpmn:scriptTask id="count" scriptFormat="cel"><bpmn:script>rounds = rounds + 1'
            "</bpmn:script></bpmn:scriptTask>"
        ),
        "start>first>count>second>more",
    ),
    "a fork and its join": (
        (
            '<bpmn:startEvent id="start"/><bpmn:userTask id="first"/><bpmn:userTask id="left"/>'
            '<bpmn:userTask id="right"/><bpmn:parallelGateway id="fork"/>'
            '<bpmn:parallelGateway id="join"/>'
        ),
        "start>first>fork>left>join>more;fork>right>join",
    ),
    "a timer at the edge": (
        '<bpmn:startEvent id="start"/><bpmn:userTask id="first"/><bpmn:userTask id="late"/>'
        '<bpmn:boundaryEvent id="edge" attachedToRef="first" cancelActivity="false">'
        f"{_TIMER}</bpmn:boundaryEvent>" + '<bpmn:endEvent id="reminded"/>',
        "start>first>more;edge>late>reminded",
    ),
    "a sub-process": (
        (
            '<bpmn:startEvent id="start"/><bpmn:subProcess id="first"><bpmn:startEvent id="in"/>'
            '<bpmn:userTask id="inner"/><bpmn:endEvent id="out"/>'
            '<bpmn:sequenceFlow id="in_inner" sourceRef="in" targetRef="inner"/>'
            '<bpmn:sequenceFlow id="inner_out" sourceRef="inner" targetRef="out"/>'
            "</bpmn:subProcess>"
        ),
        "start>first>more",
    ),
}


def definition(name: str) -> ParsedDefinition:
    nodes, chains = LOOPS[name]
    flows = {(a, b) for chain in chains.split(";") for a, b in pairwise(chain.split(">"))}
    drawn = "".join(
        f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
        for a, b in sorted(flows)
    )
    stop = (
        '<bpmn:sequenceFlow id="more_end" sourceRef="more" targetRef="end">'
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">${stop == true}'
        "</bpmn:conditionExpression></bpmn:sequenceFlow>"
        '<bpmn:sequenceFlow id="more_first" sourceRef="more" targetRef="first"/>'
    )
    text = (
        f'{_HEAD}<bpmn:process id="p" isExecutable="true">{nodes}'
        f"{_AGAIN.format(again='first')}{drawn}{stop}</bpmn:process></bpmn:definitions>"
    )
    return check({"p.bpmn": text}, OperatorRegistry())


def script_engine() -> CommandScriptEngine:
    def no_operator(*_: object) -> None:
        raise AssertionError

    return CommandScriptEngine(
        now=datetime(2026, 3, 10, tzinfo=UTC),
        run_inline=no_operator,
        is_inline=lambda _topic: False,
        input_names=lambda _topic: frozenset(),
    )


Save = Callable[[Execution], bytes]


def folded(execution: Execution) -> bytes:
    return execution.dump()


def unfolded(execution: Execution) -> bytes:
    return deltas.compress(state.dump(execution.workflow))


class Run:
    """One instance that is saved and loaded after each step."""

    def __init__(self, name: str, save: Save) -> None:
        self.definition, self.save = definition(name), save
        execution = Execution.start(self.definition, {"rounds": 0}, script_engine())
        self.seen: list[object] = []
        self.settle(execution)

    def settle(self, execution: Execution) -> None:
        """Go on to the next wait, look at all that can be seen, and save."""
        execution.run()
        waits = execution.waits()
        self.tasks = sorted(wait.element_id for wait in waits.user_tasks.values())
        self.timers = sorted(wait.element_id for wait in waits.timers.values())
        told = (execution.variables(), execution.moves(), execution.changes())
        self.seen.append((self.tasks, self.timers, *told))
        self.completed = execution.completed
        self.tokens = self.save(execution)
        self.saved = execution.workflow
        assert self.load().variables() == execution.variables()

    def load(self) -> Execution:
        """Load what was saved."""
        return Execution.load(self.tokens, self.definition, script_engine())

    def fire(self) -> None:
        """Fire the one timer that waits."""
        execution = self.load()
        execution.fire(min(execution.waits_before.timers))
        self.settle(execution)

    def complete(self, element: str, **answers: object) -> None:
        """Complete an open user task."""
        execution = self.load()
        uid = min(
            uid
            for uid, wait in execution.waits_before.user_tasks.items()
            if wait.element_id == element
        )
        execution.complete_user_task(uid, answers)
        self.settle(execution)

    def round(self, number: int, *, stop: bool = False) -> None:
        """Walk once around: fire a timer in every third round, then do all that is open."""
        if self.timers and number % 3 == 0:
            self.fire()
        open_now = list(self.tasks)
        while open_now:
            element = open_now.pop(0)
            self.complete(element, stop=stop, **{f"said_at_{element}": number})
            open_now = open_now or [
                task for task in self.tasks if task in {"second", "left", "right"}
            ]


@pytest.mark.parametrize("name", LOOPS)
def test_a_folded_loop_shows_the_same_at_every_step(name: str) -> None:
    runs = [Run(name, folded), Run(name, unfolded)]
    for run in runs:
        for number in range(7):
            run.round(number)
        run.round(7, stop=True)

    assert runs[0].seen == runs[1].seen
    assert runs[0].completed == runs[1].completed


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_grows_by_nothing_in_a_hundred_rounds(name: str) -> None:
    run = Run(name, folded)
    tasks, saved = [], []
    for number in range(100):
        run.round(number)
        tasks.append(len(run.load().workflow.tasks))
        saved.append(len(run.tokens))
        assert set(run.saved.subprocesses) <= set(run.saved.tasks)
        assert run.saved.last_task.id in run.saved.tasks

    assert max(tasks[50:]) <= max(tasks[:10])
    # Compressed ids vary by some bytes; a round that stays behind adds a hundred.
    assert max(saved[50:]) <= max(saved[:10]) + 50
