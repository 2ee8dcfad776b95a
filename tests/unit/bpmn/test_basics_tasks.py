"""Tasks that people and operators do, and the sub-process around them."""

import pytest

from engine.operators import BpmnError, Operator, OperatorRegistry, Outputs

from .diagrams import ask, boundary, diagram, do, end, node, sequence, start, when
from .walk import Walk

_ERROR = '<bpmn:error id="err" errorCode="refused"/>'
_CAUGHT = '<bpmn:errorEventDefinition errorRef="err" camunda:errorCodeVariable="code"/>'


def _operators(*, inline: bool = False) -> OperatorRegistry:
    operators = OperatorRegistry()
    operators.add(
        Operator(
            topic="t",
            function=dict,
            inline=inline,
            queue="background",
            inputs={"a": True, "b": False},
            summary="",
        )
    )
    return operators


def _again(body: str, name: str) -> str:
    """Make start → body → x, which leads back to it while `more`, else to the end."""
    gateway = node("exclusiveGateway", "x", default="x_end")
    return diagram(
        start() + body + gateway + end() + when("x", name, "more"), flows=f"start>{name}>x>end"
    )


@pytest.mark.cell("process")
@pytest.mark.cell("process/@isExecutable=true")
@pytest.mark.cell("startEvent/none")
@pytest.mark.cell("endEvent/none")
@pytest.mark.cell("sequenceFlow")
@pytest.mark.cell("sequenceFlow/@sourceRef")
@pytest.mark.cell("sequenceFlow/@targetRef")
def test_a_process_goes_from_its_start_along_its_flows_to_its_end() -> None:
    walk = Walk(diagram=diagram(start() + ask() + ask("b") + end(), flows="start>ask>b>end"))
    assert walk.start() == ["ask"]
    assert walk.complete("ask") == ["b"]
    assert walk.complete("b") == []
    assert walk.completed
    assert walk.moves[-1] == [["b", "completed"], ["end", "completed"]]


FORM = {"pedido.form": '{"id": "pedido", "components": []}'}


@pytest.mark.cell("userTask/@camunda:assignee")
@pytest.mark.cell("userTask/@camunda:candidateGroups")
@pytest.mark.cell("userTask/@camunda:formRef")
def test_a_user_task_says_who_may_do_it_and_by_which_form() -> None:
    who = {
        "camunda__assignee": "ana",
        "camunda__candidateGroups": "equipe, chefia",
        "camunda__formRef": "pedido",
    }
    walk = Walk(diagram=_again(node("userTask", "ask", **who), "ask"), files=FORM)
    walk.start()
    for more in (True, False):
        (wait,) = walk.waits().user_tasks.values()
        assert (wait.assignee, wait.candidate_groups, wait.form) == (
            "ana",
            ("equipe", "chefia"),
            "pedido",
        )
        walk.complete("ask", more=more)
    assert walk.completed


@pytest.mark.cell("userTask/@camunda:formKey")
def test_a_form_may_be_named_by_its_key() -> None:
    task = node("userTask", "ask", camunda__formKey="pedido")
    walk = Walk(diagram=diagram(start() + task + end(), flows="start>ask>end"), files=FORM)
    walk.start()
    assert [wait.form for wait in walk.waits().user_tasks.values()] == ["pedido"]


@pytest.mark.cell("serviceTask")
@pytest.mark.cell("serviceTask/@camunda:type=external")
@pytest.mark.cell("serviceTask/@camunda:topic")
@pytest.mark.cell("camunda:inputOutput")
@pytest.mark.cell("camunda:inputParameter")
@pytest.mark.cell("camunda:failedJobRetryTimeCycle")
def test_a_service_task_is_a_job_with_its_inputs_and_its_retries_each_time() -> None:
    inside = (
        "<bpmn:extensionElements><camunda:inputOutput>"
        '<camunda:inputParameter name="b">${a + 1.0}</camunda:inputParameter>'
        "</camunda:inputOutput>"
        "<camunda:failedJobRetryTimeCycle>R2/PT5S</camunda:failedJobRetryTimeCycle>"
        "</bpmn:extensionElements>"
    )
    walk = Walk(diagram=_again(do(inside=inside), "do"), operators=_operators())
    assert walk.start(a=1) == ["do"]
    (job,) = walk.waits().jobs.values()
    assert (job.topic, job.inputs, job.retry_delays) == ("t", {"a": 1, "b": 2}, ("PT5S", "PT5S"))
    assert walk.finish("do", a=5, more=True) == ["do"]
    (again,) = walk.waits().jobs.values()
    assert again.inputs == {"a": 5, "b": 6}
    assert again.uid != job.uid
    assert walk.finish("do", more=False) == []
    assert walk.completed


def test_an_inline_service_task_is_done_within_the_step_and_may_end_in_an_error() -> None:
    def inline(_topic: str, inputs: object) -> Outputs:
        if inputs == {"a": "wrong"}:
            raise BpmnError("refused", "no")
        return {"done": inputs}

    body = start() + ask() + do() + boundary("failed", "do", _CAUGHT) + ask("mend") + end()
    walk = Walk(
        diagram=diagram(body, flows="start>ask>do>end; failed>mend>ask", roots=_ERROR),
        operators=_operators(inline=True),
        inline=inline,
    )
    assert walk.start() == ["ask"]
    for _ in range(2):
        assert walk.complete("ask", a="wrong") == ["mend"]
        assert walk.variables()["code"] == "refused"
        assert walk.complete("mend") == ["ask"]
    assert walk.complete("ask", a="right") == []
    assert walk.variables()["done"] == {"a": "right"}


@pytest.mark.cell("scriptTask")
@pytest.mark.cell("script")
def test_a_script_sets_variables_line_by_line_each_time() -> None:
    script = node(
        "scriptTask", "s", "<bpmn:script>\n n = n + 1.0\n text = string(n)\n</bpmn:script>"
    )
    gateway = node("exclusiveGateway", "x", default="x_end")
    walk = Walk(
        diagram=diagram(
            start() + script + ask() + gateway + end() + when("x", "s", "more"),
            flows="start>s>ask>x>end",
        )
    )
    assert walk.start(n=1) == ["ask"]
    assert walk.variables() == {"n": 2, "text": "2"}
    assert walk.complete("ask", more=True) == ["ask"]
    assert walk.variables() == {"n": 3, "text": "3", "more": True}
    assert walk.complete("ask", more=False) == []


@pytest.mark.cell("receiveTask")
@pytest.mark.cell("receiveTask/@messageRef")
@pytest.mark.cell("message")
def test_a_receive_task_waits_for_its_message_each_time() -> None:
    receive = node("receiveTask", "wait", messageRef="m")
    gateway = node("exclusiveGateway", "x", default="x_end")
    walk = Walk(
        diagram=diagram(
            start() + receive + gateway + end() + when("x", "wait", "more"),
            flows="start>wait>x>end",
            roots='<bpmn:message id="m" name="Answer"/>',
        )
    )
    assert walk.start() == ["wait"]
    assert walk.message("Answer", more=True, said="a") == ["wait"]
    assert walk.variables() == {"more": True, "said": "a"}
    assert walk.message("Answer", more=False, said="b") == []
    assert walk.completed


@pytest.mark.cell("subProcess")
@pytest.mark.cell("startEvent/in-sub-process/none")
def test_a_sub_process_is_entered_and_left_each_time() -> None:
    inner = start("in") + ask() + ask("b") + end("out") + sequence("in>ask>b>out")
    walk = Walk(diagram=_again(node("subProcess", "sub", inner), "sub"))
    assert walk.start() == ["ask"]
    assert walk.complete("ask", first=1) == ["b"]
    assert walk.complete("b", more=True) == ["ask"]
    assert walk.complete("ask") == ["b"]
    assert walk.complete("b", more=False) == []
    assert walk.completed
    assert walk.variables() == {"first": 1, "more": False}


def test_a_sub_process_ends_when_all_of_its_tokens_have() -> None:
    inner = (
        start("in") + node("parallelGateway", "fork") + ask("a") + ask("b") + end("a1") + end("b1")
    )
    sub = node("subProcess", "sub", inner + sequence("in>fork>a>a1; fork>b>b1"))
    walk = Walk(diagram=diagram(start() + sub + ask() + end(), flows="start>sub>ask>end"))
    assert walk.start() == ["a", "b"]
    assert walk.complete("b") == ["a"]
    assert walk.complete("a") == ["ask"]
