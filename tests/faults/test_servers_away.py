"""The broker away, the database restarted: pages go on, work follows, nobody restarts anything."""

import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from killing.children import Nursery
from killing.customers import Customers
from killing.runs import drawing
from killing.servers import Servers
from killing.world import World

pytestmark = pytest.mark.stack

#: For four commands, on a slow machine.
SOON = 6.0


@pytest.fixture
def world(faulty_servers: Servers, nursery: Nursery) -> Iterator[World]:
    """The program's processes."""
    with World(faulty_servers, nursery) as made:
        yield made


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Look again and again, until a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)  # between two looks


def first_jobs_are_done(world: World, key: str) -> Callable[[], bool]:
    """Make the question whether workers did what a start asked for."""
    statement = """
        SELECT count(*) FROM faults.effect f JOIN engine.instance i ON i.id = f.instance_id
        WHERE i.business_key = %(key)s AND f.element_id IN ('write', 'call')
    """
    return lambda: world.rows(statement, key=key) == [(2,)]


def begin(world: World, key: str) -> Customers:
    """Start an instance as a web process would."""
    customers = Customers(world, [key], drawing(key))
    customers.begin()
    return customers


@pytest.mark.row("D22")
def test_while_the_broker_is_away_pages_and_commands_go_on_and_jobs_follow_when_it_is_back(
    world: World,
) -> None:
    """Row D22: Redis down: web still serves status; jobs resume after."""
    web = world.start_web()
    world.servers.stop_broker()
    try:
        customers = begin(world, "no broker")
        customers.close()
        began = time.monotonic()
        for number in range(4):
            start = {"kind": "StartInstance", "process": "faults", "business_key": f"n{number}"}
            assert world.desk.ask(start), number
        assert time.monotonic() - began < SOON, "nobody waits for the broker"
        assert customers.answers.wrong == []
        for page in ("/", "/health/ready", "/equipe/entrar"):
            assert httpx.get(f"{web}{page}").status_code == 200, page
        assert not first_jobs_are_done(world, "no broker")()
    finally:
        world.servers.start_broker()

    until(first_jobs_are_done(world, "no broker"))

    assert world.tend() == 0, "nobody had to be started anew"


def test_after_the_database_died_web_and_workers_go_on_without_a_restart_of_their_own(
    world: World,
) -> None:
    web = world.start_web()
    begin(world, "before").close()
    until(first_jobs_are_done(world, "before"))
    assert httpx.get(f"{web}/health/ready").status_code == 200

    world.servers.restart_database()

    for page in ("/", "/health/ready", "/equipe/entrar"):
        assert httpx.get(f"{web}{page}").status_code == 200, page
    customers = begin(world, "after")
    customers.close()
    assert customers.answers.wrong == []
    until(first_jobs_are_done(world, "after"))
    assert world.tend() == 0, "nobody had to be started anew"
