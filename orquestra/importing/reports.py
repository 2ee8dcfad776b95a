"""What an import tells at its end."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The end of one import; `lines` is always accepted + unchanged + rejected.

    Args:
        file_id: The run's row in `import_file`.
        kind: "accounts" or "processes".
        sha256: The file's SHA-256, in hexadecimal.
        lines: CSV lines after the header, blank ones aside.
        accepted: Lines that brought something new or changed something.
        unchanged: Sound lines whose content is in the base already, or may not be touched there.
        rejected: Lines with at least one row in the rejects file that is no warning.
        blank: Empty lines, passed over.
        warnings: Rows of the rejects file whose line was accepted all the same.
        rejects_path: The rejects file, which always exists afterwards.
    """

    file_id: int
    kind: str
    sha256: str
    lines: int
    accepted: int
    unchanged: int
    rejected: int
    blank: int
    warnings: int
    rejects_path: Path
