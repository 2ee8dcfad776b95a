"""The processes that come with the program, deployed when they changed."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import sqlalchemy
from lxml import etree

from engine.definitions import DIAGRAM_SUFFIX, deploy
from engine.operators import OperatorRegistry
from engine.spiff.parsing.names import bpmn
from engine.store.tables import definition
from engine.xml_input import read_diagram

#: One folder a process, beside the packages.
SHIPPED = Path(__file__).parents[2] / "bpmn"

#: The variable that holds a campaign's deadline.
DEADLINE = "prazo"

#: What belongs to a process; its scenarios are tests and stay out.
_SUFFIXES = frozenset({".bpmn", ".form", ".dmn"})


def deploy_shipped(
    connection: sqlalchemy.Connection, *, operators: OperatorRegistry, now: datetime
) -> list[tuple[str, int]]:
    """Deploy every process in `bpmn/`; one that did not change adds no version.

    Args:
        connection: The caller's transaction.
        operators: The service tasks that exist.
        now: The instant of the deployment.

    Returns:
        Each process and its newest version.

    Raises:
        DeploymentRefused: A diagram does not pass; nothing is deployed.
    """
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


def deadline_timers(connection: sqlalchemy.Connection, process: str) -> set[str]:
    """The timer events that hang on the campaign's deadline, in any version of a process.

    They are those whose expression names the variable `prazo`; a time-out of an attempt does not.

    Args:
        connection: The caller's transaction.
        process: The process.

    Returns:
        The ids of the events.
    """
    stored = sqlalchemy.select(definition.c.files).where(definition.c.process == process)
    return {
        str(event.get("id"))
        for files in connection.scalars(stored)
        for name, text in files.items()
        if name.endswith(DIAGRAM_SUFFIX)
        for event in _events(text, name)
        if DEADLINE in "".join(str(part) for part in event.itertext())
    }


def _events(text: str, name: str) -> Iterator[etree._Element]:
    """The events of a diagram that have a timer."""
    for timer in read_diagram(text, name).iter(bpmn("timerEventDefinition")):
        event = timer.getparent()
        if event is not None:
            yield event
