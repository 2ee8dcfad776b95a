"""The header line: which cell is which column."""

from collections.abc import Sequence

from orquestra.importing.errors import UnreadableHeader
from orquestra.importing.records import Record


def read_header(record: Record | None, *, expected: Sequence[str]) -> tuple[int, ...]:
    """Find each expected column in the header, in whatever order it names them.

    Args:
        record: The file's first line; None when there is none.
        expected: The names of the columns, all of them required.

    Returns:
        For each expected column, the index of its cell.

    Raises:
        UnreadableHeader: Anything else stands there.
    """
    wanted = ",".join(expected)
    if record is None or record.fault or not record.decoded:
        raise UnreadableHeader(
            "The file's first line cannot be read as a CSV header in UTF-8. "
            f"Export it as CSV with commas, in UTF-8, with the header: {wanted}"
        )
    names = [cell.strip().lower() for cell in record.cells]
    if sorted(names) != sorted(expected):
        absent = ", ".join(name for name in expected if name not in names) or "none"
        raise UnreadableHeader(
            "The file's header has other columns than it must have "
            f"(absent: {absent}; found: {len(names)} columns). "
            f"Name each of these once: {wanted}"
        )
    return tuple(names.index(name) for name in expected)
