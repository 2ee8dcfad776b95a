"""The settings of passwords: how much work one hash is, and how home-made ones were made."""

from pathlib import Path

from normaliza.reading import Reader
from orquestra.errors import InvalidPasswordAdapter
from orquestra.passwords import CHEAP, OWASP_MINIMUM, Adapters, Profile, read_adapters

_PROFILES = {"owasp": OWASP_MINIMUM, "cheap": CHEAP}


def read_profile(read: Reader, *, development: bool) -> Profile:
    """Read what one argon2id hash shall cost.

    Args:
        read: The environment.
        development: Whether a base may be protected by less than OWASP's minimum.

    Returns:
        The cost.
    """
    cost = read.choice("NORMALIZA_PASSWORD_COST", ("owasp", "cheap"))
    if cost == "cheap" and not development:
        read.refuse(
            "NORMALIZA_PASSWORD_COST is 'cheap', which protects nothing: unset it in production."
        )
    return _PROFILES[cost]


def read_home_made(read: Reader) -> Adapters:
    """Read the file that describes home-made formats, if there is one.

    Args:
        read: The environment.

    Returns:
        The formats by name.
    """
    path = read.text("NORMALIZA_PASSWORD_ADAPTERS", "")
    if not path:
        return {}
    try:
        return read_adapters(Path(path))
    except InvalidPasswordAdapter as error:
        read.refuse(f"NORMALIZA_PASSWORD_ADAPTERS is {path!r}: {error}; correct it or unset it.")
        return {}
