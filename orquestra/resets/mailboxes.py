"""Whether an old address looks like one that mail can reach at all."""

import re

# Deliberately loose: the mail server is the judge, this only spares it what cannot be an address.
_SHAPE = re.compile(
    r"[^\s@<>(),;:\"\[\]\\]{1,64}@(?:[^\s@.<>(),;:\"\[\]\\]{1,63}\.)+[^\s@.\d]{2,63}"
)
_LIMIT = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets


def reachable(address: str | None) -> bool:
    """Tell whether mail to an address could arrive.

    Args:
        address: The address as the base has it, if any.

    Returns:
        False where there is none, or where it has no mailbox's shape.
    """
    return address is not None and len(address) <= _LIMIT and _SHAPE.fullmatch(address) is not None
