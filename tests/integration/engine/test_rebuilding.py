"""The history rebuilds an instance as it was after every step, for every process of ours."""

import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

from engine.commands import CompleteUserTask, DeliverMessage, FireTimer, Outcome, StartInstance
from engine.definitions import DefinitionCache, deploy
from engine.errors import HistoryGone, NoSuchStep
from engine.operators import Operator
from engine.rebuilding import Rebuilt, rebuild
from engine.spiff import deltas
from engine.spiff.parsing.names import bpmn, camunda
from engine.store.tables import history, instance, job, subscription, timer, user_task
from engine.xml_input import read_diagram

from .conftest import ROAD, Engine, nothing

FOLDER = Path(__file__).parents[3] / "bpmn"
DIAGRAMS = sorted(FOLDER.glob("*/*.bpmn"))
STEPS = 25

#: What decides the ways of our diagrams, and what it may be.
ANSWERS = {
    "resultado": ["codigo", "negado", "expirou"],
    "resposta": ["confirmar", "nao_sou_eu"],
    "titularidade": ["permitida", "em_duvida", "consultar_empresas", "esgotada"],
    "decisao": ["aprovar", "recusar"],
}
FIRST = {
    "login_id": 7,
    "campaign_id": 1,
    "prazo": "2026-06-30",
    "prazo_lembrete_1": "2026-05-31",
    "prazo_lembrete_2": None,
    "prazo_lembrete_3": "2026-06-29",
}


class Wanderer:
    """Takes one instance of a process of ours along any way.

    Args:
        engine: The database and the clock.
        path: The diagram.
        seed: Decides the way.
    """

    def __init__(self, engine: Engine, path: Path, seed: int) -> None:
        self.engine = engine
        self.chance = random.Random(seed)  # noqa: S311 — a test's own choices
        text = path.read_text(encoding="utf-8")
        root = read_diagram(text, path.name)
        for topic in {str(node.get(camunda("topic"))) for node in root.iter(bpmn("serviceTask"))}:
            engine.operators.add(_operator(topic, self._answers))
        with engine.database.begin() as connection:
            self.definition = deploy(
                connection,
                {path.name: text},
                operators=engine.operators,
                deployed_by="test",
                now=engine.clock.now(),
            )
        self.process = self.definition.process

    def start(self) -> Outcome:
        """Start the instance."""
        command = StartInstance(process=self.process, business_key="login:7", variables=FIRST)
        return self.engine.runtime.execute(command)

    def go_on(self) -> bool:
        """Let one of the waits that there are go on; False where there is none."""
        tables = (user_task, timer, subscription, job)
        waits = [(table, row) for table in tables for row in self.engine.rows(table)]
        if not waits:
            return False
        table, row = self.chance.choice(waits)
        runtime = self.engine.runtime
        if table is user_task:
            done = CompleteUserTask(task_id=row.id, answers=self._answers(), actor="ana")
            runtime.execute(done)
        elif table is timer:
            self.engine.clock.instant = max(self.engine.clock.instant, row.due_at)
            runtime.execute(FireTimer(timer_id=row.id))
        elif table is subscription:
            runtime.execute(
                DeliverMessage(
                    name=row.message,
                    process=self.process,
                    business_key="login:7",
                    payload=self._answers(),
                )
            )
        else:
            self.engine.runner().run(row.id)
        return True

    def _answers(self, _job: object = None, **_inputs: object) -> dict[str, Any]:
        return {name: self.chance.choice(values) for name, values in ANSWERS.items()}


def _operator(topic: str, function: Any) -> Operator:  # noqa: ANN401 — as operators are
    return Operator(
        topic=topic, function=function, inline=False, queue="background", inputs={}, summary=""
    )


def _now(engine: Engine, process: str) -> tuple[tuple[str, ...], dict[str, Any], bytes]:
    """Read the instance as it is: what waits for it in rows, and the state that its row holds."""
    (row,) = engine.rows(instance)
    text = deltas.decompress(row.tokens)
    definitions = DefinitionCache()
    with engine.database.connect() as connection:
        view = rebuild(connection, definitions, instance_id=row.id, step=row.steps)
    waiting = {each.element_id for table in (user_task, timer, job) for each in engine.rows(table)}
    assert waiting <= set(view.elements), process
    return view.elements, dict(view.variables), text


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_each_step_of_a_process_of_ours_is_rebuilt_from_the_history(
    engine: Engine, path: Path, seed: int
) -> None:
    wanderer = Wanderer(engine, path, seed)
    started = wanderer.start()
    snapshots = [_now(engine, wanderer.process)]
    while len(snapshots) < STEPS and wanderer.go_on():
        snapshots.append(_now(engine, wanderer.process))
    assert started.instance_id is not None
    with engine.database.connect() as connection:
        for step, snapshot in enumerate(snapshots, start=1):
            view = rebuild(
                connection, DefinitionCache(), instance_id=started.instance_id, step=step
            )
            assert (view.elements, dict(view.variables), view.text) == snapshot, step
    assert len(snapshots) > 3


def test_a_step_says_what_was_entered_what_was_given_and_when(engine: Engine) -> None:
    engine.operator(nothing)
    engine.deploy(ROAD)
    number = engine.start(login_id=7).instance_id
    began = engine.clock.now()
    engine.complete(answer="sim")
    first, second = (_rebuilt(engine, number, step) for step in (1, 2))
    assert (first.elements, first.variables, first.at) == (("ask",), {"login_id": 7}, began)
    assert (second.elements, second.variables) == (("do",), {"login_id": 7, "answer": "sim"})


def test_a_step_that_never_was_and_one_that_is_not_kept_are_told_apart(engine: Engine) -> None:
    engine.operator(nothing)
    engine.deploy(ROAD)
    number = engine.start().instance_id
    engine.complete()
    for step in (0, 3):
        with pytest.raises(NoSuchStep, match="from 1 to 2"):
            _rebuilt(engine, number, step)
    with engine.database.begin() as connection:
        connection.execute(update(history).where(history.c.step == 2).values(delta=None))
    with pytest.raises(HistoryGone, match="Step 2"):
        _rebuilt(engine, number, 1)
    with engine.database.begin() as connection:
        connection.execute(delete(history).where(history.c.step == 1))
    assert _rebuilt(engine, number, 2).elements == ("do",)
    with engine.database.begin() as connection:
        connection.execute(update(history).where(history.c.step == 2).values(delta=b"x"))
    with pytest.raises(HistoryGone, match="Step 1"):
        _rebuilt(engine, number, 1)


def _rebuilt(engine: Engine, number: int | None, step: int) -> Rebuilt:
    assert number is not None
    with engine.database.connect() as connection:
        return rebuild(connection, DefinitionCache(), instance_id=number, step=step)
