"""A sub-process that follows another one, inside a third."""

import pytest

from .diagrams import ask, diagram, end, node, sequence, start
from .walk import Walk


def inside(name: str, body: str, flows: str) -> str:
    """Draw a sub-process."""
    nodes = start(f"{name}_in") + body + end(f"{name}_out")
    return node("subProcess", name, nodes + sequence(f"{name}_in>{flows}>{name}_out"))


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_the_second_one_begins_when_the_first_one_ends(depth: int) -> None:
    body = inside("one", ask("a"), "a") + inside("two", ask("b"), "b")
    flows = "one>two"
    for level in range(depth):
        body, flows = inside(f"around{level}", body, flows), f"around{level}"
    walk = Walk(diagram=diagram(start() + body + end(), flows=f"start>{flows}>end"))
    assert walk.start() == ["a"]
    assert walk.complete("a") == ["b"]
    assert walk.complete("b") == []
    assert walk.completed
