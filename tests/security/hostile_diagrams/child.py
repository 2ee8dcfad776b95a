"""Meets each attack as a worker would, with little memory to grow by, and reports what came of it.

A program of its own: were a bound missing, it is this one that would be killed.
"""

import gc
import json
import resource
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from attacks import ATTACKS, good

from engine.definitions import check
from engine.errors import DeploymentRefused
from engine.operators import OperatorRegistry

#: What a refusal may take beside the files themselves.
MEMORY = 64 * 2**20
#: Seconds of the processor after which the kernel ends it.
TIME = 60


def _address_space() -> int:
    """Return the bytes that the process has mapped (proc(5), statm)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def _meet(files: Mapping[str, str]) -> dict[str, object]:
    """Deploy files; return what came of it."""
    gc.collect()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + MEMORY, hard))
    begun = time.process_time()
    try:
        check(files, OperatorRegistry())
        found = [("", "accepted", "")]
    except DeploymentRefused as error:
        found = [(each.element_id, each.rule, each.message) for each in error.findings]
    except BaseException as error:  # noqa: BLE001 — the report says which
        found = [("", "broken", repr(error)[:300])]
    seconds = time.process_time() - begun
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, hard))
    return {"found": found[:600], "seconds": seconds, "said": sum(len(m) for *_, m in found)}


def main() -> None:
    """Meet all attacks and write the reports."""
    resource.setrlimit(resource.RLIMIT_CPU, (TIME, TIME))
    check({"p.bpmn": good()}, OperatorRegistry())
    reports = {name: _meet(make()) for name, (make, _) in ATTACKS.items()}
    reports["afterwards"] = _meet({"p.bpmn": good()})
    json.dump(reports, sys.stdout)


if __name__ == "__main__":
    main()
