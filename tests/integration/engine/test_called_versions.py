"""Call activities are bound to a version when their caller is deployed."""

import pytest
from sqlalchemy import select

from engine.commands import CompleteUserTask, StartInstance
from engine.errors import DeploymentRefused
from engine.jobs import JobRunner
from engine.store.tables import definition, instance, job, user_task

from .conftest import Engine, ask, do, end, sequence, start

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="tests">'
)
_ALL = (
    '<bpmn:extensionElements><camunda:in variables="all"/><camunda:out variables="all"/>'
    "</bpmn:extensionElements>"
)


def process(name: str, body: str, flows: str) -> str:
    return (
        f'{_HEAD}<bpmn:process id="{name}" isExecutable="true">{start()}{body}{end()}'
        f"{sequence(flows)}</bpmn:process></bpmn:definitions>"
    )


def call(name: str, called: str, bound: str = "", more: str = "") -> str:
    return (
        f'<bpmn:callActivity id="{name}" calledElement="{called}"{bound}>{_ALL}{more}'
        "</bpmn:callActivity>"
    )


CALLER = process("p", call("call", "q"), "start>call>end")


def called(*steps: str) -> str:
    return process("q", "".join(ask(step) for step in steps), ">".join(["start", *steps, "end"]))


def _open(engine: Engine, process: str = "p") -> dict[str, tuple[str, int]]:
    """Read where each instance waits: business key → (element, user task)."""
    with engine.database.connect() as connection:
        rows = connection.execute(
            select(instance.c.business_key, user_task.c.element_id, user_task.c.id)
            .join(user_task, user_task.c.instance_id == instance.c.id)
            .where(instance.c.process == process)
        ).all()
    return {row.business_key: (row.element_id, row.id) for row in rows}


def _start(engine: Engine, key: str) -> None:
    engine.runtime.execute(StartInstance(process="p", business_key=key))


def _complete(engine: Engine, key: str) -> None:
    _, task = _open(engine)[key]
    engine.runtime = engine.fresh_runtime()
    engine.runtime.execute(CompleteUserTask(task_id=task, answers={}, actor="ana"))


@pytest.mark.cell("callActivity/@camunda:calledElementBinding=deployment")
def test_a_call_stays_with_the_version_that_its_caller_was_deployed_with(engine: Engine) -> None:
    engine.deploy(called("one"))
    engine.deploy(CALLER)
    _start(engine, "old")
    engine.deploy(called("two", "three"))
    _start(engine, "new instance, old caller")
    engine.deploy(CALLER.replace('calledElement="q"', 'calledElement="q" name="again"'))
    _start(engine, "new caller")
    assert {key: element for key, (element, _) in _open(engine).items()} == {
        "old": "q:one",
        "new instance, old caller": "q:one",
        "new caller": "q:two",
    }
    for key in ("old", "new instance, old caller", "new caller"):
        _complete(engine, key)
    assert {key: element for key, (element, _) in _open(engine).items()} == {
        "new caller": "q:three"
    }
    with engine.database.connect() as connection:
        states = dict(connection.execute(select(instance.c.business_key, instance.c.state)).all())
    assert states["old"] == states["new instance, old caller"] == "completed"


def test_the_same_caller_is_a_new_version_where_it_calls_another_one(engine: Engine) -> None:
    def versions() -> list[tuple[str, int]]:
        with engine.database.connect() as connection:
            rows = connection.execute(
                select(definition.c.process, definition.c.version).order_by(definition.c.id)
            )
            return [(row.process, row.version) for row in rows]

    engine.deploy(called("one"))
    engine.deploy(CALLER)
    engine.deploy(CALLER)
    assert versions() == [("q", 1), ("p", 1)]
    engine.deploy(called("two"))
    engine.deploy(CALLER)
    assert versions() == [("q", 1), ("p", 1), ("q", 2), ("p", 2)]


@pytest.mark.cell(
    "callActivity/@camunda:calledElementBinding=version",
    "callActivity/@camunda:calledElementVersion",
)
def test_a_call_may_name_its_version(engine: Engine) -> None:
    bound = ' camunda:calledElementBinding="version" camunda:calledElementVersion="1"'
    engine.deploy(called("one"))
    engine.deploy(called("two"))
    engine.deploy(process("p", call("call", "q", bound), "start>call>end"))
    _start(engine, "a")
    assert _open(engine)["a"][0] == "q:one"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CALLER, "«q» is not deployed"),
        (
            process(
                "p",
                call(
                    "call",
                    "r",
                    ' camunda:calledElementBinding="version" camunda:calledElementVersion="7"',
                ),
                "start>call>end",
            ),
            "«r» in version 7 is not deployed",
        ),
    ],
)
def test_what_is_called_must_be_deployed(engine: Engine, text: str, said: str) -> None:
    engine.deploy(called("one").replace('id="q"', 'id="r"'))
    with pytest.raises(DeploymentRefused, match=said) as refusal:
        engine.deploy(text)
    assert refusal.value.findings[0].element_id == "call"


def test_processes_that_call_each_other_without_an_end_are_refused(engine: Engine) -> None:
    engine.deploy(called("one"))
    engine.deploy(process("r", call("c", "q"), "start>c>end"))
    with pytest.raises(DeploymentRefused, match="q → r → q"):
        engine.deploy(process("q", call("c", "r"), "start>c>end"))
    with pytest.raises(DeploymentRefused, match="q → q"):
        engine.deploy(process("q", call("c", "q"), "start>c>end"))


def test_calls_are_bounded_in_depth(engine: Engine) -> None:
    engine.deploy(process("p0", ask("deep"), "start>deep>end"))
    for number in range(1, 8):
        engine.deploy(process(f"p{number}", call("c", f"p{number - 1}"), "start>c>end"))
    engine.runtime.execute(StartInstance(process="p7", business_key="deep"))
    ((element, _),) = _open(engine, "p7").values()
    assert element == "p0:deep"
    with pytest.raises(DeploymentRefused, match="More than 8 processes"):
        engine.deploy(process("p8", call("c", "p7"), "start>c>end"))


@pytest.mark.cell("serviceTask/parallel")
def test_jobs_of_called_instances_are_done_and_collected(engine: Engine) -> None:
    def work(_job: object, *, person: str) -> dict[str, str]:
        return {"result": person.upper()}

    many = (
        '<bpmn:multiInstanceLoopCharacteristics camunda:collection="people" '
        'camunda:elementVariable="person">'
        "<bpmn:loopDataOutputRef>results</bpmn:loopDataOutputRef>"
        '<bpmn:outputDataItem id="ID" name="result"/></bpmn:multiInstanceLoopCharacteristics>'
    )
    engine.operator(work)
    engine.deploy(process("q", do(), "start>do>end"))
    body = call("call", "q", more=many.replace("ID", "first")) + do("also").replace(
        "</bpmn:serviceTask>", many.replace("ID", "second") + "</bpmn:serviceTask>"
    )
    engine.deploy(process("p", body, "start>call>also>end"))
    engine.runtime.execute(
        StartInstance(process="p", business_key="a", variables={"people": ["ana", "bia"]})
    )
    for element in ("q:do", "also"):
        rows = engine.rows(job)
        assert [row.element_id for row in rows] == [element] * 2
        for row in reversed(rows):
            assert JobRunner(runtime=engine.fresh_runtime()).run(row.id)
    (row,) = engine.rows(instance)
    assert row.state == "completed"
