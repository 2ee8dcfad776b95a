"""Remembers that the mail server is away: asked ever less often, and said once, not each time."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

_log = logging.getLogger(__name__)

_SHORTEST = timedelta(seconds=5)
_LONGEST = timedelta(minutes=1)
#: A long outage is said again this often.
_SAY_AGAIN = timedelta(minutes=30)


@dataclass(slots=True)
class Outage:
    """The state of one process's way to the mail server."""

    _wait: timedelta = timedelta(0)
    _until: datetime | None = None
    _said_at: datetime | None = None

    def allows(self, now: datetime) -> bool:
        """Tell whether the server may be asked now.

        Args:
            now: The instant.

        Returns:
            False while it is left alone.
        """
        return self._until is None or now >= self._until

    def began(self, now: datetime, *, reason: str) -> None:
        """Note that the server did not take anything.

        Args:
            now: The instant.
            reason: A word or a reply code.
        """
        self._wait = min(max(self._wait * 2, _SHORTEST), _LONGEST)
        self._until = now + self._wait
        if self._said_at is None or now - self._said_at >= _SAY_AGAIN:
            self._said_at = now
            facts = {"action": "mail_away", "reason": reason}
            _log.warning("The mail server takes nothing; every notice waits", extra=facts)

    def ended(self) -> None:
        """Note that the server takes mail."""
        if self._said_at is not None:
            _log.info("The mail server takes mail again", extra={"action": "mail_back"})
        self._wait, self._until, self._said_at = timedelta(0), None, None
