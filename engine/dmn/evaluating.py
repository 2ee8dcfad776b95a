"""Makes decisions: asks the inputs, finds the rules that match, and answers by the hit policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.dmn import hit_policies
from engine.dmn.feel_cel import TESTED_TYPE, TESTED_VALUE
from engine.dmn.hit_policies import Hit, refused
from engine.dmn.model import Cell, Decision, Decisions, Formula, Input, Output, Rule, Table
from engine.dmn.types import NotOfType, answered, tested
from engine.errors import ExpressionError
from engine.expression_functions import type_name
from engine.expression_values import weigh
from engine.expressions import Evaluator

#: Values that all cells of one decision may read together: some 0.2 s.
MAX_WORK = 250_000

Variables: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """What a decision came to (DMN 1.3, 8.2.11).

    Args:
        entries: One for each hit that counts: output's name → answer.
        value: The same as one value, as another decision reads it.
    """

    entries: Sequence[Mapping[str, Any]]
    value: Any


def decide(
    decisions: Decisions, decision_id: str, variables: Variables, evaluator: Evaluator
) -> Answers:
    """Make a decision, after all that it requires; each is made once.

    Args:
        decisions: Those deployed together; the one that is asked for is among them.
        decision_id: Which one.
        variables: What the inputs read; one that is missing is null.
        evaluator: At the command's instant.

    Raises:
        DecisionFailed: The rules that matched do not fit the hit policy, a value is not allowed or
            not of its type, or an expression failed; names decision and place.
    """
    return _Making(decisions, variables, evaluator).make(decision_id)


@dataclass(slots=True)
class _Making:
    """One decision with all that it requires."""

    decisions: Decisions
    variables: Variables
    evaluator: Evaluator
    _made: dict[str, Answers] = field(default_factory=dict)

    def make(self, decision_id: str) -> Answers:
        """Return the answers of a decision, made now or before."""
        if decision_id not in self._made:
            decision = self.decisions[decision_id]
            variables = dict(self.variables)
            for required in decision.required:
                variables |= self._read(self.decisions[required], self.make(required))
            self._made[decision_id] = self._decided(decision, variables)
        return self._made[decision_id]

    def _read(self, decision: Decision, answers: Answers) -> dict[str, Any]:
        """Return what others read of a decision: its outputs by name, and the whole by its own."""
        read: dict[str, Any] = {}
        if isinstance(decision.logic, Table) and len(answers.entries) == 1:
            read |= answers.entries[0]
        elif isinstance(decision.logic, Table):
            for output in decision.logic.outputs:
                read[output.name] = [entry[output.name] for entry in answers.entries] or None
        return {**read, decision.variable: answers.value}

    def _decided(self, decision: Decision, variables: Variables) -> Answers:
        logic = decision.logic
        _check_work(decision, variables)
        if isinstance(logic, Formula):
            found = self._answer(decision, logic.expression, logic.type_ref, variables)
            return Answers(entries=[{decision.variable: found}], value=found)
        inputs = [self._input(decision, column, variables) for column in logic.inputs]
        hits = self._hits(decision, logic, inputs, variables)
        if not hits and any(output.default for output in logic.outputs):
            defaults = [
                self._output(decision, output, output.default, variables)
                for output in logic.outputs
            ]
            return _answers(logic, [defaults])
        chosen = hit_policies.choose(decision.id, logic, hits, self._orders(logic, variables))
        return _answers(logic, chosen)

    def _hits(
        self, decision: Decision, table: Table, inputs: Sequence[Any], variables: Variables
    ) -> list[Hit]:
        """Return the rules that match, with their answers; the first alone where that is enough."""
        hits = []
        for rule in table.rules:
            if not self._matches(decision, rule, inputs, variables):
                continue
            answers = [
                self._output(decision, output, cell, variables)
                for output, cell in zip(table.outputs, rule.answers, strict=True)
            ]
            hits.append(Hit(rule, tuple(answers)))
            if table.hit_policy == "FIRST":
                break
        return hits

    def _matches(
        self, decision: Decision, rule: Rule, inputs: Sequence[Any], variables: Variables
    ) -> bool:
        """Whether every cell of a rule passes its input's value."""
        return all(
            cell is None or self._passes(decision, cell, given, variables)
            for cell, given in zip(rule.tests, inputs, strict=True)
        )

    def _passes(self, decision: Decision, cell: Cell, given: Any, variables: Variables) -> bool:  # noqa: ANN401 — any JSON value
        about = {**variables, TESTED_VALUE: given, TESTED_TYPE: type_name(given)}
        return self._evaluate(decision, cell, about) is True

    def _input(self, decision: Decision, column: Input, variables: Variables) -> Any:  # noqa: ANN401 — as above
        """Return an input's value, of its type and allowed."""
        given = self._evaluate(decision, column.expression, variables)
        try:
            found = tested(given, column.type_ref)
        except NotOfType as error:
            raise refused(decision.id, column.expression.place, str(error)) from error
        if found is None or column.allowed is None:
            return found
        if not self._passes(decision, column.allowed, found, variables):
            raise refused(decision.id, column.allowed.place, "the value is not allowed")
        return found

    def _output(
        self, decision: Decision, output: Output, cell: Cell | None, variables: Variables
    ) -> Any:  # noqa: ANN401 — as above
        """Return an answer, of its type and allowed; an empty cell answers null."""
        if cell is None:
            return None
        found = self._answer(decision, cell, output.type_ref, variables)
        if found is not None and output.allowed is not None:
            about = tested(found, output.type_ref)
            if not self._passes(decision, output.allowed, about, variables):
                raise refused(decision.id, cell.place, "the answer is not one of those allowed")
        return found

    def _answer(
        self, decision: Decision, cell: Cell, type_ref: str | None, variables: Variables
    ) -> Any:  # noqa: ANN401 — as above
        try:
            return answered(self._evaluate(decision, cell, variables), type_ref)
        except NotOfType as error:
            raise refused(decision.id, cell.place, str(error)) from error

    def _orders(self, table: Table, variables: Variables) -> list[list[Any]]:
        """Return each output's answers, the most important first."""
        return [
            [
                answered(self.evaluator.evaluate(cell.cel, variables), output.type_ref)
                for cell in output.order or ()
            ]
            for output in table.outputs
        ]

    def _evaluate(self, decision: Decision, cell: Cell, variables: Variables) -> Any:  # noqa: ANN401 — as above
        try:
            return self.evaluator.evaluate(cell.cel, variables)
        except ExpressionError as error:
            raise refused(decision.id, cell.place, error.reason.rstrip(".")) from error


def _check_work(decision: Decision, variables: Variables) -> None:
    """Refuse a decision whose cells would read too much together: nobody could stop it."""
    work = {name: cells * weigh(variables.get(name)) for name, cells in decision.reads.items()}
    if sum(work.values()) > MAX_WORK:
        most = max(work, key=lambda name: work[name])
        reason = f"«{most}» is too large for the {decision.reads[most]} cells that read it"
        raise refused(decision.id, decision.id, reason)


def _answers(table: Table, chosen: Sequence[Sequence[Any]]) -> Answers:
    """Return the answers of the hits that count, by name and as one value (DMN 1.3, 8.2.11)."""
    names = [output.name for output in table.outputs]
    entries = [dict(zip(names, answers, strict=True)) for answers in chosen]
    values = [entry if len(names) > 1 else entry[names[0]] for entry in entries]
    many = table.hit_policy in hit_policies.MANY and table.aggregation is None
    return Answers(entries=entries, value=values if many else next(iter(values), None))
