"""The smallest diagram that holds an element of BPMN 2.0, with more attributes or content.

The element is `x`, or stands in `x` where it has no id of its own.
"""

from collections.abc import Callable

from engine.allowlist.vocabulary import ACTIVITIES, EVENTS, GATEWAYS, LOOPS, SUB_PROCESSES

from .diagrams import ask, end, node, sequence, start

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="tests"'
)
_ROOTS = (
    '<bpmn:message id="m" name="M"/><bpmn:signal id="s" name="S"/>'
    '<bpmn:error id="err" errorCode="E"/><bpmn:escalation id="esc" escalationCode="C"/>'
)
MESSAGE = '<bpmn:messageEventDefinition messageRef="m"/>'
SIGNAL = '<bpmn:signalEventDefinition signalRef="s"/>'

_EXTERNAL = {"camunda:type": "external", "camunda:topic": "t"}
#: Attributes that an element has in every example.
NEEDED = {
    "*": {"id": "x"},
    "definitions": {"targetNamespace": "tests"},
    "serviceTask": _EXTERNAL,
    "sendTask": _EXTERNAL,
    "receiveTask": {"messageRef": "m"},
    "callActivity": {"calledElement": "q"},
}
_CONTENT = {
    **dict.fromkeys(SUB_PROCESSES, start("inner") + end("inner_end") + sequence("inner>inner_end")),
    "scriptTask": "<bpmn:script>a = 1</bpmn:script>",
}
#: What the definition of an event names.
_REFERENCES = {
    "messageEventDefinition": 'messageRef="m"',
    "signalEventDefinition": 'signalRef="s"',
    "errorEventDefinition": 'errorRef="err"',
    "escalationEventDefinition": 'escalationRef="esc"',
    "conditionalEventDefinition": "",
}
_ROOTS_NEED = {
    "message": ' name="X"',
    "signal": ' name="X"',
    "error": ' errorCode="X"',
    "escalation": ' escalationCode="X"',
}
#: What stands beside the flow nodes of a process, or in something that does; `{at}` for more.
_BESIDE = {
    **{
        name: f'<bpmn:{name} id="x"{{at}}/>'
        for name in (
            "dataObject",
            "dataStoreReference",
            "property",
            "laneSet",
            "textAnnotation",
            "association",
            "group",
            "ioSpecification",
            "correlationSubscription",
            "supports",
            "resourceRole",
            "auditing",
            "monitoring",
            "choreographyTask",
            "subChoreography",
            "callChoreography",
        )
    },
    "dataObjectReference": (
        '<bpmn:dataObject id="o"/><bpmn:dataObjectReference id="x" dataObjectRef="o"{at}/>'
    ),
    "dataState": '<bpmn:dataObject id="x"><bpmn:dataState/></bpmn:dataObject>',
    "lane": '<bpmn:laneSet id="l"><bpmn:lane id="x"{at}/></bpmn:laneSet>',
    **{
        name: f'<bpmn:laneSet id="l"><bpmn:lane id="x"><bpmn:{name}/></bpmn:lane></bpmn:laneSet>'
        for name in ("childLaneSet", "flowNodeRef", "partitionElement")
    },
    "text": '<bpmn:textAnnotation id="x"><bpmn:text>a</bpmn:text></bpmn:textAnnotation>',
    **{
        name: f'<bpmn:ioSpecification id="io"><bpmn:{name} id="x"{{at}}/></bpmn:ioSpecification>'
        for name in ("dataInput", "dataOutput", "inputSet", "outputSet")
    },
}
#: What stands in a task.
_IN_A_TASK = {
    **{
        name: f"<bpmn:{name}{{at}}/>"
        for name in (
            "documentation",
            "incoming",
            "outgoing",
            "extensionElements",
            "dataInputAssociation",
            "dataOutputAssociation",
            "humanPerformer",
            "potentialOwner",
            "performer",
            "rendering",
            *LOOPS,
        )
    },
    **{
        name: f"<bpmn:dataInputAssociation><bpmn:{name}/></bpmn:dataInputAssociation>"
        for name in ("transformation", "assignment")
    },
}
#: What stands in an event.
_IN_AN_EVENT = {
    "eventDefinitionRef": f"{MESSAGE}<bpmn:eventDefinitionRef>m</bpmn:eventDefinitionRef>",
    "timeCycle": (
        "<bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT1H</bpmn:timeCycle>"
        "</bpmn:timerEventDefinition>"
    ),
    "condition": (
        "<bpmn:conditionalEventDefinition><bpmn:condition/></bpmn:conditionalEventDefinition>"
    ),
    "activationCondition": f"{MESSAGE}<bpmn:activationCondition/>",
}


def element(name: str, at: str = "") -> str:
    """Write the diagram of an element.

    Args:
        name: Which one.
        at: More attributes, each with a space before it.
    """
    made = _KINDS.get(name)
    if made is not None:
        return made(at)
    for names, write in _FAMILIES:
        if name in names:
            return write(name, at)
    return process(_road(), roots=f'<bpmn:{name} id="x"{_ROOTS_NEED.get(name, "")}{at}/>')


def flow(name: str, at: str = "", *, inside: str = "") -> str:
    """Write start → x → end, x being an activity or a gateway."""
    needed = "".join(f' {key}="{value}"' for key, value in NEEDED.get(name, {}).items())
    x = f'<bpmn:{name} id="x"{needed}{at}>{inside}{_CONTENT.get(name, "")}</bpmn:{name}>'
    return process(start() + x + end() + sequence("start>x>end"))


def event_sub_process(inside: str = "") -> str:
    """Write an event sub-process `x`."""
    within = node("startEvent", "inner", SIGNAL) + end("e") + sequence("inner>e")
    return process(_road() + node("subProcess", "x", inside + within, triggeredByEvent="true"))


def process(
    body: str, *, roots: str = "", definitions: str = ' id="d"', at: str = ' id="p"'
) -> str:
    """Write a whole file around the content of its process."""
    runs = "" if "isExecutable" in at else ' isExecutable="true"'
    return (
        f"{_HEAD}{definitions}>{_ROOTS}{roots}<bpmn:process{at}{runs}>{body}"
        "</bpmn:process></bpmn:definitions>"
    )


def _road() -> str:
    return start() + ask() + end() + sequence("start>ask>end")


def _sub_process(at: str) -> str:
    return event_sub_process() if 'triggeredByEvent="true"' in at else flow("subProcess", at)


def _flow_with_condition(at: str) -> str:
    inside = f"<bpmn:conditionExpression{at}>${{true}}</bpmn:conditionExpression>"
    return process(
        start()
        + node("exclusiveGateway", "a")
        + end()
        + sequence("start>a")
        + node("sequenceFlow", "x", inside, sourceRef="a", targetRef="end")
    )


def _event(name: str, at: str) -> str:
    """Write an event of a message; a start event of nothing."""
    if name == "startEvent":
        return process(f'<bpmn:startEvent id="x"{at}/>' + end() + sequence("x>end"))
    x = f'<bpmn:{name} id="x"{at}>{MESSAGE}</bpmn:{name}>'
    return process(start() + x + end() + sequence("start>x>end"))


def _at_the_edge(inside: str, at: str = "") -> str:
    x = f'<bpmn:boundaryEvent id="x" attachedToRef="ask"{at}>{inside}</bpmn:boundaryEvent>'
    return process(_road() + x + sequence("x>end"))


_KINDS: dict[str, Callable[[str], str]] = {
    "definitions": lambda at: process(_road(), definitions=f' id="x"{at}'),
    "process": lambda at: process(_road(), at=f' id="x"{at}'),
    "subProcess": _sub_process,
    "boundaryEvent": lambda at: _at_the_edge(MESSAGE, at),
    "conditionExpression": _flow_with_condition,
    "sequenceFlow": lambda at: process(
        start() + end() + f'<bpmn:sequenceFlow id="x" sourceRef="start" targetRef="end"{at}/>'
    ),
}
_FAMILIES: tuple[tuple[frozenset[str], Callable[[str, str], str]], ...] = (
    (ACTIVITIES | GATEWAYS, flow),
    (EVENTS, _event),
    (
        frozenset(_REFERENCES),
        lambda name, at: _at_the_edge(f"<bpmn:{name} {_REFERENCES[name]}{at}/>"),
    ),
    (frozenset(_BESIDE), lambda name, at: process(_road() + _BESIDE[name].format(at=at))),
    (
        frozenset(_IN_A_TASK),
        lambda name, at: flow("userTask", inside=_IN_A_TASK[name].format(at=at)),
    ),
    (frozenset(_IN_AN_EVENT), lambda name, _: _at_the_edge(_IN_AN_EVENT[name])),
)
