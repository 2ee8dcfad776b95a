"""What events and loop markers of diagrams drawn by chance say."""

from .diagrams import timer

ROOTS = "".join(
    f'<bpmn:message id="m{n}" name="m{n}"/><bpmn:signal id="s{n}" name="s{n}"/>'
    f'<bpmn:error id="e{n}" errorCode="E{n}"/><bpmn:escalation id="c{n}" escalationCode="C{n}"/>'
    for n in (1, 2)
)
SENT = 'camunda:type="external" camunda:topic="t"'
NONE, TERMINATE = "", "<bpmn:terminateEventDefinition/>"
ANY_ERROR = "<bpmn:errorEventDefinition/>"
TIMERS = [
    timer("PT1H"),
    timer("2026-03-12T12:00:00Z", "timeDate"),
    timer("R2/PT1H", "timeCycle"),
    timer("R/PT2H", "timeCycle"),
]
EXTERNAL = {"camunda__type": "external", "camunda__topic": "t"}
PASSED = '<camunda:in variables="all"/><camunda:out variables="all"/>'
MARKERS = [
    (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true">'
        "<bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    ),
    (
        "<bpmn:multiInstanceLoopCharacteristics>"
        "<bpmn:loopCardinality>${c + 1}</bpmn:loopCardinality>"
        "<bpmn:loopDataOutputRef>all</bpmn:loopDataOutputRef><bpmn:outputDataItem name='c'/>"
        "<bpmn:completionCondition>${c == 2}</bpmn:completionCondition>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    ),
    (
        '<bpmn:standardLoopCharacteristics testBefore="true" loopMaximum="3">'
        "<bpmn:loopCondition>${c &lt; 2}</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    ),
    '<bpmn:standardLoopCharacteristics testBefore="false" loopMaximum="2"/>',
]


def message(n: int, sent: str = "") -> str:
    """Define a message; what is sent is sent by a job."""
    return f'<bpmn:messageEventDefinition messageRef="m{n}" {sent}/>'


def signal(n: int) -> str:
    """Define a signal."""
    return f'<bpmn:signalEventDefinition signalRef="s{n}"/>'


def error(n: int) -> str:
    """Define an error."""
    return f'<bpmn:errorEventDefinition errorRef="e{n}"/>'


def escalation(n: int) -> str:
    """Define an escalation."""
    return f'<bpmn:escalationEventDefinition escalationRef="c{n}"/>'
