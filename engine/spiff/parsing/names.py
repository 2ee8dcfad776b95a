"""The two vocabularies that diagrams are written in."""

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"


def camunda(name: str) -> str:
    """Return the full name of an attribute or element of Camunda's vocabulary."""
    return f"{{{CAMUNDA}}}{name}"


def bpmn(name: str) -> str:
    """Return the full name of an element of BPMN 2.0."""
    return f"{{{BPMN}}}{name}"
