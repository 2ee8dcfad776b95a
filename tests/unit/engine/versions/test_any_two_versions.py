"""Whatever two versions: a safe instance goes on as if it had always been on the other one."""

import json
import random
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import event, given, note, settings
from hypothesis import strategies as st
from SpiffWorkflow.util.task import TaskState

from engine.definitions import check
from engine.operators import Operator, OperatorRegistry
from engine.spiff import deltas, migrating
from engine.versions.verdicts import Safety, Verdict
from tests.unit.bpmn import test_saving
from tests.unit.bpmn.walk import Walk

from .trees import Maker, Tree, mapping, placed

OTHERS = Path(__file__).parents[3] / "fixtures" / "releases" / "diagrams"
DIAGRAMS = [*test_saving.DIAGRAMS, *sorted(OTHERS.glob("*.bpmn"))]
CALLED = {"called": (OTHERS / "a_called.bpmn").read_text(encoding="utf-8")}


def operators() -> OperatorRegistry:
    """One service task."""
    registry = OperatorRegistry()
    registry.add(
        Operator(
            topic="t",
            function=lambda *_: None,
            inline=False,
            queue="background",
            inputs={},
            summary="",
        )
    )
    return registry


class Migrant:
    """An instance of a tree, which goes to another one."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.walk = Walk(diagram=tree.draw(), operators=operators())
        self.walk.start()
        self.done: set[str] = set()

    def open_tasks(self) -> list[str]:
        """The tasks at which something waits."""
        return sorted(self.tree.open(self.done) - self.tree.edges)

    def complete(self, name: str) -> None:
        """Complete a task; what is open then is what the oracle says."""
        if self.tree.tasks[name].kind == "user":
            self.walk.complete(name)
        else:
            self.walk.finish(name)
        self.done.add(name)
        self.agree()

    def agree(self) -> None:
        """See that the engine and the oracle agree."""
        assert set(self.walk.tokens()) == self.tree.open(self.done)
        assert self.walk.completed == (not self.tree.open(self.done))

    def due(self) -> dict[str, object]:
        """Read the due times."""
        return {wait.element_id: wait.due_at for wait in self.walk.waits().timers.values()}

    def migrate(self, tree: Tree, names: dict[str, str]) -> Verdict:
        """Go to another tree, where that is safe."""
        new = check({"p.bpmn": tree.draw()}, self.walk.operators)
        execution = self.walk._load()
        verdict = migrating.look(execution, self.walk.definition, new, names)
        if verdict.safety is Safety.SAFE:
            execution = migrating.migrate(execution, new, names)
            self.walk.definition = new
            self.walk._rest(execution)
        return verdict


def expected(old: Tree, new: Tree, done: set[str]) -> set[str] | None:
    """Say what would be done in the other tree where the same tasks are open; None: cannot be."""
    tokens = old.open(done) - old.edges
    for name in tokens:
        if new.paths.get(name) != old.paths[name]:
            return None
        if new.tasks[name].kind != old.tasks[name].kind:
            return None
    clocks = new.clocks(tokens)
    for name, was in old.clocks(tokens).items():
        if was - clocks.get(name, was) and clocks.get(name, was) - was:
            return None  # a person has to say whether the one is the other
    came = {join: ways for join, ways in old.arrived(done).items() if ways}
    if any(new.homes.get(join) != old.homes[join] for join in came):
        return None
    found = placed(new.root, tokens, came)
    if found is None or came != {j: ways for j, ways in new.arrived(found).items() if ways}:
        return None
    return found


@given(seed=st.integers(0, 2**32))
@settings(max_examples=50, deadline=None)
def test_it_is_safe_just_where_it_could_stand_so_and_goes_on_as_if_it_always_had(
    seed: int,
) -> None:
    chance = random.Random(seed)  # noqa: S311 — a test's own choices
    maker = Maker(chance)
    old = new = maker.tree()
    for _ in range(chance.choice([0, 1, 1, 1, 2, 3])):
        new = maker.changed(new)
    names = maker.names(old, new)
    new = new.renamed(names)
    migrant = Migrant(old)
    for _ in range(chance.randrange(6)):
        if migrant.open_tasks():
            migrant.complete(chance.choice(migrant.open_tasks()))
    if migrant.walk.completed:
        return
    migrant.walk.later(timedelta(days=3))
    note(f"{old}\n→ {new}\nopen: {migrant.open_tasks()}, done: {migrant.done}, {names}")
    before = {names.get(name, name): due for name, due in migrant.due().items()}
    verdict = migrant.migrate(new, mapping(old, names))
    event(verdict.safety)
    note(str(verdict))
    called = old.renamed(names)
    done = {names.get(name, name) for name in migrant.done}
    settled = new.settled(called.open(done))
    wanted = expected(called, settled, done)
    assert (verdict.safety is Safety.SAFE) == (wanted is not None)
    if wanted is None:
        return
    migrant.tree, migrant.done = settled, wanted
    migrant.agree()
    after = migrant.due()
    stayed = before.keys() & after.keys()
    assert {name: after[name] for name in stayed} == {name: before[name] for name in stayed}
    assert set(verdict.starts) == after.keys() - before.keys()
    assert {names.get(name, name) for name in verdict.ends} == before.keys() - after.keys()
    assert all(after[name] == migrant.walk.now + timedelta(days=30) for name in verdict.starts)
    while migrant.open_tasks():
        migrant.complete(chance.choice(migrant.open_tasks()))
    assert migrant.walk.completed


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=3, deadline=None)
def test_going_to_the_same_diagram_changes_nothing_wherever_it_stands(
    path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 — a test's own choices
    text = path.read_text(encoding="utf-8")
    walk, other = (
        Walk(diagram=text, operators=test_saving._operators(text), called=CALLED) for _ in range(2)
    )
    walk.start(**test_saving.FIRST)
    again = other.definition
    for _ in range(30):
        execution = walk._load()
        verdict = migrating.look(execution, walk.definition, again, {})
        assert verdict == Verdict()
        after = migrating.migrate(execution, again, {})
        assert _kept(after.text()) == _kept(deltas.decompress(walk.tokens_saved).decode())
        test_saving._step(walk, chance)
        if walk.completed:
            break


def _kept(text: str) -> list[object]:
    """Give all that was saved, but for the numbers of tasks that are only predicted."""
    found: list[object] = []
    for owner, ids, *rest, rows in json.loads(text)["scopes"]:
        numbers = [ids[place * 32 : (place + 1) * 32] for place in range(len(rows))]
        real = [
            number
            for number, (_, state, *_) in zip(numbers, rows, strict=True)
            if not state & (TaskState.PREDICTED_MASK | TaskState.FUTURE)
        ]
        found += [owner, rest, rows, real]
    return found
