"""What service tasks may use of the outside world, built once a process by whoever wires it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from govbr.client import GovbrClient
from govbr.sealing import Sealer


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """The ports that operators are given.

    Args:
        govbr: Talks to gov.br.
        sealer: Opens and seals what waits between two steps.
        clock: The program's clock, for how old something is after a slow call.
    """

    govbr: GovbrClient
    sealer: Sealer
    clock: Callable[[], datetime]
