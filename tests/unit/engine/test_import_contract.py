"""The contract that keeps SpiffWorkflow in one room names every other room."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_every_part_of_the_engine_but_one_is_kept_from_spiffworkflow() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [
        each
        for each in settings["tool"]["importlinter"]["contracts"]
        if each["name"] == "Only engine.spiff imports SpiffWorkflow"
    ]
    engine = ROOT / "engine"
    parts = {path.stem for path in engine.glob("*.py")} | {
        path.parent.name for path in engine.glob("*/__init__.py")
    }
    named = {each.removeprefix("engine.") for each in contract["source_modules"]}
    assert parts - named == {"__init__", "spiff"}
