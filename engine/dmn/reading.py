"""Reads the decisions of the `.dmn` files that are deployed beside a diagram (DMN 1.3, chapter 13).

All that is wrong is found at once, each with its place: decision, rule, cell.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from engine.dmn.model import Decision, Formula, Table
from engine.dmn.reads import counted
from engine.dmn.requirements import circles
from engine.dmn.tables import TableReader
from engine.dmn.vocabulary import KEPT, MODELS, READ, dmn
from engine.errors import DeploymentRefused, Finding
from engine.xml_input import read_diagram

SUFFIX = ".dmn"

#: Of all files deployed together: what is translated within a second.
MAX_TEXTS, MAX_CHARACTERS = 5_000, 100_000

Element = etree._Element  # noqa: SLF001 — lxml has no other name for it


def read(files: Mapping[str, str]) -> tuple[dict[str, Decision], list[Finding]]:
    """Return the decisions among a definition's files, and all that keeps them from being made.

    Args:
        files: Name → text; those that end in `.dmn` are read.
    """
    reading = _Reading()
    for name in sorted(files):
        if name.endswith(SUFFIX):
            reading.file(name, files[name])
    reading.finish()
    return reading.decisions, reading.findings


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    decisions: dict[str, Decision] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _texts: int = 0
    _characters: int = 0

    def file(self, name: str, text: str) -> None:
        """Read the decisions of one file."""
        try:
            root = read_diagram(text, name)
        except DeploymentRefused as error:
            self.findings += error.findings
            return
        namespace = etree.QName(root).namespace
        if root.tag != dmn("definitions", namespace) or namespace not in MODELS:
            self._say(
                name, "dmn-file", "This is no DMN 1.3 file: its root is of another vocabulary"
            )
            return
        model = str(namespace)
        if self._too_much(root, model):
            said = f"The tables hold over {MAX_TEXTS} texts or {MAX_CHARACTERS} characters together"
            self._say(name, "dmn-size", said)
            return
        self.findings += _unknown(root, model)
        for element in root.iterchildren(dmn("decision", model)):
            self._decision(element, model)

    def _too_much(self, root: Element, model: str) -> bool:
        """Count the texts that would be translated: each takes its time."""
        for element in root.iter(dmn("text", model)):
            self._texts += 1
            self._characters += len(element.text or "")
        return self._texts > MAX_TEXTS or self._characters > MAX_CHARACTERS

    def _decision(self, element: Element, model: str) -> None:
        """Read one decision."""
        decision_id = element.get("id") or "?"
        if decision_id in self.decisions or decision_id == "?":
            self._say(decision_id, "dmn-id", "A decision needs an id that no other one has")
            return
        reader = TableReader(decision_id, model, self.findings)
        table = element.find(dmn("decisionTable", model))
        formula = element.find(dmn("literalExpression", model))
        if (table is None) == (formula is None):
            self._say(decision_id, "dmn-logic", "A decision is a table or a literal expression")
            return
        variable = element.find(dmn("variable", model))
        named = variable.get("name") if variable is not None else None
        required = tuple(_required(element, model))
        logic: Table | Formula | None = None
        if table is not None:
            logic = reader.table(table)
        elif formula is not None:
            typed = variable.get("typeRef") if variable is not None else None
            logic = reader.formula(formula, typed)
        if logic is not None:
            self.decisions[decision_id] = Decision(
                id=decision_id,
                variable=named or decision_id,
                required=required,
                logic=logic,
                reads=counted(logic),
            )

    def finish(self) -> None:
        """Find what only all decisions together show: what is required and not there, circles."""
        wrong = {finding.element_id.split("/")[0] for finding in self.findings}
        for decision in self.decisions.values():
            for name in decision.required:
                if name not in self.decisions and name not in wrong:
                    self._say(decision.id, "dmn-required", f"The decision «{name}» is not there")
        for circle in circles(self.decisions):
            path = " → ".join(circle)
            self._say(
                circle[0], "dmn-required", f"Decisions require one another in a circle: {path}"
            )

    def _say(self, place: str, rule: str, message: str) -> None:
        self.findings.append(Finding(element_id=place, rule=rule, message=f"{message}."))


def _required(element: Element, model: str) -> Iterator[str]:
    """Yield the ids of the decisions that one requires."""
    for required in element.iter(dmn("requiredDecision", model)):
        yield (required.get("href") or "").removeprefix("#")


def _unknown(root: Element, model: str) -> Iterator[Finding]:
    """Yield the elements of DMN that are not evaluated here."""
    for element in root.iter(etree.Element):
        name = etree.QName(element)
        if name.namespace == model and name.localname not in READ | KEPT:
            place = element.get("id") or name.localname
            message = f"«{name.localname}» is not evaluated here."
            yield Finding(element_id=place, rule="dmn-element", message=message)
