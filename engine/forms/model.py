"""What a form is, once its schema was read: fields in their order, each with what it allows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

Kind = Literal[
    "text",
    "long_text",
    "number",
    "yes_no",
    "one_of",
    "many_of",
    "date",
    "time",
    "instant",
    "file",
    "words",
    "line",
    "group",
]

#: Those that are looked at and not answered.
SHOWN_ONLY: Final = frozenset({"words", "line", "group"})

#: Of a text whose schema says no length. Attack: megabytes in a field.
LONGEST_TEXT: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of the answers that may be chosen.

    Attributes:
        value: What is kept.
        label: What is shown, by language; "" for the schema's own.
    """

    value: str
    label: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an answer must keep to.

    Attributes:
        required: It must be there.
        shortest: Characters of a text.
        longest: Characters of a text.
        pattern: A regular expression that a whole text must match.
        written_as: What a text is: "email", "phone", or a word that the caller knows.
        least: Of a number.
        greatest: Of a number.
        digits: Decimal places of a number at the most; None: as many as one likes.
        step: A number is a multiple of it.
        not_before_today: A date is today or later.
    """

    required: bool = False
    shortest: int = 0
    longest: int = LONGEST_TEXT
    pattern: str | None = None
    written_as: str | None = None
    least: Decimal | None = None
    greatest: Decimal | None = None
    digits: int | None = None
    step: Decimal | None = None
    not_before_today: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One component of a form.

    Attributes:
        id: The component's own name in the schema.
        kind: What it is.
        key: The variable that its answer becomes; empty for what is only shown.
        label: Shown above it, by language; "" for the schema's own.
        help: Shown with it, by language.
        limits: What an answer must keep to.
        choices: The answers that may be chosen.
        choices_from: The variable that holds them instead.
        hidden_when: CEL: it is neither shown nor answered while this is true.
        fixed_when: CEL: it is shown and not answered while this is true.
        usual: What stands in it at first.
        look: A word of the schema for the caller that draws it: "radio", "select" …
        accepts: Of a file: what kinds, as HTML's `accept` writes them.
        several: Of a file: whether more than one.
        children: Of a group.
    """

    id: str
    kind: Kind
    key: str = ""
    label: Mapping[str, str] = field(default_factory=dict)
    help: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = Limits()
    choices: tuple[Choice, ...] = ()
    choices_from: str | None = None
    hidden_when: str | None = None
    fixed_when: str | None = None
    usual: Any = None
    look: str = ""
    accepts: tuple[str, ...] = ()
    several: bool = False
    children: tuple["Field", ...] = ()

    @property
    def answered(self) -> bool:
        """Whether it has an answer."""
        return self.kind not in SHOWN_ONLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form.

    Attributes:
        id: Its name, by which a diagram asks for it.
        fields: Its components, in order; groups hold theirs.
    """

    id: str
    fields: tuple[Field, ...]

    def every(self) -> Iterator[Field]:
        """Yield every component, those inside groups after their group."""
        yield from _every(self.fields)

    @property
    def by_key(self) -> dict[str, Field]:
        """The components that are answered, by the variable that each becomes."""
        return {each.key: each for each in self.every() if each.answered}


def _every(fields: tuple[Field, ...]) -> Iterator[Field]:
    for each in fields:
        yield each
        yield from _every(each.children)
