"""Made-up CPFs and CNPJs with right check digits, each number to its own.

Written apart from `orquestra.documents`, so that a mistake there does not hide itself here.
"""

_LETTERS = "ABCDEFGHJKLMNPRSTVWXYZ"
_LARGEST = 99_999_999


def cpf(number: int) -> str:
    """Make the CPF that belongs to a running number.

    Args:
        number: Below 10^8; different numbers give different CPFs.

    Returns:
        Eleven digits.
    """
    base = f"{_scattered(number, 716_151_413, 10**9):09}"
    for longest in (10, 11):
        weights = range(longest, 1, -1)
        products = [int(digit) * weight for digit, weight in zip(base, weights, strict=True)]
        base += str(_modulo_11(products))
    return base


def cnpj(number: int, *, letters: bool) -> str:
    """Make the CNPJ of the head office that belongs to a running number.

    Args:
        number: Below 10^8, with letters below 10^6; different numbers give different CNPJs.
        letters: Whether its root has letters, as new numbers may (IN RFB 2.229/2024).

    Returns:
        Fourteen characters.
    """
    root = f"{_scattered(number, 71_615_141, 10**8):08}"
    if letters:
        digits = f"{_scattered(number, 716_151, 10**6):06}"
        pair = _LETTERS[number % len(_LETTERS)], _LETTERS[number * 7 % len(_LETTERS)]
        root = f"{digits[:2]}{pair[0]}{digits[2:4]}{pair[1]}{digits[4:]}"
    return with_check_digits(f"{root}0001")


def with_check_digits(base: str) -> str:
    """Complete a CNPJ.

    Args:
        base: Its first twelve characters.

    Returns:
        All fourteen.
    """
    for _ in range(2):
        weights = [2 + place % 8 for place in range(len(base))]
        values = [ord(character) - ord("0") for character in reversed(base)]
        base += str(_modulo_11([v * w for v, w in zip(values, weights, strict=True)]))
    return base


def _scattered(number: int, factor: int, modulus: int) -> int:
    """Map running numbers to distant ones, one to one: the factor and 10^n have no divisor."""
    if not 0 <= number <= _LARGEST:
        raise ValueError("A sample has fewer than 10^8 people and companies.")
    return (number * factor + 28_461_973 % modulus) % modulus


def _modulo_11(products: list[int]) -> int:
    remainder = sum(products) % 11
    return 0 if remainder < 2 else 11 - remainder  # noqa: PLR2004 - the rule's own number
