import json
import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[3] / "bench" / "import_rows.py"


def test_the_import_keeps_its_speed_beside_a_bare_copy() -> None:
    done = subprocess.run(
        [sys.executable, str(BENCH)],
        env=os.environ | {"SCALE": "0.02"},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert (told["name"], told["unit"]) == ("import", "lines/s")
    assert told["value"] >= 5_000
