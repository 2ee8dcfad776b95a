"""Which versions call activities call: bound when the caller is deployed, and never moved."""

from collections.abc import Iterator

from sqlalchemy import Connection

from engine.allowlist.diagram import without_what_is_left_alone
from engine.dmn import reading as dmn
from engine.errors import DeploymentRefused, Finding
from engine.spiff.parsing.calls import linked, starts_by_itself
from engine.spiff.parsing.definition import ParsedDefinition
from engine.spiff.parsing.reader import parse
from engine.spiff.specs.calling import Call
from engine.store import definitions
from engine.store.definitions import DefinitionRow
from engine.xml_input import read_diagram

DIAGRAM_SUFFIX = ".bpmn"

#: Processes that call each other, one inside the other.
MAX_DEPTH = 8


def bind(connection: Connection, caller: ParsedDefinition) -> dict[str, int]:
    """Return what each call of a process is bound to.

    Args:
        connection: Of the deployment.
        caller: The process, checked.

    Raises:
        DeploymentRefused: A called process is unknown, cannot be called, or calls the caller.
    """
    bound: dict[str, int] = {}
    wrong: list[Finding] = []
    for call in caller.calls:
        row = _called(connection, call)
        if row is None:
            wrong.append(_finding(call, f"{_said(call)} is not deployed: deploy it first."))
            continue
        bound[call.key] = row.id
        wrong += _unfit(connection, caller.process, call, row)
    if wrong:
        raise DeploymentRefused(wrong)
    return bound


def load(connection: Connection, definition_id: int) -> ParsedDefinition:
    """Return a version with all that it calls; each was checked when it was deployed."""
    row = definitions.by_id(connection, definition_id)
    called = {key: load(connection, bound) for key, bound in row.bindings.items()}
    return linked(read(row), called)


def read(row: DefinitionRow) -> ParsedDefinition:
    """Return a stored version as specs, without what it calls."""
    name = next(name for name in row.files if name.endswith(DIAGRAM_SUFFIX))
    root = without_what_is_left_alone(read_diagram(row.files[name], name))
    decisions, _ = dmn.read(row.files)
    return parse(row.process, root, decisions)


def _called(connection: Connection, call: Call) -> DefinitionRow | None:
    """Return the version that a call is bound to, if there is one."""
    if call.version is None:
        return definitions.newest(connection, call.process)
    return definitions.of_version(connection, call.process, call.version)


def _unfit(
    connection: Connection, caller: str, call: Call, row: DefinitionRow
) -> Iterator[Finding]:
    """Yield why a version cannot be called."""
    if not starts_by_itself(read(row)):
        yield _finding(call, f"{_said(call)} has no plain start event: it cannot be called.")
    for path in _paths(connection, row, (caller,)):
        said = " → ".join(path)
        if path[-1] in path[:-1]:
            yield _finding(call, f"The processes call each other without an end: {said}.")
        elif len(path) > MAX_DEPTH:
            yield _finding(call, f"More than {MAX_DEPTH} processes call each other: {said}.")


def _paths(
    connection: Connection, row: DefinitionRow, before: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    """Yield the way from the caller to each process that is called, straight or in turn."""
    path = (*before, row.process)
    yield path
    if row.process not in before:
        for bound in row.bindings.values():
            yield from _paths(connection, definitions.by_id(connection, bound), path)


def _said(call: Call) -> str:
    version = f" in version {call.version}" if call.version is not None else ""
    return f"The called process «{call.process}»{version}"


def _finding(call: Call, message: str) -> Finding:
    return Finding(element_id=call.element, rule="call", message=message)
