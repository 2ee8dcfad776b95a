"""However a diagram of ours is damaged, it is accepted or refused with findings, never more."""

import random
from collections.abc import Sequence
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.definitions import check
from engine.errors import DeploymentRefused, Finding
from engine.operators import Operator, OperatorRegistry
from engine.spiff.parsing.names import CAMUNDA, bpmn, camunda
from engine.xml_input import read_diagram

_PATH = Path(__file__).parents[3] / "bpmn" / "normalizacao" / "normalizacao.bpmn"
_TEXT = _PATH.read_text(encoding="utf-8")

#: Elements and attributes that a damaged one may turn into.
_NAMES = (
    "userTask",
    "startEvent",
    "endEvent",
    "boundaryEvent",
    "subProcess",
    "eventBasedGateway",
    "inclusiveGateway",
    "callActivity",
    "timerEventDefinition",
    "signalEventDefinition",
    "terminateEventDefinition",
    "multiInstanceLoopCharacteristics",
    "dataObjectReference",
    "process",
    "nothing",
)
_VALUES = ("", "true", "false", "1", "${", "${a}", "tela", "-1", "R9/PT1S", "\u202e", "x" * 300)


def _operators() -> OperatorRegistry:
    registry = OperatorRegistry()
    topics = {
        str(node.get(camunda("topic")))
        for node in read_diagram(_TEXT, "p.bpmn").iter(bpmn("serviceTask"))
    }
    for topic in sorted(topics):
        registry.add(
            Operator(
                topic=topic,
                function=dict,
                inline=False,
                queue="background",
                inputs={},
                summary="",
            )
        )
    return registry


_OPERATORS = _operators()


def _damage(root: etree._Element, chance: random.Random) -> None:
    """Do one thing to a tree."""
    drawn = set(root.iterdescendants("{*}BPMNPlane"))
    elements = [each for each in root.iterdescendants("*") if not drawn & {*each.iterancestors()}]
    one, other = chance.choice(elements), chance.choice(elements)
    parent = one.getparent()
    assert parent is not None
    match chance.randrange(6):
        case 0:
            parent.remove(one)
        case 1 if one not in set(other.iterancestors()) | {other}:
            other.append(one)
        case 2:
            parent.append(etree.fromstring(etree.tostring(one)))
        case 3:
            one.tag = chance.choice([bpmn, camunda, "{{urn:x}}{}".format])(chance.choice(_NAMES))
        case 4 if one.attrib:
            one.set(chance.choice(list(one.attrib)), chance.choice(_VALUES))
        case _:
            one.text = chance.choice(_VALUES)
            one.set(
                chance.choice(["default", "cancelActivity", f"{{{CAMUNDA}}}type", "isExecutable"]),
                chance.choice(_VALUES),
            )


@given(seed=st.integers(0, 2**32), times=st.integers(1, 4))
@settings(max_examples=80, deadline=None)
def test_a_damaged_diagram_is_accepted_or_refused_in_words(seed: int, times: int) -> None:
    chance = random.Random(seed)  # noqa: S311 — a test's own choices
    root = read_diagram(_TEXT, "p.bpmn")
    for _ in range(times):
        _damage(root, chance)
    text = etree.tostring(root, encoding="unicode")
    for finding in _findings(text):
        assert finding.element_id
        assert finding.message
        assert finding.rule != "parse", finding


def _findings(text: str) -> Sequence[Finding]:
    """Return what keeps a diagram from being deployed."""
    try:
        check({"p.bpmn": text}, _OPERATORS)
    except DeploymentRefused as refused:
        return refused.findings
    return ()
