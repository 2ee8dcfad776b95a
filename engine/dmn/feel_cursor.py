"""Goes through the tokens of a FEEL text once, from left to right."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from engine.dmn.feel_tokens import KEYWORDS, Token
from engine.errors import ExpressionError

T = TypeVar("T")


@dataclass(slots=True)
class Cursor:
    """Where the parser stands.

    Args:
        text: For errors.
        tokens: The last one is the end.
        tested: Whether `?` stands for a value here.
        place: Of the next token.
        depth: How deep expressions are nested here.
        asked: Whether `?` has been read.
    """

    text: str
    tokens: list[Token]
    tested: bool = False
    place: int = 0
    depth: int = 0
    asked: bool = False

    @property
    def next(self) -> Token:
        """The token that is looked at."""
        return self.tokens[self.place]

    def end(self) -> None:
        """Refuse what is left over."""
        if self.next.kind != "end":
            raise self.unexpected()

    def listed(self, one: Callable[[], T]) -> tuple[T, ...]:
        """Parse several with commas between them."""
        found = [one()]
        while self.one_of(","):
            found.append(one())
        return tuple(found)

    def at(self, text: str) -> bool:
        """Whether this sign or word stands here."""
        token = self.next
        return token.text == text and token.kind in {"sign", "name"}

    def one_of(self, *texts: str) -> str | None:
        """Take one of these signs or words, if one stands here."""
        for text in texts:
            if self.at(text):
                self.place += 1
                return text
        return None

    def take(self, text: str) -> None:
        """Take a sign or word that must stand here."""
        if self.one_of(text) is None:
            raise self.unexpected(text)

    def unexpected(self, wanted: str | None = None) -> ExpressionError:
        """Return the error that the parser cannot go on here."""
        here = self.next.text or "its end"
        hint = f", where «{wanted}» belongs" if wanted else ""
        return ExpressionError(
            self.text, f"is not in our part of FEEL: it stops at «{here}»{hint}."
        )

    def name(self) -> str:
        """Take a variable's name."""
        token = self.next
        if token.kind != "name" or token.text in KEYWORDS:
            raise self.unexpected()
        self.place += 1
        return token.text
