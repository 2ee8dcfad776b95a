"""What no single cell decides: references, flows, ids, starts, texts; each with what to do."""

import pytest

from engine.definitions import check
from engine.errors import DeploymentRefused, Finding
from engine.operators import OperatorRegistry

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:x="urn:x" id="d" '
    'targetNamespace="tests">'
)
_ROAD = (
    '<bpmn:startEvent id="s"/><bpmn:userTask id="t"/><bpmn:endEvent id="e"/>'
    '<bpmn:sequenceFlow id="s_t" sourceRef="s" targetRef="t"/>'
    '<bpmn:sequenceFlow id="t_e" sourceRef="t" targetRef="e"/>'
)


def _process(body: str = _ROAD, roots: str = "") -> str:
    return (
        f'{_HEAD}{roots}<bpmn:process id="p" isExecutable="true">{body}</bpmn:process>'
        "</bpmn:definitions>"
    )


def _findings(text: str) -> tuple[Finding, ...]:
    with pytest.raises(DeploymentRefused) as caught:
        check({"p.bpmn": text}, OperatorRegistry())
    return caught.value.findings


def _found(text: str) -> set[tuple[str, str]]:
    return {(each.element_id, each.rule) for each in _findings(text)}


def _flow(name: str, source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"/>'


def _catch(inside: str) -> str:
    """Make the road with an event x in the place of its task."""
    event = f'<bpmn:intermediateCatchEvent id="x">{inside}</bpmn:intermediateCatchEvent>'
    return _ROAD.replace('<bpmn:userTask id="t"/>', event).replace('"t"', '"x"')


def _timer(inside: str) -> str:
    return _catch(f"<bpmn:timerEventDefinition>{inside}</bpmn:timerEventDefinition>")


def _edge(inside: str, on: str = "t") -> str:
    return (
        f'{_ROAD}<bpmn:boundaryEvent id="x" attachedToRef="{on}">{inside}</bpmn:boundaryEvent>'
        + _flow("x_e", "x", "e")
    )


def test_the_road_itself_is_accepted() -> None:
    assert check({"p.bpmn": _process()}, OperatorRegistry()).process == "p"


@pytest.mark.parametrize(
    ("body", "element", "rule"),
    [
        (_catch("<bpmn:messageEventDefinition/>"), "x", "message"),
        (_catch('<bpmn:messageEventDefinition messageRef="none"/>'), "x", "reference"),
        (_catch('<bpmn:messageEventDefinition messageRef="nameless"/>'), "nameless", "reference"),
        (_edge('<bpmn:errorEventDefinition errorRef="none"/>'), "x", "reference"),
        (_edge('<bpmn:errorEventDefinition errorRef="codeless"/>'), "codeless", "reference"),
        (_edge('<bpmn:messageEventDefinition messageRef="m"/>', on="none"), "x", "reference"),
        (_edge('<bpmn:messageEventDefinition messageRef="m"/>', on="s"), "x", "reference"),
    ],
)
def test_a_reference_leads_to_something_complete(body: str, element: str, rule: str) -> None:
    roots = (
        '<bpmn:message id="m" name="M"/><bpmn:message id="nameless"/><bpmn:error id="codeless"/>'
    )
    assert (element, rule) in _found(_process(body, roots))


@pytest.mark.parametrize(
    ("more", "element", "rule"),
    [
        (_flow("x", "t", "nowhere"), "x", "flow"),
        (_flow("x", "nowhere", "t"), "x", "flow"),
        (_flow("x", "t", "s"), "x", "flow"),
        (_flow("x", "e", "t"), "x", "flow"),
        ('<bpmn:userTask id="x"/>', "x", "flow"),
        ('<bpmn:userTask id="x"/><bpmn:userTask id="y"/>' + _flow("xy", "x", "y"), "y", "flow"),
        ('<bpmn:userTask id="t"/>', "t", "id"),
        ("<bpmn:userTask/>", "p", "id"),
        ('<bpmn:userTask id="Start"/>', "Start", "id"),
        ('<bpmn:userTask id="a.b"/>', "a.b", "id"),
        ('<bpmn:startEvent id="x"/>' + _flow("x_t", "x", "t"), "p", "start"),
        ('<bpmn:subProcess id="x"/>' + _flow("t_x", "t", "x"), "x", "start"),
        (
            '<bpmn:subProcess id="x"><bpmn:startEvent id="y"/></bpmn:subProcess>'
            + _flow("t_x", "t", "x"),
            "x",
            "end",
        ),
        (
            '<bpmn:subProcess id="x"><bpmn:startEvent id="y"/><bpmn:endEvent id="z"/>'
            + _flow("y_e", "y", "e")
            + "</bpmn:subProcess>"
            + _flow("t_x", "t", "x"),
            "y_e",
            "flow",
        ),
        ('<bpmn:timeDate id="x">2026-03-10</bpmn:timeDate>', "x", "position"),
        ('<bpmn:fooTask id="x"/>', "x", "element"),
        ('<bpmn:textAnnotation id="x" bpmn:foo="1"/>', "x", "attribute"),
        ('<bpmn:textAnnotation id="x" foo="1"/>', "x", "attribute"),
    ],
)
def test_what_is_drawn_wrongly_has_a_finding_at_its_place(
    more: str, element: str, rule: str
) -> None:
    assert (element, rule) in _found(_process(_ROAD + more))


@pytest.mark.parametrize(
    ("default", "place"),
    [("s_g", "g"), ("nothing", "g"), ("g_a", "g_a")],
    ids=["an incoming flow", "no flow", "a flow with a condition"],
)
def test_a_default_is_one_of_the_gateways_own_flows_without_a_condition(
    default: str, place: str
) -> None:
    body = (
        f'<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g" default="{default}"/>'
        '<bpmn:userTask id="a"/>'
        + _flow("s_g", "s", "g")
        + '<bpmn:sequenceFlow id="g_a" sourceRef="g" targetRef="a">'
        "<bpmn:conditionExpression>${n}</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    assert (place, "default") in _found(_process(body))


def test_each_way_out_of_a_choice_says_when_it_is_taken() -> None:
    body = (
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g" default="g_a"/>'
        '<bpmn:userTask id="a"/><bpmn:userTask id="b"/>'
        + _flow("s_g", "s", "g")
        + _flow("g_a", "g", "a")
        + _flow("g_b", "g", "b")
    )
    assert _found(_process(body)) == {("g_b", "flow")}


@pytest.mark.parametrize(
    "text",
    [
        "<bpmn:timeDate>2026-03-10T12:00:00</bpmn:timeDate>",
        "<bpmn:timeDate>2026-02-30</bpmn:timeDate>",
        "<bpmn:timeDate>tomorrow</bpmn:timeDate>",
        "<bpmn:timeDate></bpmn:timeDate>",
        "<bpmn:timeDuration>1 hour</bpmn:timeDuration>",
        "<bpmn:timeDuration>P1M</bpmn:timeDuration>",
        "<bpmn:timeCycle>every day</bpmn:timeCycle>",
        "<bpmn:timeDuration>${1 +}</bpmn:timeDuration>",
    ],
)
def test_a_time_that_is_written_out_is_understood_at_deploy(text: str) -> None:
    assert "x" in {place for place, _ in _found(_process(_timer(text)))}


@pytest.mark.row("3.5")
def test_a_date_and_time_without_a_zone_is_refused_at_deploy_and_a_date_alone_is_not() -> None:
    """Row 3.5, a naive date: "store deadlines with zone; lint naive dates"."""
    (finding,) = _findings(_process(_timer("<bpmn:timeDate>2026-03-10T12:00</bpmn:timeDate>")))
    assert (finding.element_id, finding.rule) == ("x", "expression")
    assert "zone" in finding.message
    for right in ("2026-03-10", "2026-03-10T12:00:00-03:00", "2026-03-10T15:00:00Z", "${due}"):
        text = _process(_timer(f"<bpmn:timeDate>{right}</bpmn:timeDate>"))
        assert check({"p.bpmn": text}, OperatorRegistry()).process == "p"


@pytest.mark.parametrize(
    "inside",
    ["", "<bpmn:timeDate>2026-03-10</bpmn:timeDate><bpmn:timeDuration>PT1H</bpmn:timeDuration>"],
)
def test_a_timer_says_one_time(inside: str) -> None:
    assert ("x", "event") in _found(_process(_timer(inside)))


@pytest.mark.parametrize(
    "text", ["R3", "R/PT1S", "R3/1 second", "R1000000000/PT1S", "R101/PT1S", "PT1S,,PT2S", "${a}"]
)
def test_retries_that_cannot_be_read_are_refused(text: str) -> None:
    task = (
        '<bpmn:serviceTask id="t" camunda:type="external" camunda:topic="t">'
        "<bpmn:extensionElements><camunda:failedJobRetryTimeCycle>"
        f"{text}</camunda:failedJobRetryTimeCycle></bpmn:extensionElements></bpmn:serviceTask>"
    )
    found = _found(_process(_ROAD.replace('<bpmn:userTask id="t"/>', task)))
    assert ("t", "expression") in found


@pytest.mark.parametrize("value", ["1", "TRUE", " true"])
def test_a_yes_is_written_true(value: str) -> None:
    """SpiffWorkflow compares with "true" alone and would take these for a no."""
    text = _process(_edge('<bpmn:messageEventDefinition messageRef="m"/>')).replace(
        'attachedToRef="t"', f'attachedToRef="t" cancelActivity="{value}"'
    )
    assert ("x", "attribute") in _found(text)


def test_pools_that_are_not_executable_and_unknown_extensions_are_left_alone() -> None:
    """SpiffWorkflow would take the extension's sequenceFlow for one of the process."""
    foreign = (
        '<bpmn:extensionElements><x:sequenceFlow id="f" sourceRef="t" targetRef="e"/>'
        '<x:anything><bpmn:transaction id="w"/></x:anything></bpmn:extensionElements>'
    )
    body = _ROAD.replace(
        '<bpmn:userTask id="t"/>', f'<bpmn:userTask id="t">{foreign}</bpmn:userTask>'
    )
    pool = '<bpmn:process id="q"><bpmn:transaction id="t"/><bpmn:foo/></bpmn:process>'
    partners = (
        '<bpmn:collaboration id="c"><bpmn:participant id="a" processRef="p"/>'
        '<bpmn:participant id="b" processRef="q"/>'
        '<bpmn:messageFlow id="mf" sourceRef="a" targetRef="b"/></bpmn:collaboration>'
    )
    parsed = check({"p.bpmn": _process(body, partners + pool)}, OperatorRegistry())
    assert [task.name for task in parsed.spec.task_specs["t"].outputs] == ["e"]


def test_a_second_executable_process_is_told_with_all_else() -> None:
    other = '<bpmn:process id="q" isExecutable="true"><bpmn:task id="w"/></bpmn:process>'
    assert {("p.bpmn", "process"), ("w", "element"), ("q", "start")} <= _found(
        _process(roots=other)
    )


def test_a_place_in_the_layout_is_a_number() -> None:
    layout = (
        '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"><di:BPMNPlane>'
        '<di:BPMNShape id="shape" bpmnElement="t"><dc:Bounds x="1" y="high"/></di:BPMNShape>'
        "</di:BPMNPlane></di:BPMNDiagram></bpmn:definitions>"
    )
    text = _process().replace("</bpmn:definitions>", layout)
    assert _found(text) == {("shape", "layout")}
