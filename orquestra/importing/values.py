"""What one cell may hold: each function reads a text or raises the Portuguese reason why not.

Instants are read here once; behind this file they are always valid. CPF and CNPJ: `identities.py`.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from orquestra.importing.errors import BadValue

#: Where times without an offset stand (the old portal runs in Brasília's time).
HOME_ZONE = "America/Sao_Paulo"

_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_INSTANT = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?P<time>[T ]{_CLOCK}(Z|[+-][0-9]{{2}}:?[0-9]{{2}})?)?"
)
_BRAZILIAN = re.compile(
    rf"(?P<day>[0-9]{{2}})/(?P<month>[0-9]{{2}})/(?P<year>[0-9]{{4}})( (?P<time>{_CLOCK}))?"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_YEARS = range(1900, 2200)
_NO_DATE = "data inválida: escreva AAAA-MM-DD ou DD/MM/AAAA, com ou sem HH:MM:SS"
_NUMBER = re.compile(r"[0-9]{1,19}")
_LARGEST_NUMBER = 2**63 - 1
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
_TRUE = frozenset({"true", "1", "sim", "s", "t"})
_FALSE = frozenset({"false", "0", "nao", "não", "n", "f"})
_BLANKS = " \t\r\n"
_ZONE = ZoneInfo(HOME_ZONE)
#: Characters of an ISO 8601 instant up to its hour.
_TO_THE_HOUR = len("2020-02-16T23")
_MOST_GROUPS = 200


def text(*, limit: int, required: bool = False) -> Callable[[str], str]:
    """Make the reader of a text column.

    Args:
        limit: The most characters.
        required: Whether it may not be empty.

    Returns:
        A reader that strips blanks around the text.
    """

    def read(value: str) -> str:
        stripped = value.strip(_BLANKS)
        if required and not stripped:
            raise BadValue("está vazio")
        return _bounded(stripped, limit)

    return read


def login_name(value: str) -> str:
    """Read a login exactly as it stands: blanks may be part of it, as the old base lets them."""
    if not value.strip():
        raise BadValue("está vazio")
    if _CONTROL.search(value):
        raise BadValue("tem um caractere de controle")
    return _bounded(value, 50)


def optional_login(value: str) -> str | None:
    """Read the name of a login that may be absent."""
    return login_name(value) if value.strip() else None


def language(value: str) -> str:
    """Read a language tag (BCP 47, language and region); empty is Portuguese."""
    stripped = value.strip(_BLANKS) or "pt-BR"
    if not _LANGUAGE.fullmatch(stripped):
        raise BadValue("idioma desconhecido: escreva, por exemplo, pt-BR")
    return stripped


def switch(value: str) -> bool:
    """Read yes or no."""
    word = value.strip(_BLANKS).lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadValue("deve ser true ou false (ou 1, 0, sim, não)")


def optional_switch(value: str) -> bool:
    """Read yes or no, where nothing is no."""
    return bool(value.strip(_BLANKS)) and switch(value)


def number(value: str) -> int:
    """Read a process's number, which PostgreSQL must be able to hold (bigint)."""
    stripped = value.strip(_BLANKS)
    if not _NUMBER.fullmatch(stripped) or not 0 < int(stripped) <= _LARGEST_NUMBER:
        raise BadValue("não é um número de processo (inteiro positivo)")
    return int(stripped)


def groups(value: str) -> str:
    """Read names separated by bars, as the JSON list that the base keeps."""
    names = dict.fromkeys(name for each in value.split("|") if (name := each.strip(_BLANKS)))
    if len(names) > _MOST_GROUPS:
        raise BadValue(f"tem mais de {_MOST_GROUPS} grupos")
    return json.dumps([_bounded(name, 200) for name in names], ensure_ascii=False)


def instant(value: str) -> datetime | None:
    """Read a date that may be absent, with or without time, as ISO 8601 or as Brazil writes it.

    Args:
        value: A date alone is its first instant, a time without offset is Brasília's.

    Returns:
        The instant in UTC.

    Raises:
        BadValue: It is no such date, or lies outside 1900 to 2199.
    """
    return _instant(value)[0]


def last_instant(value: str) -> datetime | None:
    """Read as `instant`, but a date alone is its last second: what expires then, lasts that day."""
    moment, has_time = _instant(value)
    if moment is None or has_time:
        return moment
    return moment.astimezone(_ZONE).replace(hour=23, minute=59, second=59).astimezone(UTC)


def _instant(value: str) -> tuple[datetime | None, bool]:
    """Read an instant, and whether it came with a time of day."""
    stripped = value.strip(_BLANKS)
    if not stripped:
        return None, False
    written, has_time = _iso(stripped)
    if int(written[:4]) not in _YEARS:
        raise BadValue(_NO_DATE)
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise BadValue("data inválida: este dia ou esta hora não existe") from error
    offset = moment.utcoffset()
    if offset is None:
        offset = _home_offset(written[:_TO_THE_HOUR])
    return moment.replace(tzinfo=UTC) - offset, has_time


@lru_cache(maxsize=4096)
def _home_offset(hour: str) -> timedelta:
    """Look an hour up in Brasília's history of summer times, where it changed on the hour."""
    return datetime.fromisoformat(hour).replace(tzinfo=_ZONE).utcoffset() or timedelta()


def _iso(stripped: str) -> tuple[str, bool]:
    """Bring either way of writing to ISO 8601, and tell whether a time of day is in it."""
    if shape := _INSTANT.fullmatch(stripped):
        return stripped, shape["time"] is not None
    shape = _BRAZILIAN.fullmatch(stripped)
    if shape is None:
        raise BadValue(_NO_DATE)
    day = f"{shape['year']}-{shape['month']}-{shape['day']}"
    return (f"{day}T{shape['time']}", True) if shape["time"] else (day, False)


def _bounded(value: str, limit: int) -> str:
    """Refuse what is too long or what PostgreSQL's text cannot hold."""
    if len(value) > limit:
        raise BadValue(f"tem mais de {limit} caracteres")
    if "\0" in value:
        raise BadValue("tem um caractere nulo")
    return value
