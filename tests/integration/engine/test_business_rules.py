"""Business rule tasks in the engine: bound to their version, and errors that people see."""

import pytest

from engine import reads
from engine.commands import CompleteUserTask
from engine.definitions import deploy
from engine.errors import DecisionFailed
from engine.store.tables import history, incident
from tests.integration.engine.conftest import Engine, ask, diagram, do, end, start

RULES = (
    '<bpmn:businessRuleTask id="rules" camunda:decisionRef="frete" '
    'camunda:resultVariable="taxa" camunda:mapDecisionResult="singleEntry"/>'
)
ROAD = diagram(start() + ask() + RULES + ask("last") + end(), flows="start>ask>rules>last>end")
WORK = diagram(start() + do() + RULES + ask("last") + end(), flows="start>do>rules>last>end")


def table(light: str) -> str:
    """Write a table that answers with one value up to 5, and cannot answer a text."""
    return f"""
    <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="f" name="f">
      <decision id="frete" name="Frete"><decisionTable>
        <input id="peso">
          <inputExpression typeRef="number"><text>peso</text></inputExpression></input>
        <output id="valor" name="valor"/>
        <rule id="leve"><inputEntry><text>[0..5]</text></inputEntry>
          <outputEntry><text>{light}</text></outputEntry></rule>
      </decisionTable></decision>
    </definitions>"""


def deployed(engine: Engine, text: str, light: str) -> None:
    """Deploy a diagram with a table."""
    with engine.database.begin() as connection:
        deploy(
            connection,
            {"p.bpmn": text, "frete.dmn": table(light)},
            operators=engine.operators,
            deployed_by="test",
            now=engine.clock.now(),
        )


def test_an_instance_decides_by_the_table_deployed_with_its_version(engine: Engine) -> None:
    deployed(engine, ROAD, "1")
    engine.start("first")
    deployed(engine, ROAD, "2")
    engine.start("second")
    with engine.database.connect() as connection:
        waiting = reads.open_user_tasks(connection, element_id="ask")
    for task in waiting:
        command = CompleteUserTask(task_id=task.id, answers={"peso": 3}, actor="ana")
        engine.runtime.execute(command)
    changes = {
        row.instance_id: row.changes["taxa"]
        for row in engine.rows(history)
        if "taxa" in row.changes
    }
    found = [changes[engine.instance(key).id] for key in ("first", "second")]
    assert found == [1, 2]


def test_a_decision_that_cannot_be_made_refuses_what_someone_answered(engine: Engine) -> None:
    deployed(engine, ROAD, "1")
    engine.start()
    with pytest.raises(DecisionFailed, match="«frete/peso»"):
        engine.complete(peso="heavy")
    assert engine.open_tasks() == ["ask"]
    engine.complete(peso=4)
    assert engine.open_tasks() == ["last"]


def test_a_decision_behind_a_job_is_an_incident_that_says_where(engine: Engine) -> None:
    engine.operator(lambda _job: {"peso": "heavy"})
    deployed(engine, WORK, "1")
    engine.start()
    engine.work()
    (found,) = engine.rows(incident)
    assert "DecisionFailed" in found.error
    assert "«frete» cannot be made, at «frete/peso»" in found.error
    assert engine.open_tasks() == []
