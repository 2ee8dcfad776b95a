"""Call activities run another process inside the instance, with variables of its own."""

import pytest

from engine.errors import DeploymentRefused
from engine.operators import Operator, OperatorRegistry

from .diagrams import ask, boundary, diagram, do, end, node, sequence, start, timer
from .walk import Walk

MANY = (
    '<bpmn:multiInstanceLoopCharacteristics camunda:collection="people" '
    'camunda:elementVariable="person">'
    "<bpmn:loopDataOutputRef>results</bpmn:loopDataOutputRef>"
    '<bpmn:outputDataItem id="result"/></bpmn:multiInstanceLoopCharacteristics>'
)
ALL = '<camunda:in variables="all"/><camunda:out variables="all"/>'

#: ask → do → end, with the same ids as its callers have.
CALLED = diagram(start() + ask() + do() + end(), flows="start>ask>do>end", process="q")


def call(passed: str = ALL, more: str = "", name: str = "call", **attributes: str) -> str:
    """Make a call activity."""
    inside = f"<bpmn:extensionElements>{passed}</bpmn:extensionElements>{more}"
    return node("callActivity", name, inside, **{"calledElement": "q", **attributes})


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


def calling(activity: str, *, more: str = "", flows: str = "", roots: str = "") -> Walk:
    """Make start → call → ask → end."""
    text = diagram(
        start() + activity + ask() + end() + more,
        flows="start>call>ask>end" + (f";{flows}" if flows else ""),
        roots=roots,
    )
    return Walk(diagram=text, called={"q": CALLED}, operators=operators())


@pytest.mark.cell("callActivity", "callActivity/@calledElement")
def test_a_called_process_runs_inside_and_its_elements_are_told_apart() -> None:
    walk = calling(call())
    assert walk.start(a=1) == ["q:ask"]
    (wait,) = walk.waits().user_tasks.values()
    assert (wait.element_id, wait.name, wait.variables) == ("q:ask", "q:ask", {"a": 1})
    assert walk.complete("q:ask", b=2) == ["q:do"]
    assert walk.finish("q:do", c=3) == ["ask"]
    assert walk.variables() == {"a": 1, "b": 2, "c": 3}
    assert ["call", "completed"] in walk.moves[-1]
    assert ["q:end", "completed"] in walk.moves[-1]
    assert walk.complete("ask") == []
    assert walk.completed


@pytest.mark.cell("camunda:in", "camunda:out")
def test_only_what_is_named_is_passed_in_and_out() -> None:
    passed = (
        '<camunda:in source="a" target="x"/>'
        '<camunda:in sourceExpression="${a + 1}" target="y"/>'
        '<camunda:in source="unknown" target="z"/>'
        '<camunda:out source="answer" target="said"/>'
        '<camunda:out sourceExpression="${y * 2}" target="twice"/>'
    )
    walk = calling(call(passed))
    walk.start(a=1, secret=True)
    (wait,) = walk.waits().user_tasks.values()
    assert wait.variables == {"x": 1, "y": 2, "z": None}
    walk.complete("q:ask", answer="yes", own=1)
    walk.finish("q:do")
    assert walk.variables() == {"a": 1, "secret": True, "said": "yes", "twice": 4}


def test_nothing_is_passed_where_nothing_is_named() -> None:
    walk = calling(call(""))
    walk.start(a=1)
    (wait,) = walk.waits().user_tasks.values()
    assert wait.variables == {}
    walk.complete("q:ask", b=2)
    walk.finish("q:do", c=3)
    assert walk.variables() == {"a": 1}


def test_an_error_of_the_called_process_comes_to_the_call() -> None:
    walk = calling(
        call(),
        more=ask("failed") + boundary("error", "call", '<bpmn:errorEventDefinition errorRef="e"/>'),
        flows="error>failed>end",
        roots='<bpmn:error id="e" errorCode="broken"/>',
    )
    walk.start()
    walk.complete("q:ask")
    assert walk.fail("q:do", "broken") == ["failed"]
    assert not walk._load().workflow.get_active_subprocesses()


def test_an_interrupting_event_cancels_the_called_process() -> None:
    walk = calling(call(), more=boundary("late", "call", timer("P1D")), flows="late>ask")
    assert walk.start() == ["late", "q:ask"]
    assert walk.fire("late") == ["ask"]
    assert ["q:ask", "cancelled"] in walk.moves[-1]


@pytest.mark.cell("callActivity/parallel", "callActivity/sequential")
@pytest.mark.parametrize("order", ["", ' isSequential="true"'])
def test_a_process_is_called_once_for_each(order: str) -> None:
    marker = MANY.replace("Characteristics camunda", f"Characteristics{order} camunda")
    passed = (
        '<camunda:in source="person" target="name"/><camunda:out source="answer" target="result"/>'
    )
    walk = calling(call(passed, marker))
    assert walk.start(people=["ana", "bia"]) == (["q:ask"] if order else ["q:ask"] * 2)
    for _ in range(2):
        (wait, *_rest) = walk.waits().user_tasks.values()
        walk.complete("q:ask", answer=wait.variables["name"].upper())
        walk.finish("q:do")
    assert walk.tokens() == ["ask"]
    assert walk.variables()["results"] == ["ANA", "BIA"]


@pytest.mark.cell("callActivity/standard-loop")
def test_a_process_is_called_until_it_is_enough() -> None:
    marker = (
        "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>${more == true}"
        "</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )
    walk = calling(call(ALL, marker))
    walk.start()
    for more, then in ((True, ["q:ask"]), (False, ["ask"])):
        walk.complete("q:ask", more=more)
        assert walk.finish("q:do") == then


def test_processes_call_each_other_several_deep() -> None:
    middle = diagram(
        start()
        + node(
            "subProcess",
            "ask",
            start("in")
            + call(name="inner", calledElement="r")
            + end("out")
            + sequence("in>inner>out"),
        )
        + end(),
        flows="start>ask>end",
        process="q",
    )
    walk = Walk(
        diagram=diagram(start() + call() + ask() + end(), flows="start>call>ask>end"),
        called={"q": middle, "r": CALLED.replace('id="q"', 'id="r"')},
        operators=operators(),
    )
    assert walk.start(a=1) == ["r:ask"]
    assert walk._load().elements() == ("call", "q:ask", "q:inner", "r:ask")
    walk.complete("r:ask", b=2)
    assert walk.finish("r:do") == ["ask"]
    assert walk.variables() == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("activity", "said"),
    [
        (call(calledElement="${which}"), "names the process that it calls"),
        (call('<camunda:in source="a"/>'), "needs variables=all"),
        (call('<camunda:in businessKey="${k}"/>'), "needs variables=all"),
        (call('<camunda:in source="a" target="b" local="true"/>'), "local=true"),
        (call(camunda__calledElementVersion="1"), "goes with"),
        (call(camunda__calledElementBinding="version"), "goes with"),
        (call(camunda__calledElementBinding="latest"), "calledElementBinding"),
    ],
)
def test_a_call_that_is_not_clear_is_refused(activity: str, said: str) -> None:
    with pytest.raises(DeploymentRefused, match=said):
        calling(activity)
