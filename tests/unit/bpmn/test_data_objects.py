"""Data objects stand beside the variables of the tokens."""

import pytest

from engine.errors import DeploymentRefused

from .diagrams import ask, diagram, end, node, sequence, start, when
from .walk import Walk

OBJECT = (
    '<bpmn:dataObject id="DataObject_1"/>'
    '<bpmn:dataObjectReference id="ref" name="order" dataObjectRef="DataObject_1"/>'
)


def reads(reference: str = "ref", *, number: int = 1) -> str:
    """Make the association of an activity that reads."""
    return (
        f'<bpmn:property id="prop{number}" name="__targetRef_placeholder"/>'
        f'<bpmn:dataInputAssociation id="in{number}"><bpmn:sourceRef>{reference}</bpmn:sourceRef>'
        f"<bpmn:targetRef>prop{number}</bpmn:targetRef></bpmn:dataInputAssociation>"
    )


def writes(reference: str = "ref", *, number: int = 1) -> str:
    """Make the association of an activity that writes."""
    return (
        f'<bpmn:dataOutputAssociation id="out{number}"><bpmn:targetRef>{reference}'
        "</bpmn:targetRef></bpmn:dataOutputAssociation>"
    )


def known(walk: Walk) -> dict[str, object]:
    """Read what the one open task knows."""
    (wait,) = walk.waits().user_tasks.values()
    return dict(wait.variables)


@pytest.mark.cell(
    "dataObject",
    "dataObjectReference",
    "dataObjectReference/@dataObjectRef",
    "dataInputAssociation",
    "dataOutputAssociation",
)
def test_one_task_writes_an_object_and_another_reads_it() -> None:
    text = diagram(
        OBJECT
        + start()
        + ask("write", writes())
        + ask("between")
        + ask("read", reads(number=2))
        + ask("last")
        + end(),
        flows="start>write>between>read>last>end",
    )
    walk = Walk(diagram=text)
    walk.start()
    walk.complete("write", order={"id": 7}, other=1)
    assert known(walk) == {"other": 1}
    assert walk.variables() == {"order": {"id": 7}, "other": 1}
    walk.complete("between")
    assert known(walk) == {"order": {"id": 7}, "other": 1}
    walk.complete("read", order="changed, and dropped")
    assert known(walk) == {"other": 1}
    assert walk.variables()["order"] == {"id": 7}


def test_an_object_is_null_until_it_is_written_and_stays_where_nothing_is_set() -> None:
    text = diagram(
        OBJECT + start() + ask("both", reads() + writes()) + ask("again", writes(number=2)) + end(),
        flows="start>both>again>end",
    )
    walk = Walk(diagram=text)
    walk.start()
    assert known(walk) == {"order": None}
    walk.complete("both", order=1)
    walk.complete("again")
    assert walk.variables()["order"] == 1


def test_conditions_read_objects_and_branches_share_them() -> None:
    text = diagram(
        OBJECT
        + start()
        + node("parallelGateway", "fork")
        + ask("write", writes())
        + ask("other")
        + node("exclusiveGateway", "x", default="x_no")
        + ask("yes")
        + ask("no")
        + end()
        + when("x", "yes", "order == 1"),
        flows="start>fork>write>end; fork>other>x>no>end; yes>end",
    )
    walk = Walk(diagram=text)
    walk.start()
    walk.complete("write", order=1)
    assert walk.complete("other") == ["yes"]


def test_an_object_belongs_to_the_sub_process_that_it_is_drawn_in() -> None:
    inner = OBJECT.replace("_1", "_2").replace('"ref"', '"ref2"').replace("order", "item")
    deepest = (
        start("i2") + ask("deep", reads() + writes("ref2")) + end("o2") + sequence("i2>deep>o2")
    )
    inside = (
        inner
        + start("i1")
        + node("subProcess", "s2", deepest)
        + ask("look", reads("ref2", number=2))
        + end("o1")
        + sequence("i1>s2>look>o1")
    )
    text = diagram(
        OBJECT
        + start()
        + ask("write", writes(number=3))
        + node("subProcess", "s1", inside)
        + ask("after")
        + end(),
        flows="start>write>s1>after>end",
    )
    walk = Walk(diagram=text)
    walk.start()
    walk.complete("write", order=1)
    assert known(walk) == {"order": 1}
    walk.complete("deep", item=2)
    assert known(walk) == {"item": 2}
    walk.complete("look")
    assert known(walk) == {}
    assert walk.variables() == {"order": 1}


def test_an_object_without_a_plain_name_is_called_by_its_id() -> None:
    text = diagram(
        OBJECT.replace("order", "the order") + start() + ask("write", writes()) + end(),
        flows="start>write>end",
    )
    walk = Walk(diagram=text)
    walk.start()
    walk.complete("write", DataObject_1=1)
    assert walk.variables() == {"DataObject_1": 1}


def test_a_store_and_an_object_that_is_not_there_are_refused() -> None:
    with pytest.raises(DeploymentRefused, match="data store"):
        Walk(
            diagram=diagram(
                node("dataStoreReference", "ref") + start() + ask("x", writes()) + end(),
                flows="start>x>end",
            )
        )
    with pytest.raises(DeploymentRefused):
        Walk(diagram=diagram(start() + ask("x", writes("nothing")) + end(), flows="start>x>end"))
