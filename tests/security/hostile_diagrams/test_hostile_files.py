"""Hostile files are refused in time, in words, and who reads them is unharmed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from .attacks import ATTACKS

Reports: TypeAlias = dict[str, dict[str, Any]]

#: Of the processor: others may be using this machine.
SECONDS = 1.0


@pytest.fixture(scope="module")
def reports() -> Reports:
    """What came of each attack, in one process that met them all."""
    folder = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, str(folder / "child.py")],
        env={**os.environ, "PYTHONPATH": str(folder.parents[2])},
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"the reader was killed: {done.stderr.decode()[-2_000:]}"
    loaded: Reports = json.loads(done.stdout)
    return loaded


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_within_a_second(reports: Reports, name: str) -> None:
    report = reports[name]
    rules = {rule for _, rule, _ in report["found"]}
    assert ATTACKS[name][1] in rules, report["found"][:3]
    assert not rules & {"accepted", "broken", "parse"}, report["found"][:3]
    assert report["seconds"] < SECONDS
    assert report["said"] < 200_000, "the refusal itself is an attack"
    assert all(len(place) <= 200 for place, *_ in report["found"])


def test_whoever_met_them_all_goes_on_working(reports: Reports) -> None:
    assert [rule for _, rule, _ in reports["afterwards"]["found"]] == ["accepted"]
