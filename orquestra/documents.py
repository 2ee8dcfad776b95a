"""CPF and CNPJ: the two numbers that say whose a login is.

Only ASCII is read: an Arabic-Indic digit is a digit to Python and none to Receita Federal. Both
are kept as text, since leading zeros and, in a CNPJ since IN RFB 2.229/2024, letters matter.
`str()` and `repr()` of either are masked, so that a careless log line says nothing.
"""

import re
from dataclasses import dataclass
from typing import Self

from orquestra.errors import InvalidCnpj, InvalidCpf

_CPF = re.compile(r"([0-9]{3})\.?([0-9]{3})\.?([0-9]{3})-?([0-9]{2})")
_CNPJ = re.compile(
    r"([0-9A-Za-z]{2})\.?([0-9A-Za-z]{3})\.?([0-9A-Za-z]{3})/?([0-9A-Za-z]{4})-?([0-9]{2})"
)
_BLANKS = " \t\r\n"
_CNPJ_WEIGHTS = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def _check_digit(characters: str, weights: range | tuple[int, ...]) -> str:
    """Compute one modulo-11 check digit over characters whose value is their ASCII code less 48.

    Args:
        characters: Digits, and in a CNPJ capital letters.
        weights: One weight for each character.

    Returns:
        The digit, 0 for a remainder below 2.
    """
    total = sum((ord(c) - 48) * weight for c, weight in zip(characters, weights, strict=True))
    remainder = total % 11
    return "0" if remainder < 2 else str(11 - remainder)  # noqa: PLR2004 - the rule's own number


def _cpf_check_digits(base: str) -> str:
    """Compute both check digits of a CPF's first nine digits (weights 10..2, then 11..2)."""
    first = _check_digit(base, range(10, 1, -1))
    return first + _check_digit(base + first, range(11, 1, -1))


def _cnpj_check_digits(base: str) -> str:
    """Compute both check digits of a CNPJ's first twelve characters (weights 2..9, cycling)."""
    first = _check_digit(base, _CNPJ_WEIGHTS[1:])
    return first + _check_digit(base + first, _CNPJ_WEIGHTS)


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Cpf:
    """A natural person's number, valid by construction.

    Args:
        digits: The eleven digits, without punctuation.

    Raises:
        InvalidCpf: The digits are not a CPF.
    """

    digits: str

    def __post_init__(self) -> None:
        shape = _CPF.fullmatch(self.digits)
        if shape is None or "".join(shape.groups()) != self.digits:
            raise InvalidCpf("This is not a CPF: it has 11 digits, as in 123.456.789-09.")
        if len(set(self.digits)) == 1:
            raise InvalidCpf("This is not a CPF: one digit repeated is never issued.")
        if _cpf_check_digits(self.digits[:9]) != self.digits[9:]:
            raise InvalidCpf("This is not a CPF: its check digits do not match; look for a typo.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a CPF as people write it, so that the rest of the program meets only valid ones.

        Args:
            text: With or without points and dash, blanks around it allowed.

        Returns:
            The CPF.

        Raises:
            InvalidCpf: The text is no CPF.
        """
        shape = _CPF.fullmatch(text.strip(_BLANKS))
        return cls("".join(shape.groups()) if shape else "")

    @property
    def masked(self) -> str:
        """The form that a screen may show to others: six digits at most, `***.456.789-**`."""
        return f"***.{self.digits[3:6]}.{self.digits[6:9]}-**"

    @property
    def formatted(self) -> str:
        """The full form for its own holder: `123.456.789-09`."""
        d = self.digits
        return f"{d[:3]}.{d[3:6]}.{d[6:9]}-{d[9:]}"

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"Cpf({self.masked})"


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Cnpj:
    """A company's number, numeric or alphanumeric, valid by construction.

    Args:
        digits: The fourteen characters, letters in capitals, without punctuation.

    Raises:
        InvalidCnpj: The characters are not a CNPJ.
    """

    digits: str

    def __post_init__(self) -> None:
        shape = _CNPJ.fullmatch(self.digits)
        if shape is None or "".join(shape.groups()).upper() != self.digits:
            raise InvalidCnpj("This is not a CNPJ: it has 14 characters, as in 12.ABC.345/01DE-35.")
        if len(set(self.digits)) == 1:
            raise InvalidCnpj("This is not a CNPJ: one digit repeated is never issued.")
        if _cnpj_check_digits(self.digits[:12]) != self.digits[12:]:
            raise InvalidCnpj("This is not a CNPJ: its check digits do not match; look for a typo.")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a CNPJ as people write it, so that the rest of the program meets only valid ones.

        Args:
            text: With or without punctuation, letters in either case, blanks around it allowed.

        Returns:
            The CNPJ.

        Raises:
            InvalidCnpj: The text is no CNPJ.
        """
        shape = _CNPJ.fullmatch(text.strip(_BLANKS))
        return cls("".join(shape.groups()).upper() if shape else "")

    @property
    def masked(self) -> str:
        """The form that a screen may show to others: six characters at most."""
        return f"**.{self.digits[2:5]}.{self.digits[5:8]}/****-**"

    @property
    def formatted(self) -> str:
        """The full form: `12.ABC.345/01DE-35`."""
        d = self.digits
        return f"{d[:2]}.{d[2:5]}.{d[5:8]}/{d[8:12]}-{d[12:]}"

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"Cnpj({self.masked})"
