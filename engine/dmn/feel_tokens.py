"""Cuts a FEEL text into tokens, and refuses the words of FEEL that are not in our part of it."""

import re
from dataclasses import dataclass

from engine.errors import ExpressionError

MAX_CHARACTERS = 1_000
MAX_TOKENS = 200

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<text>"(?:\\.|[^"\\\n])*")
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>\.\.|\*\*|<=|>=|!=|[-+*/<>=?.,()\[\]])""",
    re.VERBOSE,
)
KEYWORDS = frozenset(
    {"and", "or", "not", "if", "then", "else", "true", "false", "null", "in", "between"}
)
_REFUSED = frozenset(
    {"for", "some", "every", "return", "satisfies", "function", "instance", "external", "item"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece: kind is "text", "number", "name", "sign" or "end"."""

    kind: str
    text: str


END = Token("end", "")


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text, and one more at its end.

    Raises:
        ExpressionError: It is too long, or holds what is not in our part of FEEL.
    """
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(text, f"is longer than {MAX_CHARACTERS} characters.")
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise ExpressionError(text, f"holds «{text[place]}», which is not in our part of FEEL.")
        kind, piece = str(match.lastgroup), match.group()
        if piece == "**" or (kind == "name" and piece in _REFUSED):
            raise ExpressionError(text, f"uses «{piece}», which is not in our part of FEEL.")
        if kind != "space":
            found.append(Token(kind, piece))
        place = match.end()
    if len(found) > MAX_TOKENS:
        raise ExpressionError(text, f"is made of more than {MAX_TOKENS} pieces.")
    return [*found, END]
