"""Each speed that we claim, measured small, against 0.8 of its bar: a fall is seen at once."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[3] / "bench"

#: Script → its SCALE here. What must be large to mean anything is run by `make bench` only.
SMALL = {
    "transitions": 0.03,
    "enrol": 0.02,
    "migrate_processes": 0.01,
    "loop_cost": 0.01,
    "bytes": 0.01,
    "beside_govbr": 0.01,
}


@pytest.mark.parametrize("name", SMALL)
def test_the_bar_is_held_by_a_small_run_too(name: str) -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH / f"{name}.py")],
        env=os.environ | {"SCALE": str(SMALL[name])},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for line in done.stdout.splitlines():
        assert {"name", "value", "unit", "limit", "ratio"} <= json.loads(line).keys()


def test_every_script_stands_in_the_makefile_and_in_the_table() -> None:
    makefile = (BENCH.parent / "Makefile").read_text(encoding="utf-8")
    listed = makefile.split("BENCHES :=")[1].split("\n\n")[0].replace("\\", " ").split()
    readme = (BENCH / "README.md").read_text(encoding="utf-8")
    scripts = {path.stem for path in BENCH.glob("*.py") if "Claim(" in path.read_text("utf-8")}
    assert scripts - {"harness"} | {"import_rows"} == set(listed)
    assert [name for name in listed if f"`{name}" not in readme] == []
