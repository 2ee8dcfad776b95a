"""Reads one decision's logic: its table or its literal expression, every cell into CEL."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from lxml import etree

from engine.dmn import feel
from engine.dmn.hit_policies import AGGREGATIONS, MANY, ORDERED, SINGLE
from engine.dmn.model import Cell, Formula, Input, Output, Place, Rule, Table
from engine.dmn.types import TYPES
from engine.dmn.vocabulary import LANGUAGES, camunda, dmn
from engine.errors import ExpressionError, Finding

T = TypeVar("T")

Element = etree._Element  # noqa: SLF001 — lxml has no other name for it


@dataclass(slots=True)
class TableReader:
    """Reads one decision.

    Args:
        decision_id: Begins each place.
        model: The file's vocabulary.
        findings: Grows by all that is wrong.
    """

    decision_id: str
    model: str
    findings: list[Finding]

    def formula(self, element: Element, type_ref: str | None) -> Formula | None:
        """Read a literal expression."""
        place = self._place(element)
        if not self._text(element):
            self._say(place, "dmn-expression", "A literal expression needs a text")
        expression = self._cell(element, place, feel.value)
        if expression is None:
            return None
        return Formula(
            expression=expression, type_ref=self._type(element.get("typeRef") or type_ref, place)
        )

    def table(self, element: Element) -> Table | None:
        """Read a decision table."""
        policy = element.get("hitPolicy") or "UNIQUE"
        aggregation = element.get("aggregation")
        if policy not in SINGLE | MANY:
            self._say(self.decision_id, "dmn-hit-policy", f"There is no hit policy «{policy}»")
        if aggregation is not None and (policy != "COLLECT" or aggregation not in AGGREGATIONS):
            said = f"«{aggregation}» is no aggregation of COLLECT"
            self._say(self.decision_id, "dmn-hit-policy", said)
        inputs = [self._input(each) for each in element.iterchildren(dmn("input", self.model))]
        outputs = tuple(
            self._output(each, number)
            for number, each in enumerate(element.iterchildren(dmn("output", self.model)), start=1)
        )
        self._check_outputs(outputs, policy, aggregation)
        rules = element.iterchildren(dmn("rule", self.model))
        return Table(
            hit_policy=policy,
            aggregation=aggregation,
            inputs=tuple(column for column in inputs if column is not None),
            outputs=outputs,
            rules=tuple(
                self._rule(each, number, (len(inputs), len(outputs)))
                for number, each in enumerate(rules, start=1)
            ),
        )

    def _check_outputs(
        self, outputs: tuple[Output, ...], policy: str, aggregation: str | None
    ) -> None:
        """Find outputs that the hit policy cannot do with."""
        names = [output.name for output in outputs]
        if not outputs or len(set(names)) != len(names):
            said = "A table needs an output, and of several each its own name"
            self._say(self.decision_id, "dmn-output", said)
        if aggregation is not None and len(outputs) > 1:
            said = f"{aggregation} has one output to aggregate, not {len(outputs)}"
            self._say(self.decision_id, "dmn-hit-policy", said)
        if policy in ORDERED:
            for output in outputs:
                if output.order is None:
                    said = f"{policy} orders by output values: list them, the most important first"
                    self._say(output.place, "dmn-hit-policy", said)

    def _input(self, element: Element) -> Input | None:
        """Read one input."""
        place = self._place(element)
        asked = element.find(dmn("inputExpression", self.model))
        if element.get(camunda("inputVariable")):
            self._say(
                place, "dmn-input", "The value is called ? in its cells: give it no other name"
            )
        if asked is None or not self._text(asked):
            self._say(place, "dmn-input", "An input needs an expression")
            return None
        expression = self._cell(asked, self._place(element), feel.value)
        if expression is None:
            return None
        values = element.find(dmn("inputValues", self.model))
        return Input(
            label=element.get("label") or place,
            expression=expression,
            type_ref=self._type(asked.get("typeRef"), place),
            allowed=self._cell(values, place, feel.cell) if values is not None else None,
        )

    def _output(self, element: Element, number: int) -> Output:
        """Read one output."""
        place = self._place(element)
        values = element.find(dmn("outputValues", self.model))
        default = element.find(dmn("defaultOutputEntry", self.model))
        order = None
        if values is not None:
            texts = self._tried(place, lambda: feel.listed(self._text(values)))
            order = tuple(Cell(cel=text, place=place) for text in texts) if texts else None
        return Output(
            name=element.get("name") or (self.decision_id if number == 1 else f"{number}"),
            place=place,
            type_ref=self._type(element.get("typeRef"), place),
            allowed=self._cell(values, place, feel.cell) if values is not None else None,
            order=order,
            default=self._cell(default, place, feel.value) if default is not None else None,
        )

    def _rule(self, element: Element, number: int, width: tuple[int, int]) -> Rule:
        """Read one rule."""
        place = f"{self.decision_id}/{element.get('id') or number}"
        tests = list(element.iterchildren(dmn("inputEntry", self.model)))
        answers = list(element.iterchildren(dmn("outputEntry", self.model)))
        if (len(tests), len(answers)) != width:
            said = f"Rule {number} has not one cell for each input and output"
            self._say(place, "dmn-rule", said)
        return Rule(
            number=number,
            place=place,
            tests=tuple(self._cell(each, f"{place}/{_name(each)}", feel.cell) for each in tests),
            answers=tuple(
                self._cell(each, f"{place}/{_name(each)}", feel.value) for each in answers
            ),
        )

    def _cell(
        self, element: Element, place: Place, translate: Callable[[str], str | None]
    ) -> Cell | None:
        """Translate a text; None for an empty one, one that says nothing, or a wrong one."""
        language = element.get("expressionLanguage")
        if language is not None and language.lower() not in {each.lower() for each in LANGUAGES}:
            self._say(place, "dmn-language", f"«{language}» is no language of ours: write FEEL")
            return None
        text = self._text(element)
        cel = self._tried(place, lambda: translate(text)) if text else None
        return Cell(cel=cel, place=place) if cel is not None else None

    def _tried(self, place: Place, translate: Callable[[], T]) -> T | None:
        """Translate, and find what cannot be."""
        try:
            return translate()
        except ExpressionError as error:
            self._say(place, "dmn-expression", str(error).rstrip("."))
            return None

    def _text(self, element: Element) -> str:
        return (element.findtext(dmn("text", self.model)) or "").strip()

    def _type(self, type_ref: str | None, place: Place) -> str | None:
        """Return a type that values are brought to."""
        if type_ref is None or type_ref in TYPES:
            return type_ref
        known = ", ".join(sorted(TYPES))
        self._say(place, "dmn-type", f"«{type_ref}» is no type here: use one of {known}")
        return None

    def _place(self, element: Element) -> Place:
        return f"{self.decision_id}/{_name(element)}"

    def _say(self, place: Place, rule: str, message: str) -> None:
        self.findings.append(Finding(element_id=place, rule=rule, message=f"{message}."))


def _name(element: Element) -> str:
    """Return an element's id, or what it is and where it stands among its like."""
    found = element.get("id")
    before = sum(1 for _ in element.itersiblings(str(element.tag), preceding=True))
    return found or f"{etree.QName(element).localname}-{before + 1}"
