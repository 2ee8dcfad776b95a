"""Many starts at once come out exactly as one after the other."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table

from engine import reads
from engine.bulk.starting import NewInstance, start_many
from engine.commands import CompleteUserTask, Outcome, StartInstance
from engine.definitions import deploy
from engine.errors import ExpressionError, UnknownProcess
from engine.rebuilding import rebuild
from engine.spiff import deltas
from engine.spiff.parsing.names import bpmn, camunda
from engine.store.tables import history, instance, job, subscription, timer, user_task
from engine.xml_input import read_diagram

from .conftest import PROCESS, ROAD, Engine, ask, diagram, do, end, nothing, start
from .conftest import timer as clock

FOLDER = Path(__file__).parents[3] / "bpmn"
TABLES = (instance, user_task, timer, subscription, job, history)
#: What differs between two instances of the same start.
OWN = frozenset({"id", "instance_id", "task_uid", "business_key", "definition_id", "nudged_at"})

#: A condition, a script and an expression look at variables; others are only carried.
CHOICE = diagram(
    start()
    + '<bpmn:exclusiveGateway id="big" default="big_small"/>'
    + '<bpmn:scriptTask id="small" scriptFormat="cel"><bpmn:script>half = size / 2.0</bpmn:script>'
    "</bpmn:scriptTask>"
    + ask("a")
    + f'<bpmn:intermediateCatchEvent id="wait">{clock("${pause}")}</bpmn:intermediateCatchEvent>'
    + '<bpmn:receiveTask id="hear" messageRef="m"/>'
    + end("e1")
    + end("e2")
    + end("e3")
    + '<bpmn:sequenceFlow id="big_wait" sourceRef="big" targetRef="wait"><bpmn:conditionExpression>'
    "${size > 5.0}</bpmn:conditionExpression></bpmn:sequenceFlow>"
    + '<bpmn:sequenceFlow id="big_hear" sourceRef="big" targetRef="hear"><bpmn:conditionExpression>'
    "${size &lt; 0.0}</bpmn:conditionExpression></bpmn:sequenceFlow>",
    flows="start>big>small>a>e1;wait>e2;hear>e3",
    roots='<bpmn:message id="m" name="m"/>',
)


def _many(
    engine: Engine, starts: Mapping[str, Mapping[str, Any]], process: str = PROCESS
) -> dict[str, Outcome]:
    """Start all of them in one transaction."""
    new = [NewInstance(business_key=key, variables=given) for key, given in starts.items()]
    with engine.runtime.transaction() as connection:
        return start_many(engine.runtime, connection, new, process=process, group="g", actor="ana")


def _of(engine: Engine, table: Table, number: int | None) -> list[dict[str, Any]]:
    """Read what one instance has in a table, without what is its own."""
    key = "id" if table is instance else "instance_id"
    rows = [row._mapping for row in engine.rows(table) if row._mapping[key] == number]
    return [
        {name: _plain(name, value) for name, value in row.items() if name not in OWN}
        for row in sorted(rows, key=lambda row: str(row.get("element_id")))
    ]


def _plain(name: str, value: Any) -> Any:  # noqa: ANN401 — any column's value
    """Take the tasks' ids out of a state: two runs give others."""
    if name != "tokens":
        return value
    text = deltas.decompress(value).decode()
    return [piece for piece in text.split('"') if not _is_ids(piece)]


def _is_ids(piece: str) -> bool:
    return len(piece) >= 32 and len(piece) % 32 == 0 and all(c in "0123456789abcdef" for c in piece)


def _assert_alike(engine: Engine, one: int | None, other: int | None) -> None:
    for table in TABLES:
        assert _of(engine, table, one) == _of(engine, table, other), table.name


SIZES: Sequence[dict[str, Any]] = (
    {"size": 9.0, "pause": "PT1H", "note": "nine"},
    {"size": 9.0, "pause": "PT1H", "note": 'quo"te\\ \t\n\r \ue000size\ue001'},
    {"size": 9.0, "pause": "PT2H", "note": None},
    {"size": 3.0, "pause": "PT1H", "note": {"deep": [1, {"x": "\u2028"}]}},
    {"size": 3.0, "pause": "none", "other": 1},
    {"size": -1.0, "note": ""},
    {"size": -1.0},
)


def test_any_start_of_many_is_what_it_would_be_alone(engine: Engine) -> None:
    engine.deploy(CHOICE)
    many = _many(engine, {f"many:{n}": given for n, given in enumerate(SIZES)})
    for number, given in enumerate(SIZES):
        one = engine.runtime.execute(_alone(f"one:{number}", given))
        _assert_alike(engine, many[f"many:{number}"].instance_id, one.instance_id)


def _alone(key: str, given: Mapping[str, Any]) -> StartInstance:
    return StartInstance(process=PROCESS, business_key=key, variables=given, group="g", actor="ana")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.bpmn")), ids=lambda path: path.stem)
def test_the_processes_of_ours_start_alike(engine: Engine, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    root = read_diagram(text, path.name)
    for topic in {str(node.get(camunda("topic"))) for node in root.iter(bpmn("serviceTask"))}:
        engine.operator(nothing, topic=topic)
    files = {path.name: text}
    with engine.database.begin() as connection:
        process = deploy(
            connection,
            files,
            operators=engine.operators,
            deployed_by="test",
            now=engine.clock.now(),
        ).process
    given = {
        f"login:{n}": {"login_id": n, "campaign_id": 1, "prazo": "2026-06-30"} for n in range(3)
    }
    many = _many(engine, given, process)
    alone = engine.runtime.execute(
        StartInstance(
            process=process, business_key="x", variables=given["login:2"], group="g", actor="ana"
        )
    )
    _assert_alike(engine, many["login:2"].instance_id, alone.instance_id)


def test_an_instance_of_many_goes_on_like_any_other(engine: Engine) -> None:
    engine.operator(nothing)
    engine.deploy(ROAD)
    numbers = [
        outcome.instance_id for outcome in _many(engine, {"a": {"n": 1}, "b": {"n": 2}}).values()
    ]
    tasks = {task.business_key: task for task in _tasks(engine)}
    assert {key: task.variables for key, task in tasks.items()} == {"a": {"n": 1}, "b": {"n": 2}}
    engine.runtime.execute(CompleteUserTask(task_id=tasks["b"].id, answers={"x": 1}, actor="ana"))
    assert [task.business_key for task in _tasks(engine)] == ["a"]
    with engine.database.connect() as connection:
        view = rebuild(
            connection, engine.runtime.definitions, instance_id=int(numbers[1] or 0), step=1
        )
    assert (view.elements, view.variables) == (("ask",), {"n": 2})


def test_a_key_that_is_taken_gives_the_instance_that_is_there(engine: Engine) -> None:
    engine.operator(nothing)
    engine.deploy(ROAD)
    first = engine.start("a")
    outcomes = _many(engine, {"a": {}, "b": {}})
    assert outcomes["a"] == Outcome(instance_id=first.instance_id, state="running", repeated=True)
    again = _many(engine, {"a": {}, "b": {}})
    assert {outcome.repeated for outcome in again.values()} == {True}
    assert len(engine.rows(instance)) == len(engine.rows(history)) == 2


def test_starts_that_ask_for_jobs_are_commands_of_their_own_and_the_broker_hears(
    engine: Engine,
) -> None:
    engine.operator(nothing)
    engine.operator(lambda _job: {"seen": True}, topic="i", inline=True)
    engine.deploy(
        diagram(
            start() + do("first", "i") + do() + end(),
            flows="start>first>do>end",
        )
    )
    _many(engine, {"a": {}, "b": {}})
    assert [row.element_id for row in engine.rows(job)] == ["do", "do"]
    assert {nudge.job_id for nudge in engine.nudges} == {row.id for row in engine.rows(job)}


def test_one_that_is_refused_leaves_none_of_them(engine: Engine) -> None:
    engine.deploy(CHOICE)
    with pytest.raises(ExpressionError):
        _many(engine, {"a": {"size": 3.0}, "b": {"size": 9.0, "pause": "soon"}})
    assert [engine.rows(table) for table in TABLES] == [[]] * len(TABLES)


def test_a_process_that_was_never_deployed_is_named(engine: Engine) -> None:
    with pytest.raises(UnknownProcess, match="«p»"):
        _many(engine, {"a": {}})


def test_starts_that_agree_on_what_is_read_share_their_tasks_ids(engine: Engine) -> None:
    engine.deploy(CHOICE)
    _many(engine, {f"n:{n}": {"size": 9.0, "pause": "PT1H", "n": n} for n in range(5)})
    assert len({row.task_uid for row in engine.rows(timer)}) == 1


def _tasks(engine: Engine) -> list[reads.UserTaskView]:
    with engine.database.connect() as connection:
        return reads.open_user_tasks(connection)
