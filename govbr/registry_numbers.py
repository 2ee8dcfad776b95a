"""CPF and CNPJ as gov.br prints them, brought to one form.

ASCII only: `str.isdigit` would take the digits of other scripts.
"""

import re

_CPF = re.compile(r"[0-9]{11}")
_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
_PUNCTUATION = re.compile(r"[.\-/ ]")


def normalised_cpf(text: object) -> str | None:
    """Bring a CPF to eleven digits, if it is one.

    Args:
        text: With or without punctuation; gov.br's samples have both.

    Returns:
        The digits, or None when the form or a check digit is wrong (weights 10..2 and 11..2,
        modulo 11; the ten numbers of one repeated digit do not exist).
    """
    if not isinstance(text, str):
        return None
    digits = _PUNCTUATION.sub("", text)
    if not _CPF.fullmatch(digits) or len(set(digits)) == 1:
        return None
    for length in (9, 10):
        total = sum(int(digits[place]) * (length + 1 - place) for place in range(length))
        if int(digits[length]) != (total * 10) % 11 % 10:
            return None
    return digits


def normalised_cnpj(text: object) -> str | None:
    """Bring a CNPJ to fourteen characters, upper case, without punctuation, if it looks like one.

    The check digits are left to whoever keeps companies: gov.br's own samples fail them.

    Args:
        text: Numeric or alphanumeric (IN RFB 2.229/2024), in either case.

    Returns:
        The fourteen characters, or None when the form is wrong.
    """
    if not isinstance(text, str) or not text.isascii():
        return None
    characters = _PUNCTUATION.sub("", text).upper()
    return characters if _CNPJ.fullmatch(characters) else None
