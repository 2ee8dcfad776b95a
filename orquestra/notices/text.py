"""Fill in what a notice's text leaves open until it is sent."""

import re
from collections.abc import Sequence

#: More names than these make no mail that anybody reads.
_MOST_NAMES = 50
_OPEN = re.compile(r"\{(link|logins)\}")


def fill_in(body: str, *, logins: Sequence[str], link: str | None) -> str:
    """Write the logins' names and the link where the text has their marks.

    Both are written as they are: a name that looks like a mark stays a name.

    Args:
        body: The text, with "{logins}" or "{link}" in it or not.
        logins: The names, in the order in which they are listed.
        link: The secret address, if the notice has one.

    Returns:
        The text.
    """
    values = {"logins": _listed(logins), "link": link or ""}
    return _OPEN.sub(lambda mark: values[mark.group(1)], body)


def needs_link(body: str) -> bool:
    """Tell whether a text is worth nothing without its link.

    Args:
        body: The text.

    Returns:
        Whether it has a mark for one.
    """
    return "{link}" in body


def _listed(logins: Sequence[str]) -> str:
    """List names, one a line; what is too long is cut and counted."""
    lines = [f"  • {name}" for name in logins[:_MOST_NAMES]]
    if len(logins) > _MOST_NAMES:
        lines.append(f"  e mais {len(logins) - _MOST_NAMES}")
    return "\n".join(lines)
