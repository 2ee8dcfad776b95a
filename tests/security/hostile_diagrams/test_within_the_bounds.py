"""What is just within the bounds is read, by a caller that stands deep in calls already."""

import pytest

from engine.definitions import check
from engine.operators import OperatorRegistry

from .attacks import between_two, edges, everyone_to_everyone, nested, row

#: As a web request under its framework, and twice that.
CALLS_BEFORE = 200


def _read(text: str, *, calls: int) -> str:
    """Deploy from within some calls more."""
    if calls:
        return _read(text, calls=calls - 1)
    return check({"p.bpmn": text}, OperatorRegistry()).process


@pytest.mark.parametrize(
    "text",
    [row(300), between_two(99), everyone_to_everyone(30), nested(50), edges(100)],
    ids=["a row", "two nodes", "each to each", "sub-processes", "edges"],
)
def test_the_largest_processes_are_read(text: str) -> None:
    assert _read(text, calls=CALLS_BEFORE) == "p"
