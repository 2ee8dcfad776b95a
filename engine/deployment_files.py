"""The files of a deployment, before anything in them is read: how many, how large, which names."""

import re
from collections.abc import Iterator, Mapping

from engine.errors import Finding

#: A diagram, its forms and its tables. Attack: a million small ones.
MAX_FILES = 100
#: A form or a table; diagrams and tables have bounds of their own beside. Attack: 50 MB each.
MAX_FILE_CHARACTERS = 2_000_000
#: All together: they are stored with every version. Attack: many that are each just small enough.
MAX_CHARACTERS = 5_000_000

_NAME = re.compile(r"[\w][\w .()-]{0,99}")


def files_refused(files: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what keeps a set of files from being read at all.

    Args:
        files: Name → text.
    """
    if len(files) > MAX_FILES:
        yield _finding("?", f"A deployment has at most {MAX_FILES} files, not {len(files)}.")
        return
    for name, text in files.items():
        if not _NAME.fullmatch(name):
            yield _finding(
                name, "A file is named by letters, digits, spaces and .-_(), at most 100 of them."
            )
        if len(text) > MAX_FILE_CHARACTERS:
            yield _finding(name, f"The file has more than {MAX_FILE_CHARACTERS} characters.")
    if sum(map(len, files.values())) > MAX_CHARACTERS:
        yield _finding("?", f"The files have more than {MAX_CHARACTERS} characters together.")


def _finding(place: str, sentence: str) -> Finding:
    return Finding(element_id=place[:100] or "?", rule="files", message=sentence)
