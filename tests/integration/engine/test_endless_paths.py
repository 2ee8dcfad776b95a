"""A path that never waits is undone: the instance stays where it was, and others go on."""

import pytest

from engine import reads
from engine.commands import CompleteUserTask
from engine.errors import EndlessPath
from engine.spiff import stepping
from engine.store.tables import history, incident

from .conftest import Engine, ask, diagram, do, end, nothing, start

_ROUND = (
    '<bpmn:scriptTask id="count"><bpmn:script>n = n + 1.0</bpmn:script></bpmn:scriptTask>'
    '<bpmn:exclusiveGateway id="x" default="x_end"/>'
    '<bpmn:sequenceFlow id="again" sourceRef="x" targetRef="count">'
    "<bpmn:conditionExpression>${n &lt; until}</bpmn:conditionExpression></bpmn:sequenceFlow>"
)


def _open_tasks(engine: Engine) -> list[int]:
    """Read the open user tasks, the first begun first."""
    with engine.database.connect() as connection:
        return sorted(task.id for task in reads.open_user_tasks(connection))


def _complete(engine: Engine, task_id: int, *, until: int) -> None:
    engine.runtime.execute(CompleteUserTask(task_id=task_id, answers={"until": until}, actor="ana"))


@pytest.fixture(autouse=True)
def _few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepping, "MAX_STEPS", 500)


def test_an_answer_that_leads_into_an_endless_loop_is_refused_and_nothing_is_written(
    engine: Engine,
) -> None:
    engine.deploy(diagram(start() + ask() + _ROUND + end(), flows="start>ask>count>x>end"))
    engine.start("one", n=0)
    engine.start("other", n=0)
    before = engine.rows(history)
    one, other = _open_tasks(engine)
    with pytest.raises(EndlessPath, match="500 steps"):
        _complete(engine, one, until=10_000)
    assert engine.rows(history) == before
    assert engine.instance("one").state == "running"
    _complete(engine, other, until=100)
    _complete(engine, one, until=3)
    assert [engine.instance(key).state for key in ("one", "other")] == ["completed", "completed"]


def test_a_job_whose_result_leads_into_an_endless_loop_stops_with_an_incident(
    engine: Engine,
) -> None:
    engine.operator(nothing)
    engine.deploy(diagram(start() + do() + _ROUND + end(), flows="start>do>count>x>end"))
    engine.start(n=0, until=10_000)
    assert engine.work()
    (found,) = engine.rows(incident)
    assert "500 steps" in found.error
    assert engine.instance().state == "running"
