"""CPF and CNPJ as gov.br takes them: ASCII only, check digits verified, kept without punctuation.

Rules: CPF modulo 11 with weights from 2; CNPJ the same with weights 2 to 9, where a character
counts as its ASCII code less 48 (IN RFB 2.229/2024, alphanumeric CNPJ).
"""

import re
from collections.abc import Iterable

_PUNCTUATION = re.compile(r"[.\-/\s]")
_CPF = re.compile(r"[0-9]{11}", re.ASCII)
_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}", re.ASCII)


def parse_cpf(text: str) -> str | None:
    """Read a CPF as people type it.

    Args:
        text: With or without punctuation.

    Returns:
        The eleven digits, or None when they are not a CPF.
    """
    digits = _PUNCTUATION.sub("", text)
    if not _CPF.fullmatch(digits) or len(set(digits)) == 1:
        return None
    expected = _check_digits(digits[:9], weights=(2, 3, 4, 5, 6, 7, 8, 9, 10, 11))
    return digits if digits[9:] == expected else None


def parse_cnpj(text: str) -> str | None:
    """Read a CNPJ, numeric or alphanumeric.

    Args:
        text: With or without punctuation, in any case.

    Returns:
        The fourteen characters in upper case, or None when they are not a CNPJ.
    """
    characters = _PUNCTUATION.sub("", text).upper()
    if not _CNPJ.fullmatch(characters) or len(set(characters)) == 1:
        return None
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5, 6)
    return characters if characters[12:] == _check_digits(characters[:12], weights) else None


def _check_digits(body: str, weights: Iterable[int]) -> str:
    ordered = tuple(weights)
    for _ in range(2):
        body += str(_check_digit(body, ordered))
    return body[-2:]


def _check_digit(body: str, weights: tuple[int, ...]) -> int:
    values = [ord(character) - 48 for character in reversed(body)]
    rest = sum(value * weight for value, weight in zip(values, weights, strict=False)) % 11
    return 0 if rest < 2 else 11 - rest  # noqa: PLR2004 - the rule's own number


def format_cpf(digits: str) -> str:
    """Write a CPF with its punctuation, as screens show it."""
    return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"


def format_cnpj(characters: str) -> str:
    """Write a CNPJ with its punctuation, as screens show it."""
    root, branch, check = characters[:8], characters[8:12], characters[12:]
    return f"{root[:2]}.{root[2:5]}.{root[5:]}/{branch}-{check}"
