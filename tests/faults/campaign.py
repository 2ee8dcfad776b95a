"""`make faults`: processes killed at drawn points, a thousand times, and the books after each.

RUNS says how many processes are killed (1,000 unless named), SEED what decides every draw. Ends
with an error where anything was lost or done twice, or where somebody saw an error.
"""

import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from killing.campaigning import Campaign
from killing.servers import Servers
from killing.world import Nursery, World


def main() -> int:
    """Run the campaign and print what came of it."""
    wanted = int(os.environ.get("RUNS", "1000"))
    seed = os.environ.get("SEED") or str(random.SystemRandom().randrange(10**6))
    home = Path(tempfile.mkdtemp(prefix="faults-servers-"))
    home.chmod(0o755)
    nursery = Nursery(home)
    with Servers(home) as servers, World(servers, nursery) as world:
        campaign = Campaign(world, seed=seed, say=_say)
        campaign.go(kills=wanted)
        _say(campaign.report())
    nursery.close()
    shutil.rmtree(home)
    return 1 if campaign.failed else 0


def _say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
