"""What runs on an earlier version goes on there, whatever is deployed meanwhile."""

import time

import pytest

from engine.commands import CompleteUserTask
from engine.definitions import deploy
from engine.repairs import MigrateInstance
from engine.store import tables
from engine.versions.preview import Previewer
from engine.versions.verdicts import Safety

from .conftest import PROCESS, Engine, ask, diagram, do, end, nothing, start

VERSIONS = 200


def version(number: int) -> str:
    """Ask, then a step that only this version has, then a job."""
    return diagram(
        start() + ask() + ask(f"step{number}") + do() + end(),
        flows=f"start>ask>step{number}>do>end",
    )


def form(number: int) -> str:
    """A form that says which version it is of."""
    return f'{{"id": "ask", "components": [{{"type": "text", "text": "form {number}"}}]}}'


def complete(engine: Engine, key: str, element: str) -> None:
    number = engine.instance(key).id
    (task,) = (
        row
        for row in engine.rows(tables.user_task)
        if row.instance_id == number and row.element_id == element
    )
    engine.runtime.execute(CompleteUserTask(task_id=task.id, answers={}, actor="ana"))


def finish(engine: Engine, key: str, number: int) -> None:
    complete(engine, key, "ask")
    complete(engine, key, f"step{number}")
    (job,) = engine.jobs(key)
    assert engine.runner().run(job.id)
    assert engine.instance(key).state == "completed"


def test_an_instance_finishes_on_its_own_version_and_new_ones_take_the_newest(
    engine: Engine,
) -> None:
    engine.operator(nothing)
    engine.deploy(version(1))
    engine.start("old")
    engine.deploy(version(2))
    engine.start("new")
    assert (engine.instance("old").version, engine.instance("new").version) == (1, 2)
    engine.runtime = engine.fresh_runtime()
    finish(engine, "old", 1)
    finish(engine, "new", 2)


@pytest.mark.row("A7")
def test_a_version_keeps_its_diagram_and_its_forms_for_good(engine: Engine) -> None:
    """Row A7: versions immutable; instance N keeps its model AND its forms after deploy N+1."""
    engine.operator(nothing)
    for number in (1, 2):
        with engine.database.begin() as connection:
            deploy(
                connection,
                {"p.bpmn": version(number), "ask.form": form(number)},
                operators=engine.operators,
                deployed_by="ana",
                now=engine.clock.now(),
            )
        engine.start(f"of {number}")
    rows = {row.id: row for row in engine.rows(tables.definition)}
    for started in engine.rows(tables.instance):
        kept = rows[started.definition_id]
        assert started.business_key == f"of {kept.version}"
        assert kept.files == {
            "p.bpmn": version(kept.version),
            "ask.form": form(kept.version),
        }


def test_two_hundred_versions_at_once(engine: Engine) -> None:
    engine.operator(nothing)
    for number in range(1, VERSIONS + 1):
        engine.deploy(version(number))
        if number % 20 == 1:
            engine.start(str(number))
        if number == 21:
            complete(engine, "21", "ask")
    began = time.process_time()
    engine.start("newest")
    assert engine.instance("newest").version == VERSIONS
    with engine.database.connect() as connection:
        previewer = Previewer(
            connection=connection,
            definitions=engine.runtime.definitions,
            process=PROCESS,
            version=VERSIONS,
            now=engine.clock.now(),
        )
        preview = previewer.preview()
        assert [change.what for change in previewer.compare(1).changed] == ["follows"]
    assert (preview.count(Safety.SAFE), preview.count(Safety.NEEDS_MAPPING)) == (9, 1)
    assert {group.version for group in preview.groups} == set(range(1, VERSIONS + 1, 20))
    engine.runtime.execute(
        MigrateInstance(
            instance_id=engine.instance("1").id, version=VERSIONS, reason="newest", actor="ana"
        )
    )
    finish(engine, "1", VERSIONS)
    finish(engine, "101", 101)
    finish(engine, "newest", VERSIONS)
    assert time.process_time() - began < 10
