"""The file to import, read through once before its first line is."""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from orquestra.importing.encodings import Survey, survey
from orquestra.importing.file_kind import FileKind
from orquestra.importing.header import Header, read_header
from orquestra.importing.physical_lines import PhysicalLines


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file whose header fits its kind.

    Args:
        name: The file's name, without its folder.
        survey: Its digest and encoding.
        header: Its delimiter and columns.
        first_byte: Where the line behind the header begins.
    """

    name: str
    survey: Survey
    header: Header
    first_byte: int


def read_source(kind: FileKind, path: Path, stream: BinaryIO, *, encoding: str | None) -> Source:
    """Read the file through, then its header.

    Args:
        kind: What kind of file it shall be.
        path: The file.
        stream: The same, open at its beginning.
        encoding: Its encoding, where its bytes are not to decide.

    Returns:
        What was read.

    Raises:
        UnreadableHeader: The file is not of this kind.
    """
    surveyed = survey(path, encoding=encoding)
    line = PhysicalLines(stream).take()
    header = read_header(
        line, encoding=surveyed.encoding, required=kind.required, known=kind.columns
    )
    return Source(
        name=path.name, survey=surveyed, header=header, first_byte=line.end if line else 0
    )
