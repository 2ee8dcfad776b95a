# ruff: noqa: INP001 - scripts, not a package
"""How much a worker's resident memory grows over many commands."""

import resource
import sys
from pathlib import Path

import sqlalchemy
from harness import Claim, fresh_database, scale, server
from transitions import deploy_on, drive

from engine.clock import SystemClock
from engine.operators import OperatorRegistry
from engine.runtime import Runtime

COMMANDS = 200_000
#: The share of the commands after which caches and pools are as large as they get.
WARM = 0.1
BATCH = 500


def main() -> int:
    """Measure once; fail above the bar."""
    commands = max(20_000, int(COMMANDS * scale()))
    with server() as running, fresh_database(running) as url:
        deploy_on(url)
        runtime = Runtime(
            database=sqlalchemy.create_engine(url),
            operators=OperatorRegistry(),
            clock=SystemClock(),
            announce=lambda _: None,
        )
        batches = commands // (2 * BATCH)
        warm = 0.0
        for number in range(batches):
            drive(runtime, f"b{number}-", BATCH)
            if warm == 0.0 and number + 1 >= batches * WARM:
                warm = _resident()
        grown = _resident()
        runtime.database.dispose()
    claim = Claim(name="memory", unit="MiB", bar=1.05, smaller_is_better=True)
    return 0 if claim.report([(grown, warm)], commands=2 * BATCH * batches) else 1


def _resident() -> float:
    """Return this process's resident memory in MiB (proc(5), statm)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1_048_576


if __name__ == "__main__":
    sys.exit(main())
