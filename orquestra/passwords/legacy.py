"""What an old base's password comes down to: a value that the right password leads to again."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Legacy:
    """One password as an old base kept it, its numbers within bounds.

    Args:
        format: One of `FORMATS`, or `HOME_MADE` and a name.
        salt: What the derivation needs beside the password, as text; None where it needs nothing.
        value: What the right password derives to, in its one canonical spelling; for argon2id the
            encoded hash itself. Not to be stored: it may be weak.
    """

    format: str
    salt: str | None = field(repr=False)
    value: str = field(repr=False)


def in_bytes(password: str, charset: str = "utf-8") -> bytes | None:
    """Write a password as .NET did before hashing it.

    Args:
        password: The password, as typed.
        charset: Python's name of the encoding.

    Returns:
        Its bytes; None where it has a letter that the old base could not have taken.
    """
    errors = "surrogatepass" if charset.startswith("utf-") else "strict"
    try:
        return password.encode(charset, errors)
    except UnicodeEncodeError:
        return None
