"""How gov.br fares, as the record of the last hour tells it: no call is made to find out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from govbr.store.tables import attempt_event

#: So far back it is looked.
LOOKED_BACK: Final = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Faring:
    """How gov.br fares.

    Attributes:
        confirmed: How often it confirmed who came.
        down: How many attempts failed because it did not answer, or not usably.
        answered_at: When it last confirmed somebody; None where it did not within the hour.
    """

    confirmed: int
    down: int
    answered_at: datetime | None

    @property
    def seems_down(self) -> bool:
        """Whether attempts fail and none gets through."""
        return self.down > 0 and self.confirmed == 0


def how_govbr_fares(connection: Connection, *, now: datetime) -> Faring:
    """Read how gov.br fares.

    Args:
        connection: Read from.
        now: The instant, aware, in UTC.

    Returns:
        What the last hour's lines say.
    """
    columns = attempt_event.c
    confirmed = columns.event == "exchanged"
    down = (columns.event == "failed") & (columns.cause == "govbr_fora_do_ar")
    row = connection.execute(
        select(
            func.count().filter(confirmed),
            func.count().filter(down),
            func.max(columns.at).filter(confirmed),
        ).where(columns.at > now - LOOKED_BACK)
    ).one()
    return Faring(confirmed=row[0], down=row[1], answered_at=row[2])
