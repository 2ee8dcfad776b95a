"""Parses our part of FEEL: expressions, and the unary tests of a table's cells.

The grammar is that of DMN 1.3, 10.3.1.2, without what is named in docs/decision-tables.md.
"""

from dataclasses import dataclass

from engine.dmn.feel_primary import Primaries
from engine.dmn.feel_tokens import KEYWORDS, tokens
from engine.dmn.feel_tree import (
    Arithmetic,
    Asked,
    Compared,
    Comparison,
    If,
    In,
    Interval,
    Logic,
    Node,
    Test,
    Tests,
)
from engine.errors import ExpressionError

MAX_NESTING = 20

#: What ends the search for an interval's two dots: the ends of one are calculated at most.
_NOT_IN_ENDS = frozenset({"..", ",", "[", "]", ")", "<=", ">=", "!=", "<", ">", "=", *KEYWORDS})
_COMPARISONS = ("<=", ">=", "!=", "<", ">", "=")


def expression(text: str) -> Node:
    """Return the tree of an expression.

    Raises:
        ExpressionError: It is not in our part of FEEL; says where it stopped.
    """
    parser = _Parser(text, tokens(text))
    node = parser.expression()
    parser.end()
    return node


def unary_tests(text: str) -> Tests:
    """Return the tests of a cell; an empty one is `-`.

    Raises:
        ExpressionError: As above.
    """
    if text.strip() in {"", "-"}:
        return Tests(())
    parser = _Parser(text, tokens(text), tested=True)
    found = parser.tests()
    parser.end()
    return found


@dataclass(slots=True)
class _Parser(Primaries):
    """Tests and operators, from the loosest to the tightest."""

    def tests(self) -> Tests:
        """Parse `not(…)`, or tests with commas between them."""
        if self.at("not") and self.tokens[self.place + 1].text == "(":
            start = self.place
            self.take("not")
            self.take("(")
            found = self.listed(self._test)
            self.take(")")
            if self.next.kind == "end" or self.at(")"):
                return Tests(found, negated=True)
            self.place = start
        return Tests(self.listed(self._test))

    def _test(self) -> Test:
        """Parse one test."""
        if sign := self.one_of(*_COMPARISONS):
            return Compared(sign, self._additive())
        if self._interval_begins():
            return self._interval()
        asked, self.asked = self.asked, False
        node = self.expression()
        about, self.asked = self.asked, asked or self.asked
        return Asked(node) if about else Compared("=", node)

    def _interval_begins(self) -> bool:
        """Whether a bracket opens an interval, and no list or group: two dots stand in it."""
        if self.next.text not in {"[", "]", "("}:
            return False
        depth = 0
        for token in self.tokens[self.place + 1 :]:
            if depth == 0 and (token.text in _NOT_IN_ENDS or token.kind == "end"):
                return token.text == ".."
            depth += (token.text == "(") - (token.text == ")")
        return False

    def _interval(self) -> Interval:
        """Parse `[a..b]`, each bracket turned, or round, where its end is out."""
        opening = self.one_of("[", "]", "(")
        low = self._additive()
        self.take("..")
        high = self._additive()
        closing = self.one_of("]", "[", ")")
        if closing is None:
            raise self.unexpected()
        return Interval(low, high, low_open=opening != "[", high_open=closing != "]")

    def expression(self) -> Node:
        """Parse any expression."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise ExpressionError(self.text, f"is nested more than {MAX_NESTING} deep.")
        node = self._if() if self.at("if") else self._or()
        self.depth -= 1
        return node

    def _if(self) -> Node:
        self.take("if")
        condition = self.expression()
        self.take("then")
        then = self.expression()
        self.take("else")
        return If(condition, then, self.expression())

    def _or(self) -> Node:
        parts = [self._and()]
        while self.one_of("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Logic(both=False, parts=tuple(parts))

    def _and(self) -> Node:
        parts = [self._comparison()]
        while self.one_of("and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else Logic(both=True, parts=tuple(parts))

    def _comparison(self) -> Node:
        left = self._additive()
        if sign := self.one_of(*_COMPARISONS):
            return Comparison(sign, left, self._additive())
        if self.one_of("between"):
            low = self._additive()
            self.take("and")
            between = Interval(low, self._additive(), low_open=False, high_open=False)
            return In(left, Tests((between,)))
        if self.one_of("in"):
            return In(left, self._in_tests())
        return left

    def _in_tests(self) -> Tests:
        """Parse what stands behind `in`: one test, or several in brackets."""
        if self.at("not"):
            self.take("not")
            self.take("(")
            found = self.listed(self._test)
            self.take(")")
            return Tests(found, negated=True)
        if self.at("(") and not self._interval_begins():
            self.take("(")
            listed = self.listed(self._test)
            self.take(")")
            return Tests(listed)
        return Tests((self._test(),))

    def _additive(self) -> Node:
        node = self._multiplicative()
        while sign := self.one_of("+", "-"):
            node = Arithmetic(sign, node, self._multiplicative())
        return node

    def _multiplicative(self) -> Node:
        node = self.unary()
        while sign := self.one_of("*", "/"):
            node = Arithmetic(sign, node, self.unary())
        return node
