"""What may not stand in a log is taken out of every line, whoever wrote it and whatever it quotes.

The code does not log people's data; but libraries quote addresses and values, and errors are told
with what they met. Only numbers whose check digits are right are masked, so that ids stay readable.
"""

import contextlib
import re
from collections.abc import Callable, Mapping
from typing import Final

from orquestra.documents import Cnpj, Cpf
from orquestra.errors import InvalidCnpj, InvalidCpf

#: What stands in place of it.
MASK: Final = "…"
#: A longer text is cut: no line needs more, and the patterns are bounded with it.
LONGEST: Final = 20_000  # characters

_SECRETS = "password|passwd|senha|client_secret|secret_key|cookie|authorization"
_LONG_SECRETS = "code|state|nonce|code_verifier|verifier|access_token|id_token|token|csrf_token"
_LONG: Final = 16  # characters
_ADDRESS = re.compile(
    r"((?:[a-z][a-z0-9+.-]*://|(?<![\w/])/)[^\s?\"'<>]*)\?[^\s\"'<>]+", re.IGNORECASE
)
_CREDENTIALS = re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE)
# Every JWT and JWE begins with the base64url of «{"».
_COMPACT = re.compile(r"\beyJ[\w-]+(?:\.[\w-]*){2,4}")
_MAILBOX = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
_NAMED = re.compile(
    rf"""(["']?\b(?:{_SECRETS})\b["']?\s*[=:]\s*["']?)[^\s"'&,;)}}\]]+"""
    rf"""|(["']?\b(?:{_LONG_SECRETS})\b["']?\s*[=:]\s*["']?)[\w.~+/=-]{{{_LONG},}}""",
    re.IGNORECASE,
)
_CPF = re.compile(r"(?<![\w.])\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?!\w)", re.ASCII)
_CNPJ = re.compile(
    r"(?<![\w.])[0-9A-Za-z]{2}\.?[0-9A-Za-z]{3}\.?[0-9A-Za-z]{3}/?[0-9A-Za-z]{4}-?\d{2}(?!\w)",
    re.ASCII,
)
_SECRET_FIELD = re.compile(_SECRETS, re.IGNORECASE)
# Words that are also used for what is no secret: a job's state, an error's code.
_LONG_SECRET_FIELD = re.compile(_LONG_SECRETS, re.IGNORECASE)


def redacted(value: object, *, name: str = "") -> object:
    """Take out of a log's field what may not stand in it.

    Args:
        value: A text, or a list or mapping that may hold some; anything else stays.
        name: The field's, which may say by itself that it is a secret.

    Returns:
        The same without it.
    """
    if isinstance(value, str):
        return MASK if _is_secret(name, value) else redacted_text(value)
    if isinstance(value, Mapping):
        return {key: redacted(each, name=str(key)) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(each) for each in value]
    return value


def redacted_text(text: str) -> str:
    """Take out of a text what may not stand in a log.

    Args:
        text: As it would be written.

    Returns:
        Without queries of addresses, credentials, tokens, mailboxes, named secrets, CPFs and CNPJs.
    """
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]} (cut)"
    text = _ADDRESS.sub(rf"\1?{MASK}", text)
    text = _CREDENTIALS.sub(rf"\1 {MASK}", text)
    text = _COMPACT.sub(MASK, text)
    text = _MAILBOX.sub(f"{MASK}@{MASK}", text)
    text = _NAMED.sub(lambda found: f"{found.group(1) or found.group(2)}{MASK}", text)
    text = _CPF.sub(_masking(_is_cpf), text)
    return _CNPJ.sub(_masking(_is_cnpj), text)


def _is_secret(name: str, value: str) -> bool:
    """Tell whether a field's name says that its value is a secret."""
    long = len(value) >= _LONG and _LONG_SECRET_FIELD.fullmatch(name)
    return bool(value and _SECRET_FIELD.fullmatch(name)) or bool(long)


def _masking(is_one: Callable[[str], bool]) -> Callable[[re.Match[str]], str]:
    """Mask what is really a number of the kind; leave what only looks like one."""
    return lambda found: MASK if is_one(found.group()) else found.group()


def _is_cpf(text: str) -> bool:
    with contextlib.suppress(InvalidCpf):
        Cpf.parse(text)
        return True
    return False


def _is_cnpj(text: str) -> bool:
    with contextlib.suppress(InvalidCnpj):
        Cnpj.parse(text)
        return True
    return False
