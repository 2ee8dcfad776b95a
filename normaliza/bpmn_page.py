"""Writes docs/bpmn.md from the allow-list: `python -m normaliza.bpmn_page`."""

from pathlib import Path

from engine import deployment_files, xml_input
from engine.allowlist import checking
from engine.allowlist.cell import Cell, Treatment
from engine.allowlist.cells import BY_ID, FAMILIES
from engine.allowlist.rules import identifiers, size, texts
from engine.spiff import stepping

PAGE = Path(__file__).parents[1] / "docs" / "bpmn.md"

_INTRODUCTION = """\
# What a diagram may hold

Written from the allow-list that decides at deploy (`engine/allowlist/cells/`) by
`python -m normaliza.bpmn_page`; a test keeps the two alike. Nothing is passed over in silence: each
element of BPMN 2.0, each event at each position, each attribute of BPMN and of Camunda 7 is one of

- **executed**: it runs, and a scenario among the tests shows it (`tests/unit/bpmn/`);
- **kept**: it stays in the file and changes nothing that runs;
- **refused**: the deployment is refused, with the element's id, this page's name for it in «…», and
  the sentence that stands here. All that is wrong with a diagram is told at once.

Left alone: pools whose process is not executable, extension elements and attributes of other
vocabularies, and the layout. What is in none of the tables is refused as unknown.

See also [expressions.md](expressions.md) and [decision-tables.md](decision-tables.md).
"""

#: Column of the overview → the position that it shows.
_POSITIONS = {
    "start": "startEvent",
    "start in event sub-process": "startEvent/in-event-sub-process/interrupting",
    "the same, not interrupting": "startEvent/in-event-sub-process/non-interrupting",
    "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent",
    "boundary": "boundaryEvent/interrupting",
    "boundary, not interrupting": "boundaryEvent/non-interrupting",
    "end": "endEvent",
}

#: What is counted → how much of it is allowed.
_BOUNDS = {
    "files of a deployment": deployment_files.MAX_FILES,
    "characters of a file": deployment_files.MAX_FILE_CHARACTERS,
    "characters of all files together": deployment_files.MAX_CHARACTERS,
    "elements of a diagram, its layout included": xml_input.MAX_ELEMENTS,
    "elements within each other": xml_input.MAX_DEPTH,
    "attributes of an element": xml_input.MAX_ATTRIBUTES,
    "characters of one tag or text": xml_input.MAX_PIECE,
    "characters of an id": identifiers.MAX_CHARACTERS,
    "nodes of a process, its sub-processes included": size.MAX_FLOW_NODES,
    "sequence flows": size.MAX_FLOWS,
    "flows into or out of one node; events at one activity": size.MAX_WAYS,
    "nodes in a row, about; a sub-process counts for five": size.MAX_CALLS // 2,
    "expressions, and lines of scripts": size.MAX_EXPRESSIONS,
    "retries of a job": texts.MAX_RETRIES,
    "findings that are told at once": checking.MAX_FINDINGS,
    "steps of one command without a wait": stepping.MAX_STEPS,
    "tokens that go on at once": stepping.MAX_TOKENS,
}


def page() -> str:
    """Return the page's text."""
    parts = [_INTRODUCTION, _overview()]
    parts += [_family(title, cells) for title, cells in FAMILIES.items()]
    parts.append(_bounds())
    return "\n".join(parts)


def _overview() -> str:
    """Return the table of events by position."""
    executed = {(cell.position, cell.event) for cell in BY_ID.values() if cell.executed}
    kinds = dict.fromkeys(cell.event for cell in FAMILIES["End events"])
    lines = [
        "## Events by position",
        "",
        "| event | " + " | ".join(_POSITIONS) + " |",
        "| --- |" + " --- |" * len(_POSITIONS),
    ]
    for kind in kinds:
        marks = ("yes" if (at, kind) in executed else "" for at in _POSITIONS.values())
        lines.append(f"| {kind} | " + " | ".join(marks) + " |")
    return "\n".join([*lines, ""])


def _family(title: str, cells: tuple[Cell, ...]) -> str:
    """Return one family's tables: what runs or stays, then what is refused."""
    taken = [cell for cell in cells if cell.treatment is not Treatment.REFUSED]
    refused = [cell for cell in cells if cell.treatment is Treatment.REFUSED]
    lines = [f"## {title}", ""]
    if taken:
        lines += ["| cell | | note |", "| --- | --- | --- |"]
        lines += [
            f"| `{cell.id}` | {cell.treatment.value} | {_text(cell.note)} |" for cell in taken
        ]
        lines.append("")
    if refused:
        lines += ["| refused | why, and what to do |", "| --- | --- |"]
        lines += [f"| `{cell.id}` | {_text(cell.refusal)} |" for cell in refused]
        lines.append("")
    return "\n".join(lines)


def _bounds() -> str:
    """Return the table of what is too much."""
    lines = ["## How much", "", "Beyond a bound the deployment, or the command, is refused whole."]
    lines += ["", "| what | at most |", "| --- | --- |"]
    lines += [f"| {what} | {bound:,} |" for what, bound in _BOUNDS.items()]
    return "\n".join([*lines, ""])


def _text(sentence: str) -> str:
    """Return a sentence as a cell of a table can hold it."""
    return sentence.replace("|", "\\|").replace("*", "\\*")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
