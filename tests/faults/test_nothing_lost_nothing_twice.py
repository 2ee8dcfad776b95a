"""The short form of `make faults`: a minute of kills, and the books after each."""

import random

import pytest
from killing.campaigning import Campaign, Kind
from killing.children import Nursery
from killing.roads import RealRoads, Roads
from killing.runs import OwnProcess
from killing.servers import Servers
from killing.world import World

pytestmark = pytest.mark.stack

SECONDS = 24
SECONDS_ON_ROADS = 8
LOGINS = 90
#: So many on a slow machine, too.
KILLS, KILLS_ON_ROADS = 5, 2


def _run(kind: Kind, *, seconds: float, kills: int) -> None:
    """Kill for a while; what is found is told with its seed."""
    said: list[str] = []
    campaign = Campaign(kind, seed=str(random.SystemRandom().randrange(10**6)), say=said.append)
    campaign.go(kills=10_000, seconds=seconds, at_least=kills)
    report = campaign.report()
    assert not campaign.failed, report
    assert campaign.killed.total() >= kills, report


@pytest.mark.row("D7")
def test_of_processes_killed_at_drawn_points_no_work_is_lost_and_none_is_done_twice(
    faulty_servers: Servers, nursery: Nursery
) -> None:
    """Row D7: state and next job commit in one transaction; broker wiped: nothing lost.

    Four workers, two beats, two who send commands: one of them dies at a drawn commit or message.
    """
    with World(faulty_servers, nursery) as world:
        _run(OwnProcess(world=world), seconds=SECONDS, kills=KILLS)


def test_on_real_roads_the_base_keeps_its_rules_and_no_code_is_exchanged_twice(
    faulty_servers: Servers, nursery: Nursery
) -> None:
    with Roads(faulty_servers, nursery, seed=2019, logins=LOGINS) as world:
        _run(RealRoads(world=world), seconds=SECONDS_ON_ROADS, kills=KILLS_ON_ROADS)
