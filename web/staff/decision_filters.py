"""What the addresses of the staff's decisions filter by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from orquestra.ownership import Doubt, Filter
from web.ownership_texts import DOUBT_NAMES

#: Ages that the filter offers, in days.
AGES: Final = (1, 3, 7, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is filtered by.

    Args:
        which: The filter.
    """

    which: Filter

    @property
    def arguments(self) -> dict[str, Any]:
        """The address's arguments; what is not filtered by stays out."""
        return {
            "duvida": self.which.doubt,
            "busca": self.which.search or None,
            "dias": self.which.days or None,
        }

    @property
    def any(self) -> bool:
        """Whether anything is filtered by."""
        return any(self.arguments.values())

    @property
    def doubts(self) -> list[tuple[str, str]]:
        """The doubts to choose from."""
        return [("", "Todas"), *DOUBT_NAMES.items()]

    @property
    def ages(self) -> list[tuple[str, str]]:
        """The ages to choose from."""
        named = [(str(days), f"há {days} dias ou mais") for days in AGES if days > 1]
        return [("", "Qualquer"), ("1", "há um dia ou mais"), *named]


def read(arguments: Mapping[str, str]) -> Chosen:
    """Read a filter; what is none counts as not given.

    Args:
        arguments: Of the address or of a form.

    Returns:
        The filter.
    """
    doubt, days = arguments.get("duvida", ""), arguments.get("dias", "")
    return Chosen(
        which=Filter(
            doubt=cast("Doubt", doubt) if doubt in DOUBT_NAMES else None,
            search=arguments.get("busca", "").strip()[:200],
            days=int(days) if days in {str(age) for age in AGES} else 0,
        )
    )
