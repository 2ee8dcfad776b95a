"""Any way through any process of ours: saved, loaded and rebuilt without a difference.

`Walk` itself asserts after each step that saving and loading changed neither what is waited for
nor the tree, and that the way back leads to the state before.
"""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.operators import Operator, OperatorRegistry
from engine.spiff import deltas
from engine.spiff.parsing.names import bpmn, camunda
from engine.xml_input import read_diagram

from .walk import Walk

FOLDER = Path(__file__).parents[3] / "bpmn"
DIAGRAMS = sorted(FOLDER.glob("*/*.bpmn"))

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


def _operators(text: str) -> OperatorRegistry:
    """Make every service task of a diagram a job."""
    registry = OperatorRegistry()
    root = read_diagram(text, "p.bpmn")
    found = {str(node.get(camunda("topic"))) for node in root.iter(bpmn("serviceTask"))}
    for topic in sorted(found):
        registry.add(
            Operator(
                topic=topic,
                function=lambda *_: None,
                inline=False,
                queue="background",
                inputs={},
                summary="",
            )
        )
    return registry


def _step(walk: Walk, chance: random.Random) -> None:
    """Let one of the waits that there are go on, in one of the ways that it may."""
    waits = walk.waits()
    tasks = [("complete", each.element_id) for each in waits.user_tasks.values()]
    timers = [("fire", each.element_id) for each in waits.timers.values()]
    messages = [("message", each.message) for each in waits.messages.values()]
    jobs = [("job", each.element_id) for each in waits.jobs.values()]
    kind, name = chance.choice([*tasks, *timers, *messages, *jobs])
    answers = {variable: chance.choice(values) for variable, values in ANSWERS.items()}
    match kind:
        case "complete":
            walk.complete(name, **answers)
        case "fire":
            walk.fire(name)
        case "message":
            walk.message(name, **answers)
        case _ if chance.random() < 0.3 and walk.catches(name, "falhou"):
            walk.fail(name, "falhou")
        case _:
            walk.finish(name, **answers)


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_any_way_through_a_process_is_saved_and_rebuilt_step_by_step(path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 — a test's own choices
    text = path.read_text(encoding="utf-8")
    walk = Walk(diagram=text, operators=_operators(text))
    walk.start(**FIRST)
    states = [deltas.decompress(walk.tokens_saved)]
    ways_back: list[bytes] = []
    while not walk.completed and len(states) < 40:
        _step(walk, chance)
        states.append(deltas.decompress(walk.tokens_saved))
        ways_back.append(deltas.back(states[-1], states[-2]))
    state = states[-1]
    for way_back, earlier in zip(reversed(ways_back), reversed(states[:-1]), strict=True):
        state = deltas.go_back(state, way_back)
        assert state == earlier
