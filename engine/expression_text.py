"""Reads an expression as tokens: what it may be made of, and where its macros reach.

Bounds are checked here, before CEL's own parser sees the text: it recurses, and counts nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.errors import ExpressionError

MAX_CHARACTERS = 1_000
MAX_MACROS = 2
MAX_NESTING = 30
MAX_MATCHES = 3
MAX_PATTERN_CHARACTERS = 100
MAX_PATTERN_REPEATS = 200
#: Beyond it a double no longer holds every integer (IEEE 754).
MAX_INTEGER = 2**53

#: Each does something for every entry of a list (CEL, "Macros").
MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})
#: CEL's own functions that may be called; ours are in engine.expression_functions.
PLAIN_FUNCTIONS = frozenset(
    {
        "has",
        "string",
        "double",
        "timestamp",
        "contains",
        "startsWith",
        "endsWith",
        "matches",
    }
)
_KEYWORDS = frozenset({"true", "false", "null", "in"})

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<number>0[xX][0-9a-fA-F]+[uU]?|\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\d+[uU]?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>//|\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])""",
    re.VERBOSE,
)
_REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_OPENING, _CLOSING = {"(": ")", "[": "]", "{": "}"}, frozenset(")]}")
_ADVICE = {
    "//": "has a comment: leave it out.",
    "%": "calculates with %: write mod(a, b).",
}


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of an expression: kind is "text", "number", "name" or "sign"."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Macro:
    """One macro call: its name, its bound variable, and the tokens between its brackets."""

    name: str
    bound: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """An expression within the bounds, in tokens."""

    tokens: tuple[Token, ...]
    macros: tuple[Macro, ...]

    def called(self) -> Iterator[tuple[int, str]]:
        """Yield the functions that are called: (place, name)."""
        for place, token in enumerate(self.tokens):
            if token.kind == "name" and _text_at(self.tokens, place + 1) == "(":
                yield place, token.text

    def read(self, start: int = 0, end: int | None = None) -> Iterator[str]:
        """Yield the names of variables that a range of tokens reads, as often as it does."""
        for place in range(start, len(self.tokens) if end is None else end):
            token = self.tokens[place]
            if token.kind != "name" or token.text in _KEYWORDS:
                continue
            if _text_at(self.tokens, place - 1) != "." and _text_at(self.tokens, place + 1) != "(":
                yield token.text


def read(expression: str) -> Parts:
    """Return an expression in tokens.

    Raises:
        ExpressionError: It is outside the bounds; says which.
    """
    if len(expression) > MAX_CHARACTERS:
        raise ExpressionError(expression, f"is longer than {MAX_CHARACTERS} characters.")
    tokens = tuple(_tokens(expression))
    if sum(token.kind == "sign" and token.text in _OPENING for token in tokens) > MAX_NESTING:
        raise ExpressionError(expression, f"opens more than {MAX_NESTING} brackets.")
    parts = Parts(tokens=tokens, macros=_macros(expression, tokens))
    _check_patterns(expression, parts)
    return parts


def closing(tokens: Sequence[Token], opening: int) -> int:
    """Return the place of the bracket that closes the one at a place; the end where none does."""
    depth = 0
    for place in range(opening, len(tokens)):
        if tokens[place].kind == "sign":
            depth += (tokens[place].text in _OPENING) - (tokens[place].text in _CLOSING)
        if depth == 0:
            return place
    return len(tokens)


def _tokens(expression: str) -> Iterator[Token]:
    """Yield the tokens, and refuse what hides others: comments, raw texts, bytes, three quotes."""
    place, last = 0, ""
    while place < len(expression):
        match = _TOKEN.match(expression, place)
        if match is None:
            sign = expression[place]
            raise ExpressionError(expression, f"holds «{sign}», which stands for nothing here.")
        kind, text = str(match.lastgroup), match.group()
        if text in _ADVICE and kind == "sign":
            raise ExpressionError(expression, _ADVICE[text])
        if kind == "text" and last in {"name", "text"}:
            raise ExpressionError(expression, "has a text right behind a name or another text.")
        if kind != "space":
            yield Token(kind, text)
        place, last = match.end(), kind


def _macros(expression: str, tokens: tuple[Token, ...]) -> tuple[Macro, ...]:
    """Allow two macro calls at most, none inside another: each one multiplies the work."""
    found = []
    for place, token in enumerate(tokens):
        if token.text in MACROS and [_text_at(tokens, place + at) for at in (-1, 1)] == [".", "("]:
            end = closing(tokens, place + 1)
            bound = _text_at(tokens, place + 2)
            found.append(Macro(name=token.text, bound=bound, start=place + 2, end=end))
    if len(found) > MAX_MACROS:
        raise ExpressionError(expression, f"calls more than {MAX_MACROS} macros.")
    if any(outer.start <= inner.start < outer.end for outer in found for inner in found[1:]
           if outer is not inner):  # fmt: skip
        raise ExpressionError(expression, "calls a macro inside another.")
    return tuple(found)


def _check_patterns(expression: str, parts: Parts) -> None:
    """Allow few patterns, written out, small when compiled, and not once for each entry."""
    places = [place for place, name in parts.called() if name == "matches"]
    if len(places) > MAX_MATCHES:
        raise ExpressionError(expression, f"calls matches more than {MAX_MATCHES} times.")
    for place in places:
        if any(macro.start <= place < macro.end for macro in parts.macros):
            raise ExpressionError(expression, "calls matches inside a macro.")
        pattern = parts.tokens[place + 2] if place + 2 < len(parts.tokens) else Token("sign", "")
        if pattern.kind != "text" or _text_at(parts.tokens, place + 3) != ")":
            raise ExpressionError(expression, "calls matches with something else than a text.")
        repeats = 1
        for least, most in _REPEAT.findall(pattern.text):
            repeats *= max(int(least), int(most or 0), 1)
        if len(pattern.text) > MAX_PATTERN_CHARACTERS or repeats > MAX_PATTERN_REPEATS:
            raise ExpressionError(
                expression,
                f"matches a pattern of over {MAX_PATTERN_CHARACTERS} characters or "
                f"{MAX_PATTERN_REPEATS} repeats.",
            )


def _text_at(tokens: Sequence[Token], place: int) -> str:
    """Return the sign or name at a place; nothing outside, and nothing for a text."""
    if not 0 <= place < len(tokens) or tokens[place].kind == "text":
        return ""
    return tokens[place].text
