"""Addresses that a browser brings along and is sent back to: our own pages only.

Browsers read more than `//host` as another site: backslashes count as slashes, tabs and line
breaks are left out, and what stands before them is trimmed (WHATWG URL Standard, section 4.4).
Therefore only what can be nothing but a path of ours goes through.
"""

import re
from typing import Final
from urllib.parse import unquote

# RFC 3986 section 3.3: "/" and then segments of pchar; the first one is not empty.
_PATH: Final = re.compile(r"/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@%][A-Za-z0-9\-._~!$&'()*+,;=:@%/]*)?")
_LONGEST: Final = 512  # characters; ours are shorter


def own_path(value: str) -> str | None:
    """Give back an address if it can only lead to a page of this site.

    Args:
        value: What the browser brought.

    Returns:
        The path, unchanged, without a query; None for everything else (CWE-601).
    """
    if len(value) > _LONGEST or not _PATH.fullmatch(value):
        return None
    plain = unquote(value)
    # What is escaped is told from what it stands for by nobody in between.
    return value if "\\" not in plain and "//" not in plain and plain.isprintable() else None
