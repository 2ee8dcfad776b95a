"""Parses our part of FEEL: expressions, and the unary tests of a table's cells.

The grammar is that of DMN 1.3, 10.3.1.2, without what is named in docs/decision-tables.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from engine.dmn.feel_functions import FUNCTIONS, LITERALS, NAMES, text_literal, time_literal
from engine.dmn.feel_tokens import KEYWORDS, Token, tokens
from engine.dmn.feel_tree import (
    Arithmetic,
    Asked,
    Call,
    Compared,
    Comparison,
    If,
    In,
    Interval,
    Items,
    Literal,
    Logic,
    Minus,
    Node,
    Not,
    Path,
    Test,
    Tested,
    Tests,
)
from engine.errors import ExpressionError

T = TypeVar("T")

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
class _Parser:
    """Goes through the tokens once, from left to right."""

    text: str
    tokens: list[Token]
    tested: bool = False
    _place: int = 0
    _depth: int = 0
    _asked: bool = False

    def end(self) -> None:
        """Refuse what is left over."""
        if self.tokens[self._place].kind != "end":
            raise self._unexpected()

    def tests(self) -> Tests:
        """Parse `not(…)`, or tests with commas between them."""
        if self._at("not") and self.tokens[self._place + 1].text == "(":
            start = self._place
            self._take("not")
            self._take("(")
            found = self._listed(self._test)
            self._take(")")
            if self.tokens[self._place].kind == "end" or self._at(")"):
                return Tests(found, negated=True)
            self._place = start
        return Tests(self._listed(self._test))

    def _test(self) -> Test:
        """Parse one test."""
        if sign := self._one_of(*_COMPARISONS):
            return Compared(sign, self._additive())
        if self._interval_begins():
            return self._interval()
        asked, self._asked = self._asked, False
        node = self.expression()
        about, self._asked = self._asked, asked or self._asked
        return Asked(node) if about else Compared("=", node)

    def _interval_begins(self) -> bool:
        """Whether a bracket opens an interval, and no list or group: two dots stand in it."""
        if self.tokens[self._place].text not in {"[", "]", "("}:
            return False
        depth = 0
        for token in self.tokens[self._place + 1 :]:
            if depth == 0 and (token.text in _NOT_IN_ENDS or token.kind == "end"):
                return token.text == ".."
            depth += (token.text == "(") - (token.text == ")")
        return False

    def _interval(self) -> Interval:
        """Parse `[a..b]`, each bracket turned, or round, where its end is out."""
        opening = self._one_of("[", "]", "(")
        low = self._additive()
        self._take("..")
        high = self._additive()
        closing = self._one_of("]", "[", ")")
        if closing is None:
            raise self._unexpected()
        return Interval(low, high, low_open=opening != "[", high_open=closing != "]")

    def expression(self) -> Node:
        """Parse any expression."""
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise ExpressionError(self.text, f"is nested more than {MAX_NESTING} deep.")
        node = self._if() if self._at("if") else self._or()
        self._depth -= 1
        return node

    def _if(self) -> Node:
        self._take("if")
        condition = self.expression()
        self._take("then")
        then = self.expression()
        self._take("else")
        return If(condition, then, self.expression())

    def _or(self) -> Node:
        parts = [self._and()]
        while self._one_of("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Logic(both=False, parts=tuple(parts))

    def _and(self) -> Node:
        parts = [self._comparison()]
        while self._one_of("and"):
            parts.append(self._comparison())
        return parts[0] if len(parts) == 1 else Logic(both=True, parts=tuple(parts))

    def _comparison(self) -> Node:
        left = self._additive()
        if sign := self._one_of(*_COMPARISONS):
            return Comparison(sign, left, self._additive())
        if self._one_of("between"):
            low = self._additive()
            self._take("and")
            between = Interval(low, self._additive(), low_open=False, high_open=False)
            return In(left, Tests((between,)))
        if self._one_of("in"):
            return In(left, self._in_tests())
        return left

    def _in_tests(self) -> Tests:
        """Parse what stands behind `in`: one test, or several in brackets."""
        if self._at("not"):
            self._take("not")
            self._take("(")
            found = self._listed(self._test)
            self._take(")")
            return Tests(found, negated=True)
        if self._at("(") and not self._interval_begins():
            self._take("(")
            listed = self._listed(self._test)
            self._take(")")
            return Tests(listed)
        return Tests((self._test(),))

    def _additive(self) -> Node:
        node = self._multiplicative()
        while sign := self._one_of("+", "-"):
            node = Arithmetic(sign, node, self._multiplicative())
        return node

    def _multiplicative(self) -> Node:
        node = self._unary()
        while sign := self._one_of("*", "/"):
            node = Arithmetic(sign, node, self._unary())
        return node

    def _unary(self) -> Node:
        turned = 0
        while self._one_of("-"):
            turned += 1
        node = self._primary()
        if turned % 2 and isinstance(node, Literal) and node.type == "double":
            return Literal(f"-{node.cel}", "double")
        return Minus(node) if turned % 2 else node

    def _primary(self) -> Node:
        """Parse what stands by itself."""
        token = self.tokens[self._place]
        if token.kind == "number":
            self._place += 1
            return Literal(token.text, "double")
        if token.kind == "text":
            self._place += 1
            return text_literal(self.text, token.text)
        if token.kind == "name":
            return self._word(token.text)
        if self._one_of("("):
            node = self.expression()
            self._take(")")
            return node
        if self._one_of("["):
            items = () if self._at("]") else self._listed(self.expression)
            self._take("]")
            return Items(items)
        if self.tested and self._one_of("?"):
            self._asked = True
            return Tested()
        raise self._unexpected()

    def _word(self, word: str) -> Node:
        """Parse what begins with a name: true, false, null, not, a function, a path."""
        if word in {"true", "false", "null"}:
            self._place += 1
            return Literal(word, "null_type" if word == "null" else "bool")
        if self._one_of("not"):
            self._take("(")
            node = self.expression()
            self._take(")")
            return Not(node)
        if word in KEYWORDS:
            raise self._unexpected()
        if name := self._function():
            return self._call(name)
        return self._path()

    def _function(self) -> str | None:
        """Return the function whose name, of one word or more, and bracket stand here."""
        for name in NAMES:
            words = [*name.split(), "("]
            here = [token.text for token in self.tokens[self._place : self._place + len(words)]]
            if here == words:
                self._place += len(words)
                return name
        return None

    def _call(self, name: str) -> Node:
        """Parse what a function is given."""
        if name in LITERALS:
            token = self.tokens[self._place]
            if token.kind != "text":
                raise ExpressionError(
                    self.text, f"calls {name}(…) with something else than a text."
                )
            self._place += 1
            self._take(")")
            return time_literal(self.text, name, token.text)
        given = () if self._at(")") else self._listed(self.expression)
        self._take(")")
        if len(given) != len(FUNCTIONS[name].types):
            wanted = len(FUNCTIONS[name].types)
            raise ExpressionError(self.text, f"calls {name}(…), which is given {wanted} value(s).")
        return Call(name, given)

    def _path(self) -> Path:
        """Parse a variable and its fields."""
        names = [self._name()]
        while self._one_of("."):
            names.append(self._name())
        if self._at("(") or self.tokens[self._place].kind == "name":
            following = self.tokens[self._place].text
            if following not in KEYWORDS:
                raise ExpressionError(
                    self.text,
                    f"has «{following}» behind «{names[-1]}»: no function here is called so.",
                )
        return Path(tuple(names))

    def _name(self) -> str:
        token = self.tokens[self._place]
        if token.kind != "name" or token.text in KEYWORDS:
            raise self._unexpected()
        self._place += 1
        return token.text

    def _listed(self, one: Callable[[], T]) -> tuple[T, ...]:
        """Parse several with commas between them."""
        found = [one()]
        while self._one_of(","):
            found.append(one())
        return tuple(found)

    def _at(self, text: str) -> bool:
        token = self.tokens[self._place]
        return token.text == text and token.kind in {"sign", "name"}

    def _one_of(self, *texts: str) -> str | None:
        """Take one of these signs or words, if one stands here."""
        for text in texts:
            if self._at(text):
                self._place += 1
                return text
        return None

    def _take(self, text: str) -> None:
        if self._one_of(text) is None:
            raise self._unexpected(text)

    def _unexpected(self, wanted: str | None = None) -> ExpressionError:
        here = self.tokens[self._place].text or "its end"
        hint = f", where «{wanted}» belongs" if wanted else ""
        return ExpressionError(
            self.text, f"is not in our part of FEEL: it stops at «{here}»{hint}."
        )
