"""Parses what stands by itself in FEEL: values, variables, functions, lists, brackets."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from engine.dmn.feel_cursor import Cursor
from engine.dmn.feel_functions import FUNCTIONS, LITERALS, NAMES, text_literal, time_literal
from engine.dmn.feel_tokens import KEYWORDS
from engine.dmn.feel_tree import Call, Items, Literal, Minus, Node, Not, Path, Tested
from engine.errors import ExpressionError


@dataclass(slots=True)
class Primaries(Cursor, ABC):
    """The lowest level of the grammar."""

    @abstractmethod
    def expression(self) -> Node:
        """Parse any expression, as stands in brackets."""

    def unary(self) -> Node:
        """Parse a value and the minus signs before it."""
        turned = 0
        while self.one_of("-"):
            turned += 1
        node = self.primary()
        if turned % 2 and isinstance(node, Literal) and node.type == "double":
            return Literal(f"-{node.cel}", "double")
        return Minus(node) if turned % 2 else node

    def primary(self) -> Node:
        """Parse what stands by itself."""
        token = self.next
        if token.kind == "number":
            self.place += 1
            return Literal(token.text, "double")
        if token.kind == "text":
            self.place += 1
            return text_literal(self.text, token.text)
        if token.kind == "name":
            return self._word(token.text)
        if self.one_of("("):
            node = self.expression()
            self.take(")")
            return node
        if self.one_of("["):
            items = () if self.at("]") else self.listed(self.expression)
            self.take("]")
            return Items(items)
        if self.tested and self.one_of("?"):
            self.asked = True
            return Tested()
        raise self.unexpected()

    def _word(self, word: str) -> Node:
        """Parse what begins with a name: true, false, null, not, a function, a path."""
        if word in {"true", "false", "null"}:
            self.place += 1
            return Literal(word, "null_type" if word == "null" else "bool")
        if self.one_of("not"):
            self.take("(")
            node = self.expression()
            self.take(")")
            return Not(node)
        if word in KEYWORDS:
            raise self.unexpected()
        if name := self._function():
            return self._call(name)
        return self._path()

    def _function(self) -> str | None:
        """Return the function whose name, of one word or more, and bracket stand here."""
        for name in NAMES:
            words = [*name.split(), "("]
            here = [token.text for token in self.tokens[self.place : self.place + len(words)]]
            if here == words:
                self.place += len(words)
                return name
        return None

    def _call(self, name: str) -> Node:
        """Parse what a function is given."""
        if name in LITERALS:
            token = self.next
            if token.kind != "text":
                raise ExpressionError(
                    self.text, f"calls {name}(…) with something else than a text."
                )
            self.place += 1
            self.take(")")
            return time_literal(self.text, name, token.text)
        given = () if self.at(")") else self.listed(self.expression)
        self.take(")")
        if len(given) != len(FUNCTIONS[name].types):
            wanted = len(FUNCTIONS[name].types)
            raise ExpressionError(self.text, f"calls {name}(…), which is given {wanted} value(s).")
        return Call(name, given)

    def _path(self) -> Path:
        """Parse a variable and its fields."""
        names = [self.name()]
        while self.one_of("."):
            names.append(self.name())
        if self.at("(") or self.next.kind == "name":
            following = self.next.text
            if following not in KEYWORDS:
                raise ExpressionError(
                    self.text,
                    f"has «{following}» behind «{names[-1]}»: no function here is called so.",
                )
        return Path(tuple(names))
