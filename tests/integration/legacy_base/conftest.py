"""Lets these tests import what stands beside them, and the walk that a running stack shares."""

import sys
from pathlib import Path

HERE = Path(__file__).parent

sys.path[:0] = [str(HERE), str(HERE.parents[1] / "soak")]
