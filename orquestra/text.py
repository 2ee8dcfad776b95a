"""Texts from outside, made fit to be kept and searched."""

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, or_

from orquestra.errors import InvalidText

# What PostgreSQL's translate() folds: Portuguese letters. The capitals too, since lower() leaves
# them alone in a database whose locale is C.
_ACCENTED = "áàâãäéèêëíìîïóòôõöúùûüçñÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑ"
_PLAIN = "aaaaaeeeeiiiiooooouuuucn" * 2


def required(text: str, *, what: str, limit: int) -> str:
    """Strip a text and refuse an empty, an endless or an unstorable one.

    Args:
        text: As it came.
        what: What it is, for the message.
        limit: The most characters.

    Returns:
        The stripped text.

    Raises:
        InvalidText: It cannot be kept.
    """
    stripped = text.strip()
    if not stripped or len(stripped) > limit or "\0" in stripped:
        raise InvalidText(f"The {what} has 1 to {limit} characters, none of them NUL.")
    return stripped


def matches(term: str, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Build the condition that one of the columns contains a term, whatever accents and case.

    `%`, `_` and the escape itself count as themselves.

    Args:
        term: What was typed, not empty.
        columns: Where to look; numbers are read as text.

    Returns:
        The condition.
    """
    folded = fold(term)
    return or_(
        *(
            func.translate(func.lower(cast(column, String)), _ACCENTED, _PLAIN).contains(
                folded, autoescape=True
            )
            for column in columns
        )
    )


def fold(term: str) -> str:
    """Take accents and case off a term, and what PostgreSQL cannot read.

    Args:
        term: What was typed.

    Returns:
        The term as `matches` compares it.
    """
    letters = unicodedata.normalize("NFD", term.replace("\0", "").strip().lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
