"""What an import has counted so far, in a form that a checkpoint can keep."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from orquestra.importing.faults import Fault
from orquestra.importing.file_kind import Loaded


class Reason(NamedTuple):
    """Why lines were rejected or pointed out.

    Args:
        column: The column at fault, "" for the whole line.
        reason: In Portuguese.
        warning: Whether the lines were accepted all the same.
    """

    column: str
    reason: str
    warning: bool


@dataclass(slots=True)
class Tally:
    """Every line counted once, and every row of the rejects file under its reason.

    Args:
        accepted: Lines that brought something.
        unchanged: Lines whose content was there, or may not be touched.
        rejected: Lines that could not be taken.
        blank: Empty lines.
        reasons: How often each reason was given.
        password_formats: Lines with a password, by its format.
    """

    accepted: int = 0
    unchanged: int = 0
    rejected: int = 0
    blank: int = 0
    reasons: Counter[Reason] = field(default_factory=Counter)
    password_formats: Counter[str] = field(default_factory=Counter)

    @classmethod
    def from_row(cls, row: Any) -> Self:  # noqa: ANN401 - a row of import_file
        """Go on counting where the run that wrote this row of `import_file` stopped."""
        return cls(
            accepted=row.accepted,
            unchanged=row.unchanged,
            rejected=row.rejected,
            blank=row.blank,
            reasons=Counter(
                {
                    Reason(each["column"], each["reason"], each["warning"]): each["count"]
                    for each in row.summary.get("reasons", ())
                }
            ),
            password_formats=Counter(row.summary.get("password_formats", {})),
        )

    @property
    def lines(self) -> int:
        """Lines behind the header, blank ones aside."""
        return self.accepted + self.unchanged + self.rejected

    @property
    def warnings(self) -> int:
        """Rows of the rejects file whose line was accepted all the same."""
        return sum(count for reason, count in self.reasons.items() if reason.warning)

    def add(self, loaded: Loaded, faults: Sequence[Fault], *, blank: int) -> None:
        """Count a batch.

        Args:
            loaded: What became of its sound lines.
            faults: Everything wrong with its lines.
            blank: Its empty lines.
        """
        self.accepted += loaded.accepted
        self.unchanged += loaded.unchanged
        self.rejected += len({fault.line for fault in faults if not fault.warning})
        self.blank += blank
        self.password_formats.update(loaded.password_formats)
        self.reasons.update(
            Reason(fault.column, fault.group or fault.reason, fault.warning) for fault in faults
        )

    def counts(self) -> dict[str, int]:
        """The numbers that are columns of `import_file`."""
        return {
            "lines": self.lines,
            "accepted": self.accepted,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "blank": self.blank,
            "warnings": self.warnings,
        }

    def summary(self) -> dict[str, Any]:
        """The rest, as JSON; the most frequent reason comes first."""
        ordered = sorted(self.reasons.items(), key=lambda item: (-item[1], item[0]))
        return {
            "reasons": [reason._asdict() | {"count": count} for reason, count in ordered],
            "password_formats": dict(sorted(self.password_formats.items())),
        }
