"""What an import tells at its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orquestra.importing.tallies import Reason, Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The end of one import; `lines` is always accepted + unchanged + rejected.

    Args:
        file_id: The run's row in `import_file`; of a dry run, taken back.
        kind: "accounts" or "processes".
        sha256: The file's SHA-256, in hexadecimal.
        encoding: "utf-8" or "windows-1252".
        delimiter: "," or ";".
        dry_run: Whether everything was taken back.
        resumed_after: The line behind which a broken run was gone on with; 0: from the beginning.
        tally: What was counted.
        facts: What else the run tells: "seconds" of this run, and "complete", what
            `close_vanished` says.
        rejects_path: The rejects file, which always exists afterwards.
    """

    file_id: int
    kind: str
    sha256: str
    encoding: str
    delimiter: str
    dry_run: bool
    resumed_after: int
    tally: Tally
    facts: Mapping[str, Any]
    rejects_path: Path

    @property
    def lines(self) -> int:
        """CSV lines after the header, blank ones aside."""
        return self.tally.lines

    @property
    def accepted(self) -> int:
        """Lines that brought something new or changed something."""
        return self.tally.accepted

    @property
    def unchanged(self) -> int:
        """Sound lines whose content is in the base already, or may not be touched there."""
        return self.tally.unchanged

    @property
    def rejected(self) -> int:
        """Lines with at least one row in the rejects file that is no warning."""
        return self.tally.rejected

    @property
    def blank(self) -> int:
        """Empty lines, passed over."""
        return self.tally.blank

    @property
    def warnings(self) -> int:
        """Rows of the rejects file whose line was accepted all the same."""
        return self.tally.warnings

    @property
    def reasons(self) -> list[tuple[Reason, int]]:
        """How often each reason was given, the most frequent first."""
        return sorted(self.tally.reasons.items(), key=lambda item: (-item[1], item[0]))

    @property
    def seconds(self) -> float:
        """How long this run took."""
        return float(self.facts["seconds"])

    def as_json(self) -> dict[str, Any]:
        """The report as a JSON object, without the names and numbers of anybody."""
        return {
            "kind": self.kind,
            "sha256": self.sha256,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "dry_run": self.dry_run,
            "resumed_after": self.resumed_after,
            **self.tally.counts(),
            **self.tally.summary(),
            **self.facts,
        }
