"""The same runs on an engine that lacks one of its guards: each must be noticed."""

import re
from collections.abc import Callable

import pytest
from killing.children import Nursery
from killing.conductor import Point, Trap
from killing.runs import Points, Run, act
from killing.servers import Servers
from killing.world import World

pytestmark = pytest.mark.stack

TRIES = 5
#: What did not come about by then is lost.
PATIENCE = 5.0

#: Between the commit of what a start asks for and its messages to the broker.
TOLD_NOBODY: Point = ("issuer", "Runtime._execute(StartInstance)", "after commit")
#: At the end of a long job, before its result is brought in.
LAST_BATCH: Point = ("worker", "JobRunner._call(faults.batches)", "after commit")


def calm(world: World, seed: str) -> Run:
    """Let three instances walk, with all commands that come twice or at once."""
    return act(world, Run(seed=seed), Points(), seconds=PATIENCE)


def nobody_told(world: World, seed: str) -> Run:
    """Kill whoever started an instance before the broker is told of its jobs."""
    trap = Trap(point=TOLD_NOBODY)
    made = act(world, Run(seed=seed), Points(), traps=[trap], instances=1, seconds=PATIENCE)
    assert made.killed
    return made


def lease_lost(world: World, seed: str) -> Run:
    """Stop a worker at the end of its job until another one has taken it over and works."""
    trap = Trap(point=LAST_BATCH, occurrence=3, verdict="go")
    made = act(world, Run(seed=seed), Points(), traps=[trap], instances=1)
    assert made.killed
    return made


@pytest.mark.parametrize(
    ("guard", "scenario", "finding"),
    [
        ("row lock", calm, "UniqueViolation"),
        ("key check", calm, "TaskNotOpen|each_message_was_taken_once"),
        ("outbox", nobody_told, "every_instance_came_to_its_end"),
        ("fencing", lease_lost, "a_result_came_from_who_held_the_job"),
    ],
)
def test_without_a_guard_the_books_do_not_balance(
    faulty_servers: Servers,
    nursery: Nursery,
    guard: str,
    scenario: Callable[[World, str], Run],
    finding: str,
) -> None:
    said: list[Run] = []
    with World(faulty_servers, nursery, sabotage=[guard], slow=1) as world:
        for number in range(TRIES):
            said.append(scenario(world, f"{guard}-{number}"))
            if said[-1].failed:
                break
    assert re.search(finding, "\n".join(map(str, said)))


@pytest.mark.parametrize("scenario", [nobody_told, lease_lost])
def test_with_all_guards_the_same_runs_balance(
    faulty_servers: Servers, nursery: Nursery, scenario: Callable[[World, str], Run]
) -> None:
    with World(faulty_servers, nursery, slow=1) as world:
        run = scenario(world, "guarded")
    assert not run.failed, str(run)
