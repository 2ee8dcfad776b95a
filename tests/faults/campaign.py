"""`make faults`: processes killed at drawn points, a thousand times, and the books after each.

RUNS says how many processes are killed (1,000 unless named), SEED what decides every draw. A fifth
die on the roads of made-up people to their gov.br accounts, with the simulator's log in the books;
the others while instances of a diagram of the campaign's own go on. Ends with an error where
anything was lost or done twice, or where somebody saw an error.
"""

import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from killing.campaigning import Campaign, Kind
from killing.children import Nursery
from killing.roads import RealRoads, Roads
from killing.runs import OwnProcess
from killing.servers import Servers
from killing.world import World

from orquestra.sample.traps import LEAST

#: One in so many is killed on the road of somebody who walks to a gov.br account.
ROADS = 5


def main() -> int:
    """Run the campaigns and print what came of them."""
    wanted = int(os.environ.get("RUNS", "1000"))
    seed = os.environ.get("SEED") or str(random.SystemRandom().randrange(10**6))
    home = Path(tempfile.mkdtemp(prefix="faults-servers-"))
    home.chmod(0o755)
    nursery = Nursery(home)
    roads = wanted // ROADS
    with Servers(home) as servers:
        with Roads(servers, nursery, seed=int(seed), logins=LEAST + 2 * roads) as world:
            failed = _run(RealRoads(world=world), seed=seed, kills=roads)
        with World(servers, nursery) as world:
            failed |= _run(OwnProcess(world=world), seed=seed, kills=wanted - roads)
    nursery.close()
    shutil.rmtree(home)
    return 1 if failed else 0


def _run(kind: Kind, *, seed: str, kills: int) -> bool:
    """Run one campaign; tell whether it found anything."""
    campaign = Campaign(kind, seed=seed, say=_say)
    campaign.go(kills=kills)
    _say(campaign.report())
    return campaign.failed


def _say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
