"""Turns what a browser sent for one field into the value that is kept, or says what is wrong.

Numbers and dates are read as Brazilians write them, and as HTML's own fields send them.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine.forms.model import Choice, Field

#: Brings a text into its one form, or raises ValueError: "cpf", "email" …
Formats = Mapping[str, Callable[[str], str]]

_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ().-]{7,19}")
_GROUPED: Final = re.compile(r"[-+]?[0-9]{1,3}(\.[0-9]{3})+")
_PLAIN: Final = re.compile(r"[-+]?[0-9]{1,30}(\.[0-9]{1,15})?")
_BRAZILIAN_DAY: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_YES: Final = frozenset({"true", "on", "sim", "1"})
_LONGEST_EMAIL: Final = 254


class Wrong(Exception):
    """A value that will not do: a code, and what its sentence needs."""

    def __init__(self, code: str, **told: object) -> None:
        super().__init__(code)
        self.code = code
        self.told = told


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What reading a value needs beside the field.

    Attributes:
        zone: In which a date and a time without one are meant.
        today: The day there.
        formats: The caller's own forms of texts.
        choices: Those of a field, by its key, where a variable holds them.
    """

    zone: ZoneInfo
    today: date
    formats: Formats
    choices: Mapping[str, Sequence[Choice]]

    def value(self, field: Field, sent: Sequence[str]) -> Any:  # noqa: ANN401 - by the field's kind
        """Read a field's value.

        Args:
            field: The field.
            sent: Every value of that name, as text.

        Returns:
            The value for a variable; None where nothing was answered.

        Raises:
            Wrong: It will not do.
        """
        if field.kind == "yes_no":
            return self._yes_no(field, sent)
        if field.kind == "many_of":
            return self._many(field, sent)
        if field.kind == "file":
            return self._files(field, sent)
        text = _clean(sent[0], keep_lines=field.kind == "long_text") if sent else ""
        if not text:
            if field.limits.required:
                raise Wrong("required")
            return None
        return _READERS[field.kind](self, field, text)

    def _yes_no(self, field: Field, sent: Sequence[str]) -> bool:
        yes = bool(sent) and is_yes(sent[-1])
        if field.limits.required and not yes:
            raise Wrong("required")
        return yes

    def _many(self, field: Field, sent: Sequence[str]) -> list[str]:
        allowed = [choice.value for choice in self.choices_of(field)]
        chosen = [value for value in dict.fromkeys(sent) if value != ""]
        if any(value not in allowed for value in chosen):
            raise Wrong("not_a_choice")
        if field.limits.required and not chosen:
            raise Wrong("required")
        return [value for value in allowed if value in chosen]

    @staticmethod
    def _files(field: Field, sent: Sequence[str]) -> list[str]:
        chosen = [value for value in dict.fromkeys(sent) if value]
        if field.limits.required and not chosen:
            raise Wrong("required")
        if len(chosen) > 1 and not field.several:
            raise Wrong("one_file")
        return chosen

    def choices_of(self, field: Field) -> Sequence[Choice]:
        """Give the answers that may be chosen."""
        return self.choices.get(field.key, ()) if field.choices_from else field.choices

    def text(self, field: Field, text: str) -> str:
        """Check a text's form and length."""
        limits = field.limits
        if limits.written_as is not None:
            text = self._written(limits.written_as, text)
        if len(text) < limits.shortest:
            raise Wrong("too_short", number=limits.shortest)
        if len(text) > limits.longest:
            raise Wrong("too_long", number=limits.longest)
        if limits.pattern is not None and not re.fullmatch(limits.pattern, text):
            raise Wrong("pattern")
        return text

    def _written(self, word: str, text: str) -> str:
        known = {"email": _email, "phone": _phone, **self.formats}
        form = known.get(word)
        if form is None:
            return text
        try:
            return form(text)
        except ValueError:
            raise Wrong("written_as", word=word) from None

    def one_of(self, field: Field, text: str) -> str:
        """Check that it is one of the choices."""
        if all(text != choice.value for choice in self.choices_of(field)):
            raise Wrong("not_a_choice")
        return text

    def number(self, field: Field, text: str) -> int | float:
        """Read a number and hold it to its limits."""
        limits, value = field.limits, decimal_of(text)
        exponent = value.normalize().as_tuple().exponent
        if limits.digits is not None and isinstance(exponent, int) and -exponent > limits.digits:
            raise Wrong("too_many_digits", number=limits.digits)
        if limits.least is not None and value < limits.least:
            raise Wrong("too_small", number=limits.least)
        if limits.greatest is not None and value > limits.greatest:
            raise Wrong("too_great", number=limits.greatest)
        if limits.step and (value - (limits.least or 0)) % limits.step != 0:
            raise Wrong("not_a_step", number=limits.step)
        return int(value) if value == value.to_integral_value() else float(value)

    def day(self, field: Field, text: str) -> str:
        """Read a day."""
        found = _day(text)
        if field.limits.not_before_today and found < self.today:
            raise Wrong("past_date")
        return found.isoformat()

    def time_of_day(self, _field: Field, text: str) -> str:
        """Read a time of day, to the minute."""
        return _time(text).strftime("%H:%M")

    def instant(self, field: Field, text: str) -> str:
        """Read a day and a time in the zone; kept in UTC."""
        written, _, clock = text.replace("T", " ").partition(" ")
        found = datetime.combine(_day(written), _time(clock.strip()), self.zone)
        if field.limits.not_before_today and found.date() < self.today:
            raise Wrong("past_date")
        return found.astimezone(UTC).isoformat()


_READERS: Final[Mapping[str, Callable[[Reading, Field, str], Any]]] = {
    "text": Reading.text,
    "long_text": Reading.text,
    "number": Reading.number,
    "one_of": Reading.one_of,
    "date": Reading.day,
    "time": Reading.time_of_day,
    "instant": Reading.instant,
}


def _clean(text: str, *, keep_lines: bool) -> str:
    """Take out what is no part of a text: control characters, blanks around it, lone surrogates."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    shown = [
        "".join(
            " " if unicodedata.category(mark) in ("Cc", "Cs") else mark for mark in line
        ).rstrip()
        for line in lines
    ]
    return ("\n" if keep_lines else " ").join(shown).strip()


def is_yes(text: str) -> bool:
    """Tell whether a browser sent a box that was ticked.

    Args:
        text: What came under its name.

    Returns:
        Whether it means yes.
    """
    return text.strip().lower() in _YES


def decimal_of(text: str) -> Decimal:
    """Read a number as a Brazilian writes it, or as HTML's own field sends it.

    Args:
        text: Such as "1.234,56", "1.234" (more than a thousand) or "1.5".

    Returns:
        The number.

    Raises:
        Wrong: It is none.
    """
    compact = text.replace(" ", "").replace("\u00a0", "")
    if "," in compact:
        whole, _, part = compact.partition(",")
        if "." in whole and not _GROUPED.fullmatch(whole):
            raise Wrong("not_a_number")
        compact = f"{whole.replace('.', '')}.{part}"
    elif _GROUPED.fullmatch(compact):
        compact = compact.replace(".", "")
    if not _PLAIN.fullmatch(compact):
        raise Wrong("not_a_number")
    try:
        return Decimal(compact)
    except InvalidOperation:
        raise Wrong("not_a_number") from None


def _day(text: str) -> date:
    brazilian = _BRAZILIAN_DAY.fullmatch(text)
    try:
        if brazilian:
            day, month, year = map(int, brazilian.groups())
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong("not_a_date") from None


def _time(text: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        raise Wrong("not_a_time") from None
    if found.tzinfo is not None:
        raise Wrong("not_a_time")
    return found.replace(second=0, microsecond=0)


def _email(text: str) -> str:
    if len(text) > _LONGEST_EMAIL or not _EMAIL.fullmatch(text):
        raise ValueError("no address")
    return text


def _phone(text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise ValueError("no telephone number")
    return text
