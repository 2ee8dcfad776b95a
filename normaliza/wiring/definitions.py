"""The processes that come with the program, deployed when they changed."""

from datetime import datetime
from pathlib import Path

import sqlalchemy

from engine.definitions import deploy
from normaliza.wiring.runtime import operator_registry

#: One folder a process, beside the packages.
SHIPPED = Path(__file__).parents[2] / "bpmn"

#: What belongs to a process; its scenarios are tests and stay out.
_SUFFIXES = frozenset({".bpmn", ".form", ".dmn"})


def deploy_shipped(connection: sqlalchemy.Connection, *, now: datetime) -> list[tuple[str, int]]:
    """Deploy every process in `bpmn/`; one that did not change adds no version.

    Args:
        connection: The caller's transaction.
        now: The instant of the deployment.

    Returns:
        Each process and its newest version.

    Raises:
        DeploymentRefused: A diagram does not pass; nothing is deployed.
    """
    operators = operator_registry()
    deployed = []
    for folder in sorted(path.parent for path in SHIPPED.glob("*/*.bpmn")):
        files = {
            path.name: path.read_text(encoding="utf-8")
            for path in sorted(folder.iterdir())
            if path.suffix in _SUFFIXES
        }
        row = deploy(connection, files, operators=operators, deployed_by="normaliza", now=now)
        deployed.append((row.process, row.version))
    return deployed
