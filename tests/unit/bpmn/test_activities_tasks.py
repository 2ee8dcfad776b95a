"""Tasks: who is offered them, what they know, what they hand on."""

import pytest

from engine.errors import DeploymentRefused, ExpressionError
from engine.operators import Operator, OperatorRegistry

from .diagrams import ask, boundary, diagram, do, end, node, sequence, start, timer, when
from .walk import Walk


def operators() -> OperatorRegistry:
    """Make a registry of a job and an inline service task."""
    registry = OperatorRegistry()
    for topic, inline in (("t", False), ("now", True)):
        registry.add(
            Operator(
                topic=topic,
                function=lambda *_: None,
                inline=inline,
                queue="background",
                inputs={"who": False},
                summary="",
            )
        )
    return registry


def road(
    activity: str, *, name: str = "x", before: str = "", more: str = "", flows: str = ""
) -> Walk:
    """Make start → activity → after → end."""
    text = diagram(
        before + start() + activity + ask("after") + end() + more,
        flows=f"start>{name}>after>end" + (f";{flows}" if flows else ""),
        roots='<bpmn:message id="m" name="paid"/>',
    )
    return Walk(diagram=text, operators=operators(), inline=lambda _topic, inputs: dict(inputs))


def scope(inputs: str = "", outputs: str = "") -> str:
    """Make an activity's inputs and outputs: `name=text` between semicolons."""

    def written(kind: str, text: str) -> str:
        pairs = [pair.split("=", 1) for pair in filter(None, text.split(";"))]
        return "".join(
            f'<camunda:{kind}Parameter name="{name}">{value}</camunda:{kind}Parameter>'
            for name, value in pairs
        )

    return (
        f"<bpmn:extensionElements><camunda:inputOutput>{written('input', inputs)}"
        f"{written('output', outputs)}</camunda:inputOutput></bpmn:extensionElements>"
    )


MANY = (
    '<bpmn:multiInstanceLoopCharacteristics{order} camunda:collection="people" '
    'camunda:elementVariable="person"/>'
)
SEQUENTIAL = MANY.format(order=' isSequential="true"')
PARALLEL = MANY.format(order="")
TWICE = '<bpmn:standardLoopCharacteristics loopMaximum="2"/>'


@pytest.mark.cell("manualTask")
def test_a_manual_task_is_passed_at_once() -> None:
    walk = road(node("manualTask", "x"))
    assert walk.start() == ["after"]
    assert walk.moves[0] == [["start", "completed"], ["x", "completed"], ["after", "entered"]]


@pytest.mark.cell("manualTask/sequential", "manualTask/parallel", "manualTask/standard-loop")
@pytest.mark.parametrize("marker", [SEQUENTIAL, PARALLEL, TWICE])
def test_a_manual_task_in_a_loop_is_passed_as_often(marker: str) -> None:
    walk = road(node("manualTask", "x", marker))
    assert walk.start(people=["ana", "bia"]) == ["after"]
    assert walk.moves[0].count(["x", "completed"]) == 2


SEND = {"camunda__type": "external", "camunda__topic": "t"}


@pytest.mark.cell("sendTask", "sendTask/@camunda:type=external", "sendTask/@camunda:topic")
def test_a_send_task_is_a_job_that_may_fail() -> None:
    walk = road(
        node("sendTask", "x", **SEND),
        more=boundary("late", "x", timer("P1D")),
        flows="late>end",
    )
    assert walk.start(who="ana") == ["late", "x"]
    (job,) = walk.waits().jobs.values()
    assert (job.topic, dict(job.inputs)) == ("t", {"who": "ana"})
    assert walk.finish("x", sent=True) == ["after"]
    assert walk.variables() == {"who": "ana", "sent": True}


@pytest.mark.parametrize(
    "attributes", [{}, {"camunda__type": "external"}, {**SEND, "camunda__topic": "no"}]
)
def test_a_send_task_needs_a_topic_that_exists(attributes: dict[str, str]) -> None:
    with pytest.raises(DeploymentRefused, match=r"topic|No service task"):
        road(node("sendTask", "x", **attributes))


@pytest.mark.cell("sendTask/sequential", "sendTask/parallel", "sendTask/standard-loop")
@pytest.mark.parametrize(("marker", "jobs"), [(SEQUENTIAL, 1), (PARALLEL, 2), (TWICE, 1)])
def test_a_send_task_in_a_loop_is_a_job_each_time(marker: str, jobs: int) -> None:
    walk = road(node("sendTask", "x", marker, **SEND))
    assert walk.start(people=["ana", "bia"]) == ["x"] * jobs
    walk.finish("x")
    assert walk.tokens() == ["x"]
    assert walk.finish("x") == ["after"]


@pytest.mark.cell("serviceTask/standard-loop")
def test_a_service_task_is_repeated_until_its_result_is_enough() -> None:
    marker = (
        "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>${left &gt; 0}"
        "</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )
    walk = road(do("x", inside=marker))
    walk.start()
    assert walk.finish("x", left=1) == ["x"]
    assert walk.finish("x", left=0) == ["after"]


@pytest.mark.cell("receiveTask/sequential", "receiveTask/standard-loop")
@pytest.mark.parametrize("marker", [SEQUENTIAL, TWICE])
def test_a_receive_task_in_a_loop_takes_one_message_after_the_other(marker: str) -> None:
    walk = road(node("receiveTask", "x", marker, messageRef="m"))
    assert walk.start(people=["ana", "bia"]) == ["x"]
    assert walk.message("paid", number=1) == ["x"]
    assert walk.message("paid", number=2) == ["after"]
    assert walk.variables().get("number") == (None if marker == SEQUENTIAL else 2)


@pytest.mark.cell("scriptTask/@camunda:resultVariable")
def test_a_script_with_a_result_is_one_expression() -> None:
    script = node(
        "scriptTask", "x", "<bpmn:script>n + 1</bpmn:script>", camunda__resultVariable="m"
    )
    walk = road(script)
    assert walk.start(n=1) == ["after"]
    assert walk.variables() == {"n": 1, "m": 2}
    with pytest.raises(DeploymentRefused, match="stands for nothing"):
        road(script.replace("n + 1", "m = n + 1"))


@pytest.mark.cell("scriptTask/sequential", "scriptTask/parallel")
@pytest.mark.parametrize("marker", [SEQUENTIAL, PARALLEL])
def test_what_a_script_sets_in_one_instance_stays_there(marker: str) -> None:
    walk = road(node("scriptTask", "x", f"<bpmn:script>n = n + 1</bpmn:script>{marker}"))
    assert walk.start(n=1, people=["ana", "bia"]) == ["after"]
    assert walk.variables()["n"] == 1


@pytest.mark.parametrize(
    ("attributes", "assignee", "groups"),
    [
        ({}, None, ()),
        ({"assignee": "ana"}, "ana", ()),
        ({"assignee": "${boss}"}, "bia", ()),
        ({"assignee": "${number}"}, "7", ()),
        ({"assignee": "${nobody}"}, None, ()),
        ({"candidateGroups": "a, b"}, None, ("a", "b")),
        ({"candidateGroups": "${groups}"}, None, ("c", "d", "e")),
        ({"candidateGroups": "${boss + ', x'}"}, None, ("bia", "x")),
    ],
)
def test_who_is_offered_a_task_is_worked_out_once(
    attributes: dict[str, str], assignee: str | None, groups: tuple[str, ...]
) -> None:
    camunda = {f"camunda__{name}": value for name, value in attributes.items()}
    walk = road(node("userTask", "x", **camunda))
    walk.start(boss="bia", number=7, groups=["c", "d,e"])
    (wait,) = walk.waits().user_tasks.values()
    assert (wait.assignee, wait.candidate_groups) == (assignee, groups)


def test_an_assignee_is_one_expression_that_gives_a_name() -> None:
    with pytest.raises(DeploymentRefused, match="mixes"):
        road(node("userTask", "x", camunda__assignee="user-${n}"))
    with pytest.raises(DeploymentRefused, match="compile"):
        road(node("userTask", "x", camunda__assignee="${n +}"))
    with pytest.raises(ExpressionError, match="no name"):
        road(node("userTask", "x", camunda__assignee="${n}")).start(n={"a": 1})


def test_each_instance_is_offered_to_its_own_person() -> None:
    walk = road(node("userTask", "x", PARALLEL, camunda__assignee="${person}"))
    walk.start(people=["ana", "bia"])
    assert [wait.assignee for wait in walk.waits().user_tasks.values()] == ["ana", "bia"]


LANES = (
    '<bpmn:laneSet id="ls"><bpmn:lane id="l1" name="staff"><bpmn:flowNodeRef>x</bpmn:flowNodeRef>'
    '<bpmn:childLaneSet id="cl"><bpmn:lane id="l2" name="desk"><bpmn:flowNodeRef>after'
    "</bpmn:flowNodeRef></bpmn:lane></bpmn:childLaneSet></bpmn:lane></bpmn:laneSet>"
)


@pytest.mark.cell("lane", "flowNodeRef")
def test_a_lane_is_the_group_of_its_tasks_unless_they_name_somebody() -> None:
    lanes = LANES.replace("staff", "people").replace(
        "<bpmn:childLaneSet", "<bpmn:flowNodeRef>after</bpmn:flowNodeRef><bpmn:childLaneSet"
    )
    walk = road(ask("x"), before=lanes)
    walk.start()
    for group in ("people", "desk"):
        ((element, wait),) = ((w.element_id, w) for w in walk.waits().user_tasks.values())
        assert wait.candidate_groups == (group,)
        walk.complete(element)
    named = road(node("userTask", "x", camunda__assignee="ana"), before=LANES)
    named.start()
    (wait,) = named.waits().user_tasks.values()
    assert (wait.assignee, wait.candidate_groups) == ("ana", ())


@pytest.mark.cell("camunda:outputParameter")
def test_a_user_tasks_inputs_are_its_own_and_its_outputs_everybodys() -> None:
    walk = road(
        ask("x", scope("title=Order;twice=${n * 2};title2=${twice + 1}", "sum=${n + more}"))
    )
    walk.start(n=1, title="outside")
    (wait,) = walk.waits().user_tasks.values()
    assert wait.variables == {"n": 1, "title": "Order", "twice": 2, "title2": 3}
    walk.complete("x", more=4)
    assert walk.variables() == {"n": 1, "title": "outside", "more": 4, "sum": 5}


def test_a_sub_process_begins_with_its_inputs_and_hands_its_outputs_on() -> None:
    inside = start("in") + ask("inner") + end("out") + sequence("in>inner>out")
    walk = road(node("subProcess", "x", scope("own=${n + 1}", "result=${own + answer}") + inside))
    walk.start(n=1)
    (wait,) = walk.waits().user_tasks.values()
    assert wait.variables == {"n": 1, "own": 2}
    walk.complete("inner", answer=3, own=10)
    assert walk.variables() == {"n": 1, "answer": 3, "result": 13}


def test_what_was_done_in_a_sub_process_is_kept_when_it_is_interrupted() -> None:
    deep = start("i2") + ask("deep") + ask("deeper") + end("o2") + sequence("i2>deep>deeper>o2")
    inside = (
        start("in")
        + ask("inner")
        + node("subProcess", "s2", deep)
        + end("out")
        + sequence("in>inner>s2>out")
    )
    walk = road(
        node("subProcess", "x", scope("own=1") + inside),
        more=boundary("late", "x", timer("P1D")),
        flows="late>after",
    )
    walk.start(n=0, gone=1)
    walk.complete("inner", n=1)
    walk.complete("deep", said="yes")
    assert walk.variables() == {"n": 1, "gone": 1, "own": "1", "said": "yes"}
    assert walk.fire("late") == ["after"]
    assert walk.variables() == {"n": 1, "gone": 1, "said": "yes"}


def test_the_rounds_that_are_over_are_kept_when_a_loop_is_interrupted() -> None:
    walk = road(ask("x", TWICE), more=boundary("late", "x", timer("P1D")), flows="late>after")
    walk.start(loopCounter="outside")
    walk.complete("x", first=1)
    assert walk.fire("late") == ["after"]
    assert walk.variables() == {"first": 1, "loopCounter": "outside"}


def test_a_service_tasks_outputs_come_after_its_answer() -> None:
    for topic, job in (("t", True), ("now", False)):
        walk = road(do("x", topic, scope("who=${boss}", "greeting=${'Hi ' + who}")))
        walk.start(boss="ana")
        if job:
            walk.finish("x", who="ana")
        assert walk.variables() == {"boss": "ana", "who": "ana", "greeting": "Hi ana"}


@pytest.mark.parametrize("kind", ["manualTask", "receiveTask", "callActivity"])
def test_inputs_are_refused_where_nothing_would_come_of_them(kind: str) -> None:
    more = {"receiveTask": {"messageRef": "m"}, "callActivity": {"calledElement": "q"}}
    with pytest.raises(DeploymentRefused, match="inputOutput is not executed"):
        road(node(kind, "x", scope("a=1"), **more.get(kind, {})))


INSIDE = start("in") + node("manualTask", "m1") + end("out") + sequence("in>m1>out")
PASSED = {
    "serviceTask": ("", {"camunda__type": "external", "camunda__topic": "now"}),
    "sendTask": ("", {"camunda__type": "external", "camunda__topic": "now"}),
    "scriptTask": ("<bpmn:script>done = true</bpmn:script>", {}),
    "manualTask": ("", {}),
    "subProcess": (INSIDE, {}),
    "callActivity": ("", {"calledElement": "q"}),
}


@pytest.mark.cell(
    "serviceTask/@default",
    "sendTask/@default",
    "scriptTask/@default",
    "manualTask/@default",
    "subProcess/@default",
    "callActivity/@default",
)
@pytest.mark.parametrize("kind", PASSED)
def test_conditions_and_a_default_lead_out_of_any_activity(kind: str) -> None:
    inside, attributes = PASSED[kind]
    walk = Walk(
        diagram=diagram(
            start()
            + node(kind, "x", inside, default="x_b", **attributes)
            + ask("a")
            + ask("b")
            + end()
            + when("x", "a", "n == 1"),
            flows="start>x>b>end; a>end",
        ),
        operators=operators(),
        inline=lambda _topic, inputs: dict(inputs),
        called={"q": diagram(start() + end(), flows="start>end", process="q")},
    )
    assert walk.start(n=1) == ["a"]
    walk.tokens_saved = b""
    assert walk.start(n=2) == ["b"]


@pytest.mark.cell("receiveTask/@default")
def test_what_a_message_brings_decides_behind_a_receive_task() -> None:
    text = diagram(
        start()
        + node("receiveTask", "x", messageRef="m", default="x_b")
        + ask("a")
        + ask("b")
        + end()
        + when("x", "a", "n == 1"),
        flows="start>x>b>end; a>end",
        roots='<bpmn:message id="m" name="paid"/>',
    )
    for number, then in ((1, ["a"]), (2, ["b"])):
        walk = Walk(diagram=text)
        walk.start()
        assert walk.message("paid", n=number) == then
