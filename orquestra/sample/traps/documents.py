"""Documents as old bases write them: punctuated, with lost zeros, wrong."""

from orquestra.sample.registry_numbers import cnpj, cpf, with_check_digits

#: Behind every running number that another login may have; one in ten begins with a zero.
_FIRST = 40_000_000
_WINDOW = 90
_CNPJ_LENGTH = 14
_TEXTS = ("ISENTO", "a informar", "não possui", "X", "RG 12.345.678-9", "000.000.000-00")


def punctuated_cpf(digits: str) -> str:
    """Write a CPF with its points and its dash."""
    return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"


def punctuated_cnpj(characters: str) -> str:
    """Write a CNPJ with its points, slash and dash."""
    root, rest = characters[:8], characters[8:]
    return f"{root[:2]}.{root[2:5]}.{root[5:]}/{rest[:4]}-{rest[4:]}"


def cpf_with_zeros(number: int) -> str:
    """Make a CPF that begins with one or two zeros, each running number's own.

    Args:
        number: Below 10^6.

    Returns:
        Eleven digits.
    """
    return next(
        found
        for found in (cpf(_FIRST + number * _WINDOW + step) for step in range(_WINDOW))
        if _begins_with_zero(found) and not _is_cnpj(found)
    )


def cnpj_with_zeros(number: int) -> str:
    """Make a CNPJ that begins with one or two zeros, each running number's own.

    Args:
        number: Below 10^6.

    Returns:
        Fourteen digits.
    """
    return next(
        found
        for found in (
            cnpj(_FIRST + number * _WINDOW + step, letters=False) for step in range(_WINDOW)
        )
        if _begins_with_zero(found)
    )


def wrong_cpf(digits: str) -> str:
    """Spoil a CPF's last check digit, and not so that a CNPJ without its zeros stands there."""
    spoiled = (digits[:-1] + str((int(digits[-1]) + more) % 10) for more in range(1, 10))
    return next(found for found in spoiled if not _is_cnpj(found))


def wrong_cnpj(characters: str) -> str:
    """Spoil a CNPJ's last check digit."""
    return characters[:-1] + str((int(characters[-1]) + 1) % 10)


def no_document(number: int) -> str:
    """Choose what people write who have no document at hand."""
    return _TEXTS[number % len(_TEXTS)]


def _is_cnpj(digits: str) -> bool:
    """Tell whether digits are a CNPJ once zeros stand before them."""
    whole = digits.zfill(_CNPJ_LENGTH)
    return with_check_digits(whole[:-2]) == whole


def _begins_with_zero(found: str) -> bool:
    """Tell whether a number loses one or two digits; a CNPJ without three would be a CPF."""
    return found.startswith("0") and not found.startswith("000")
