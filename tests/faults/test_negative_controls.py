"""The same runs on an engine that lacks one of its guards: each must be noticed."""

import re
from collections.abc import Callable
from typing import TypeAlias

import pytest
from killing.children import Nursery
from killing.conductor import Point, Trap
from killing.runs import Points, Run, act
from killing.servers import Servers
from killing.world import World

pytestmark = pytest.mark.stack

Scenario: TypeAlias = Callable[[World, str, float], Run]

TRIES = 5
#: What did not come about by then is lost; where two collide that is seen at once.
PATIENCE, SHORT_PATIENCE, LONG_PATIENCE = 3.0, 8.0, 40.0

#: Between the commit of what a start asks for and its messages to the broker.
TOLD_NOBODY: Point = ("issuer", "Runtime._execute(StartInstance)", "after commit")
#: While a command holds its instance.
BEFORE_COMMIT: Point = ("worker", "JobRunner._call(faults.write)", "before commit")
#: At the end of a long job, before its result is brought in.
LAST_BATCH: Point = ("worker", "JobRunner._call(faults.batches)", "after commit")


def calm(world: World, seed: str, seconds: float) -> Run:
    """Let three instances walk, with all commands that come twice or at once."""
    return act(world, Run(seed=seed), Points(), seconds=seconds)


def lock_held(world: World, seed: str, seconds: float) -> Run:
    """Stop a worker before it commits while others want to go on with the same instance."""
    trap = Trap(point=BEFORE_COMMIT, verdict="go")
    made = act(world, Run(seed=seed), Points(), traps=[trap], instances=1, seconds=seconds)
    assert made.killed
    return made


def nobody_told(world: World, seed: str, seconds: float) -> Run:
    """Kill whoever started an instance before the broker is told of its jobs."""
    trap = Trap(point=TOLD_NOBODY)
    made = act(world, Run(seed=seed), Points(), traps=[trap], instances=1, seconds=seconds)
    assert made.killed
    return made


def lease_lost(world: World, seed: str, seconds: float) -> Run:
    """Stop a worker at the end of its job until another one has taken it over and works."""
    trap = Trap(point=LAST_BATCH, occurrence=3, verdict="go")
    made = act(world, Run(seed=seed), Points(), traps=[trap], instances=1, seconds=seconds)
    assert made.killed
    return made


@pytest.mark.parametrize(
    ("guard", "scenario", "finding"),
    [
        ("row lock", lock_held, "UniqueViolation"),
        ("key check", calm, "TaskNotOpen|each_message_was_taken_once"),
        ("outbox", nobody_told, "every_instance_came_to_its_end"),
        ("announcing", nobody_told, "every_instance_came_to_its_end"),
        ("fencing", lease_lost, "a_result_came_from_who_held_the_job"),
    ],
    ids=["row lock", "key check", "outbox", "announcing", "fencing"],
)
def test_without_a_guard_the_books_do_not_balance(
    faulty_servers: Servers, nursery: Nursery, guard: str, scenario: Scenario, finding: str
) -> None:
    waits = {nobody_told: PATIENCE, lock_held: SHORT_PATIENCE}
    seconds = waits.get(scenario, LONG_PATIENCE)
    said: list[str] = []
    with World(faulty_servers, nursery, sabotage=[guard], slow=1) as world:
        for number in range(TRIES):
            said.append(str(scenario(world, f"{guard}-{number}", seconds)))
            if re.search(finding, said[-1]):
                return
    pytest.fail("\n".join(said))


@pytest.mark.row("D10")
@pytest.mark.parametrize("scenario", [nobody_told, lease_lost])
def test_with_all_guards_the_same_runs_balance(
    faulty_servers: Servers, nursery: Nursery, scenario: Scenario
) -> None:
    """Row D10: a job that was taken over is brought in by the one who holds its lease."""
    with World(faulty_servers, nursery, slow=1) as world:
        run = scenario(world, "guarded", LONG_PATIENCE)
    assert not run.failed, str(run)
