"""Writes small `.dmn` files, as the table's editor does."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine.dmn.evaluating import Answers, decide
from engine.dmn.mapping import mapped
from engine.dmn.reading import read
from engine.errors import Finding
from engine.expressions import Evaluator

from .instants import NOW

MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def text(element: str, content: str, **attributes: str) -> str:
    """Write an element with a text."""
    named = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{element}{named}><text>{escape(content)}</text></{element}>"


def column(expression: str, *, type_ref: str = "", values: str = "") -> str:
    """Write an input."""
    typed = {"typeRef": type_ref} if type_ref else {}
    allowed = text("inputValues", values) if values else ""
    asked = text("inputExpression", expression, **typed)
    return f"<input id={quoteattr('in_' + expression)}>{asked}{allowed}</input>"


def answer(name: str, *, type_ref: str = "", values: str = "", default: str = "") -> str:
    """Write an output."""
    typed = f" typeRef={quoteattr(type_ref)}" if type_ref else ""
    inside = text("outputValues", values) if values else ""
    inside += text("defaultOutputEntry", default) if default else ""
    return f"<output id={quoteattr('out_' + name)} name={quoteattr(name)}{typed}>{inside}</output>"


def rule(name: str, tests: Sequence[str], answers: Sequence[str]) -> str:
    """Write a rule."""
    cells = "".join(text("inputEntry", cell, id=f"{name}_i{at}") for at, cell in enumerate(tests))
    cells += "".join(
        text("outputEntry", cell, id=f"{name}_o{at}") for at, cell in enumerate(answers)
    )
    return f"<rule id={quoteattr(name)}>{cells}</rule>"


def table(
    columns: str,
    rules: Sequence[tuple[Sequence[str], Sequence[str]]],
    *,
    hit: str = "UNIQUE",
    aggregation: str = "",
    name: str = "d",
    requires: Sequence[str] = (),
) -> str:
    """Write a decision with a table; its rules are called r1, r2, …."""
    kind = f" aggregation={quoteattr(aggregation)}" if aggregation else ""
    rows = "".join(rule(f"r{at}", *cells) for at, cells in enumerate(rules, start=1))
    inside = f"<decisionTable hitPolicy={quoteattr(hit)}{kind}>{columns}{rows}</decisionTable>"
    return decision(inside, name=name, requires=requires)


def formula(
    expression: str, *, name: str = "d", variable: str = "", requires: Sequence[str] = ()
) -> str:
    """Write a decision with a literal expression."""
    named = f"<variable name={quoteattr(variable)}/>" if variable else ""
    inside = named + text("literalExpression", expression)
    return decision(inside, name=name, requires=requires)


def decision(inside: str, *, name: str = "d", requires: Sequence[str] = ()) -> str:
    """Write a decision."""
    needs = "".join(
        f'<informationRequirement><requiredDecision href="#{each}"/></informationRequirement>'
        for each in requires
    )
    return f"<decision id={quoteattr(name)} name={quoteattr(name)}>{needs}{inside}</decision>"


def dmn_file(*decisions: str) -> str:
    """Write a file."""
    head = f'<definitions xmlns="{MODEL}" id="f" name="f" namespace="tests">'
    return f"{head}{''.join(decisions)}</definitions>"


def wrong(*decisions: str) -> list[Finding]:
    """Read a file and give all that is wrong with it."""
    return read({"d.dmn": dmn_file(*decisions)})[1]


def made(*decisions: str, ask: str = "d", **variables: Any) -> Answers:  # noqa: ANN401 — any JSON values
    """Read a file and make one of its decisions."""
    found, findings = read({"d.dmn": dmn_file(*decisions)})
    assert findings == []
    return decide(found, ask, variables, Evaluator(NOW))


def result(*decisions: str, mapping: str = "resultList", **variables: Any) -> Any:  # noqa: ANN401 — as above
    """Make the decision and map it as a process would."""
    return mapped("d", made(*decisions, **variables), mapping)
