"""Texts that mean something: expressions, scripts, dates, durations, retries."""

import re
from collections.abc import Callable, Iterator, Mapping

from engine.allowlist.diagram import Diagram
from engine.allowlist.placing import Element, children, finding, is_camunda, local
from engine.allowlist.vocabulary import TIMER_KINDS
from engine.durations import parse_cycle, parse_duration, parse_instant
from engine.errors import ExpressionError, Finding
from engine.expressions import check, unwrap
from engine.spiff.parsing.names import camunda
from engine.spiff.script_engine import assignments

#: A job that fails that often will not come right by itself; also a bound on the parsed list.
MAX_RETRIES = 100

_REPEATED = re.compile(r"R(\d{1,9})/(.+)")


def texts(diagram: Diagram) -> Iterator[Finding]:
    """Yield the texts that cannot be read."""
    for element in diagram.elements:
        name = local(element)
        rule = _CAMUNDA.get(name) if is_camunda(element) else _BPMN.get(name)
        if name == "script" and _gives_a_result(element):
            rule = check
        if rule is not None:
            try:
                rule((element.text or "").strip())
            except ExpressionError as error:
                yield finding(element, "expression", str(error))
    yield from _timers(diagram)
    yield from _people(diagram)


def _gives_a_result(script: Element) -> bool:
    """Whether a script is one expression, whose value goes to a variable."""
    task = script.getparent()
    return task is not None and bool(task.get(camunda("resultVariable")))


def condition(text: str) -> None:
    """Refuse a text that is not one expression in `${…}`.

    Raises:
        ExpressionError: Says why.
    """
    inner = unwrap(text)
    if inner is None:
        raise ExpressionError(text, "is no condition: it stands in ${…}.")
    check(inner)


def literal(read: Callable[[str], object]) -> Callable[[str], None]:
    """Return the rule of a text that is an expression, or what a reader understands.

    Args:
        read: Raises ExpressionError for a literal that it does not understand.
    """

    def rule(text: str) -> None:
        inner = unwrap(text)
        if inner is None:
            read(text)
        else:
            check(inner)

    return rule


def retries(text: str) -> None:
    """Refuse a retry text that is neither `R3/PT10S` nor a list of durations.

    Raises:
        ExpressionError: Says why.
    """
    repeated = _REPEATED.fullmatch(text)
    if repeated and int(repeated[1]) > MAX_RETRIES:
        raise ExpressionError(text, f"repeats more than {MAX_RETRIES} times.")
    delays = [repeated[2]] if repeated else text.split(",")
    if len(delays) > MAX_RETRIES:
        raise ExpressionError(text, f"repeats more than {MAX_RETRIES} times.")
    for delay in delays:
        parse_duration(delay)


def _script(text: str) -> None:
    """Refuse a script that is no list of assignments."""
    for _, expression in assignments(text):
        check(expression)


def _any(text: str) -> None:
    """Take any literal as it is."""


_BPMN: Mapping[str, Callable[[str], None]] = {
    "conditionExpression": condition,
    "loopCondition": condition,
    "completionCondition": condition,
    "timeDate": literal(parse_instant),
    "timeDuration": literal(parse_duration),
    "timeCycle": literal(parse_cycle),
    "script": _script,
}
_CAMUNDA: Mapping[str, Callable[[str], None]] = {
    "inputParameter": literal(_any),
    "outputParameter": literal(_any),
    "failedJobRetryTimeCycle": retries,
}


def _timers(diagram: Diagram) -> Iterator[Finding]:
    """Yield timers that say no time, or several."""
    for timer in diagram.named("timerEventDefinition"):
        count = sum(len(children(timer, name)) for name in TIMER_KINDS)
        if count != 1:
            yield finding(
                timer,
                "event",
                f"A timer says one of timeDate, timeDuration and timeCycle; this one says {count}.",
            )


def _people(diagram: Diagram) -> Iterator[Finding]:
    """Yield expressions where a name is meant."""
    for task in diagram.named("userTask"):
        for attribute in ("formKey", "formRef"):
            if "${" in (task.get(camunda(attribute)) or ""):
                yield _named(task, attribute)
        for attribute in ("assignee", "candidateGroups"):
            yield from _offered(task, task.get(camunda(attribute)) or "")


def _offered(task: Element, text: str) -> Iterator[Finding]:
    """Yield what is wrong with a text that names people: one expression, or plain names."""
    inner = unwrap(text)
    if inner is None and "${" in text:
        said = "mixes names and expressions: write one expression."
        yield finding(task, "expression", str(ExpressionError(text, said)))
    try:
        check(inner or "true")
    except ExpressionError as error:
        yield finding(task, "expression", str(error))


def _named(task: Element, attribute: str) -> Finding:
    return finding(
        task,
        "expression",
        f"«camunda:{attribute}» is taken as it is written, not worked out: write the name itself.",
    )
