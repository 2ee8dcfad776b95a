"""Writes small diagrams: nodes by function, flows by chains of ids."""

from itertools import pairwise

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="tests">'
)


def diagram(body: str, *, flows: str, roots: str = "", process: str = "p") -> str:
    """Make a diagram.

    Args:
        body: The process's nodes.
        flows: Chains of ids: `start>a>end; a>b`.
        roots: Messages, signals, errors, escalations.
        process: Its id.
    """
    return (
        f'{_HEAD}{roots}<bpmn:process id="{process}" isExecutable="true">'
        f"{body}{sequence(flows)}</bpmn:process></bpmn:definitions>"
    )


def sequence(flows: str) -> str:
    """Make the sequence flows of chains; `a>b` gets the id `a_b`."""
    made = []
    for chain in filter(str.strip, flows.split(";")):
        ids = [name.strip() for name in chain.split(">")]
        made += [
            f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
            for a, b in pairwise(ids)
        ]
    return "".join(made)


def when(source: str, target: str, condition: str) -> str:
    """Make a sequence flow with a condition."""
    return (
        f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
        f"<bpmn:conditionExpression>${{{condition}}}</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )


def node(kind: str, name: str, inside: str = "", **attributes: str) -> str:
    """Make any node: `node("parallelGateway", "fork")`."""
    text = "".join(f' {key.replace("__", ":")}="{value}"' for key, value in attributes.items())
    return f'<bpmn:{kind} id="{name}"{text}>{inside}</bpmn:{kind}>'


def start(name: str = "start", inside: str = "") -> str:
    """Make a start event."""
    return node("startEvent", name, inside)


def end(name: str = "end", inside: str = "") -> str:
    """Make an end event."""
    return node("endEvent", name, inside)


def ask(name: str = "ask", inside: str = "") -> str:
    """Make a user task."""
    return node("userTask", name, inside)


def do(name: str = "do", topic: str = "t", inside: str = "") -> str:
    """Make a service task."""
    return node("serviceTask", name, inside, camunda__type="external", camunda__topic=topic)


def boundary(name: str, on: str, definition: str, *, interrupting: bool = True) -> str:
    """Make an event at the edge of an activity."""
    cancel = "true" if interrupting else "false"
    return node("boundaryEvent", name, definition, attachedToRef=on, cancelActivity=cancel)


def timer(text: str, kind: str = "timeDuration") -> str:
    """Make a timer's definition."""
    return (
        f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"
    )
