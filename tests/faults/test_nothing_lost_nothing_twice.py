"""The short form of `make faults`: a minute of kills, and the books after each."""

import random

import pytest
from killing.campaigning import Campaign
from killing.servers import Servers
from killing.world import Nursery, World

pytestmark = pytest.mark.stack

SECONDS = 42
#: Fewer would say that the harness, not the program, has died.
KILLS = 5


@pytest.mark.row("D5")
def test_of_processes_killed_at_drawn_points_no_work_is_lost_and_none_is_done_twice(
    faulty_servers: Servers, nursery: Nursery
) -> None:
    """Row D5: no task lost after `kill -9` of a worker, or a broker that forgot everything.

    Four workers, two beats, two who send commands: one of them dies at a drawn commit or message.
    """
    said: list[str] = []
    seed = str(random.SystemRandom().randrange(10**6))
    with World(faulty_servers, nursery) as world:
        campaign = Campaign(world, seed=seed, say=said.append)
        campaign.go(kills=10_000, seconds=SECONDS)
        report = campaign.report()
    assert not campaign.failed, report
    assert campaign.killed.total() >= KILLS, report
