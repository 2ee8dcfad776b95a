"""Deploying a process, and the cache of what was deployed."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from lxml import etree
from sqlalchemy import Connection

from engine import allowlist, binding, forms, starting_points
from engine.allowlist.diagram import without_what_is_left_alone
from engine.deployment_files import files_refused
from engine.dmn import reading as dmn
from engine.errors import DeploymentRefused, Finding
from engine.forms import naming
from engine.operators import OperatorRegistry
from engine.spiff.parsing import decisions as decision_tasks
from engine.spiff.parsing.definition import ParsedDefinition
from engine.spiff.parsing.names import bpmn
from engine.spiff.parsing.reader import parse
from engine.store import definitions
from engine.xml_input import read_diagram

DIAGRAM_SUFFIX = binding.DIAGRAM_SUFFIX


def check(files: Mapping[str, str], operators: OperatorRegistry) -> ParsedDefinition:
    """Return a process that may run, or all that keeps it from running.

    Args:
        files: Name → text; exactly one name ends in `.bpmn`.
        operators: The service tasks that exist.

    Raises:
        DeploymentRefused: Lists every finding at once.
    """
    if too_much := list(files_refused(files)):
        raise DeploymentRefused(too_much)
    diagrams = [name for name in files if name.endswith(DIAGRAM_SUFFIX)]
    if len(diagrams) != 1:
        raise DeploymentRefused(
            [Finding(element_id="?", rule="files", message="A process has one diagram.")]
        )
    root = read_diagram(files[diagrams[0]], diagrams[0])
    processes = _executable(root)
    decisions, wrong = dmn.read(files)
    known_forms, wrong_forms = forms.read(files)
    if found := [
        *_not_one(processes, diagrams[0]),
        *allowlist.findings(root, operators),
        *wrong,
        *decision_tasks.findings(root, decisions, wrong),
        *wrong_forms,
        *naming.findings(root, known_forms, wrong_forms),
    ]:
        raise DeploymentRefused(found)
    return parse(processes[0], without_what_is_left_alone(root), decisions)


def _executable(root: etree._Element) -> list[str]:
    """Return the ids of the executable processes."""
    processes = root.findall(bpmn("process"))
    return [each.get("id", "") for each in processes if each.get("isExecutable") == "true"]


def _not_one(processes: Sequence[str], name: str) -> Iterator[Finding]:
    """Yield the finding of a file without an executable process, or with several."""
    if len(processes) != 1:
        message = f"The file holds {len(processes)} executable processes: it needs one."
        yield Finding(element_id=name, rule="process", message=message)


def deploy(
    connection: Connection,
    files: Mapping[str, str],
    *,
    operators: OperatorRegistry,
    deployed_by: str,
    now: datetime,
) -> definitions.DefinitionRow:
    """Check a process and add it as a version; the same files again add none.

    Raises:
        DeploymentRefused: Nothing was stored.
    """
    parsed = check(files, operators)
    bindings = binding.bind(connection, parsed)
    digest = hashlib.sha256(json.dumps(dict(sorted(files.items()))).encode()).hexdigest()
    added = definitions.add(
        connection,
        process=parsed.process,
        digest=digest,
        files=files,
        bindings=bindings,
        deployed_by=deployed_by,
        now=now,
    )
    starting_points.register(
        connection, parsed.process, parsed.starts, definition_id=added.id, now=now
    )
    return added


@dataclass(slots=True)
class DefinitionCache:
    """Parsed definitions by id: immutable, so that they are read and parsed once a process."""

    _parsed: dict[int, ParsedDefinition] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, connection: Connection, definition_id: int) -> ParsedDefinition:
        """Return one version, parsed at most once at a time."""
        found = self._parsed.get(definition_id)
        if found is not None:
            return found
        with self._lock:
            if definition_id not in self._parsed:
                self._parsed[definition_id] = binding.load(connection, definition_id)
            return self._parsed[definition_id]
