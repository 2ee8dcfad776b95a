"""A whole population is looked at before anything is done, and only the safe ones go."""

import random
import re
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from engine.definitions import deploy
from engine.errors import MigrationBlocked
from engine.repairs import MigrateInstance
from engine.store import tables
from engine.versions.preview import Previewer
from engine.versions.verdicts import Safety
from tests.unit.bpmn import test_saving
from tests.unit.bpmn.walk import Walk

from .conftest import Engine

DIAGRAM = Path(__file__).parents[3] / "bpmn" / "normalizacao" / "normalizacao.bpmn"
PROCESS = "normalizacao"
#: A quarter of the bar's 10,000 instances, in a quarter of its 60 seconds.
INSTANCES, SECONDS = 2_500, 15

_COPY = """
    INSERT INTO engine.instance (process, business_key, definition_id, state, tokens, started_at)
    SELECT i.process, i.business_key || ':' || n, i.definition_id, 'running', i.tokens, i.started_at
    FROM engine.instance i, generate_series(1, :copies) n
"""


#: A service task that is a user task in the second version.
BLOCKING = re.compile(
    r'<bpmn:serviceTask (id="bloquear" [^>]*)>(.*?)</bpmn:serviceTask>', re.DOTALL
)


def _changed(diagram: str) -> str:
    """Rename a task, make another one of another kind; leave all else."""
    other = BLOCKING.sub(r"<bpmn:userTask \1>\2</bpmn:userTask>", diagram)
    other = re.sub(
        r'(id="bloquear"[^>]*?) camunda:type="external" camunda:topic="[^"]*"', r"\1", other
    )
    return other.replace('"registrar_resultado"', '"registrar_desfecho"')


@pytest.fixture(scope="module")
def states() -> list[bytes]:
    """What instances all over the process had saved."""
    return _states(DIAGRAM.read_text(encoding="utf-8"), 250)


@pytest.fixture
def population(engine: Engine, states: list[bytes]) -> Engine:
    """Instances all over the process, on its first version; and a second one."""
    diagram = DIAGRAM.read_text(encoding="utf-8")
    engine.operators = test_saving._operators(diagram)
    engine.runtime = engine.fresh_runtime()
    with engine.database.begin() as connection:
        row = _deploy(engine, diagram)
        for number, tokens in enumerate(states):
            connection.execute(
                tables.instance.insert().values(
                    process=PROCESS,
                    business_key=f"login:{number}",
                    definition_id=row,
                    state="running",
                    tokens=tokens,
                    started_at=engine.clock.now(),
                )
            )
        connection.execute(text(_COPY), {"copies": INSTANCES // len(states) - 1})
    _deploy(engine, _changed(diagram))
    return engine


def _deploy(engine: Engine, diagram: str) -> int:
    with engine.database.begin() as connection:
        return deploy(
            connection,
            {"normalizacao.bpmn": diagram},
            operators=engine.operators,
            deployed_by="test",
            now=engine.clock.now(),
        ).id


def _states(diagram: str, count: int) -> list[bytes]:
    """Walk about, and keep what was saved on the way."""
    chance = random.Random(7)  # noqa: S311 — a test's own choices
    states: list[bytes] = []
    while len(states) < count:
        walk = Walk(diagram=diagram, operators=test_saving._operators(diagram))
        walk.start(**test_saving.FIRST)
        for _ in range(25):
            if walk.completed or len(states) == count:
                break
            states.append(walk.tokens_saved)
            test_saving._step(walk, chance)
    return states


def test_thousands_of_mixed_instances_are_classified_in_seconds(population: Engine) -> None:
    with population.database.connect() as connection:
        previewer = Previewer(
            connection=connection,
            definitions=population.fresh_runtime().definitions,
            process=PROCESS,
            version=2,
            now=population.clock.now(),
        )
        began = time.process_time()
        preview = previewer.preview()
        seconds = time.process_time() - began
        safe = set(previewer.safe())
    assert sum(group.count for group in preview.groups) == INSTANCES
    assert all(preview.count(each) > 0 for each in Safety)
    assert preview.count(Safety.SAFE) == len(safe)
    for group in preview.groups:
        needs = {need.element for need in group.verdict.needs}
        blocks = {block.element for block in group.verdict.blocks}
        assert ("registrar_resultado" in group.elements) == ("registrar_resultado" in needs)
        assert blocks == {"bloquear"} & set(group.elements)
    assert seconds < SECONDS, f"{seconds:.1f} s"


def test_what_the_preview_calls_safe_goes_and_what_it_does_not_stays(population: Engine) -> None:
    with population.database.connect() as connection:
        previewer = Previewer(
            connection=connection,
            definitions=population.runtime.definitions,
            process=PROCESS,
            version=2,
            now=population.clock.now(),
        )
        groups = previewer.preview().groups
    for group in groups[:15]:
        command = MigrateInstance(
            instance_id=group.samples[0], version=2, reason="a better version", actor="ana"
        )
        if group.verdict.safety is Safety.SAFE:
            assert population.runtime.execute(command).state == "running"
        else:
            with pytest.raises(MigrationBlocked) as refused:
                population.runtime.execute(command)
            assert refused.value.reasons == group.verdict.reasons
