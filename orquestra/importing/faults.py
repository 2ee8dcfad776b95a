"""One thing wrong with one line: what the rejects file prints."""

from dataclasses import dataclass

#: Their values stay out of the rejects file, which travels by e-mail.
SECRET_COLUMNS = frozenset({"senha_hash", "senha_sal"})
#: How a warning's reason begins: its line was accepted all the same.
WARNING = "Aviso: "

_LONGEST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of the rejects file.

    Args:
        line: Number of the physical line on which the CSV line begins; the header's is 1.
        column: Column's name, "" when the whole line is at fault.
        value: What stood there, already fit to be shown (see `shown`).
        reason: In Portuguese, for whoever repairs the file.
        warning: True when the line was accepted all the same.
        group: What the report counts it under, where the reason names another line.
    """

    line: int
    column: str
    value: str
    reason: str
    warning: bool = False
    group: str = ""


def shown(column: str, value: str) -> str:
    """Make a value fit for the rejects file: no secrets, nothing endless, nothing unprintable.

    Args:
        column: Where the value stood.
        value: The value; bytes that are no UTF-8 may stand in it as surrogates.

    Returns:
        The value, "" for a secret, cut at 200 characters.
    """
    if column in SECRET_COLUMNS:
        return ""
    head = value[:_LONGEST_VALUE]
    raw = head.encode("utf-8", "surrogateescape")
    text = raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
    return f"{text}…" if len(value) > _LONGEST_VALUE else text
