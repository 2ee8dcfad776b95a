"""In which encoding a file is written, decided once by reading it through.

Nothing in a CSV file says it. A byte order mark and a file that is UTF-8 from end to end leave no
doubt: Windows-1252 text with accents hardly ever is valid UTF-8. Anything else is Windows-1252, as
spreadsheets in Brazil save it, unless most of its accented lines are sound UTF-8: then it is a
UTF-8 file with a few damaged lines, and those are rejected.
"""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

UTF_8 = "utf-8"
WINDOWS_1252 = "windows-1252"
#: What may be said instead of letting the file decide.
ENCODINGS = (UTF_8, WINDOWS_1252)

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Survey:
    """What reading a file through tells.

    Args:
        sha256: Its SHA-256, in hexadecimal.
        encoding: "utf-8" or "windows-1252".
    """

    sha256: str
    encoding: str


def survey(path: Path, *, encoding: str | None = None) -> Survey:
    """Read a file through.

    Args:
        path: The file.
        encoding: The answer, when somebody knows better than the bytes.

    Returns:
        Its digest and its encoding.
    """
    sha256 = hashlib.sha256()
    marked = False
    sound = damaged = 0
    with path.open("rb") as stream:
        for number, block in enumerate(_blocks_of_lines(stream)):
            sha256.update(block)
            marked = marked or (number == 0 and block.startswith(codecs.BOM_UTF8))
            if not encoding and not marked and not block.isascii():
                sound_here, damaged_here = _count_lines(block)
                sound += sound_here
                damaged += damaged_here
    utf_8 = marked or damaged == 0 or sound > damaged
    return Survey(sha256.hexdigest(), encoding or (UTF_8 if utf_8 else WINDOWS_1252))


def _blocks_of_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Read large blocks that end where a line does, so that no character is cut in two."""
    while block := stream.read(_BLOCK):
        yield block + (b"" if block.endswith(b"\n") else stream.readline(_BLOCK))


def _count_lines(block: bytes) -> tuple[int, int]:
    """Count the lines with characters beyond ASCII: sound UTF-8, and not."""
    sound = damaged = 0
    for line in block.split(b"\n"):
        if line.isascii():
            continue
        try:
            line.decode(UTF_8)
            sound += 1
        except UnicodeDecodeError:
            damaged += 1
    return sound, damaged
