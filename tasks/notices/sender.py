"""Sends the notices that are due: at least once, each once with the same Message-ID."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from govbr.errors import SealBroken
from govbr.sealing import Sealer
from orquestra import notices
from orquestra.notices import Outgoing
from tasks.mail import (
    Delivery,
    MailConnectionLost,
    MailDeferred,
    Mailer,
    MailRefused,
    MailServerAway,
)
from tasks.notices.letters import Letterhead, write_mail
from tasks.notices.outage import Outage

_log = logging.getLogger(__name__)

#: For how long a claimed batch is one sender's: longer than it takes with a slow server.
_LEASE = timedelta(minutes=10)
_BATCH = 10
#: Seconds after which a run leaves the rest to the next one.
_BUDGET = 4.0
#: A mail that was put off this often is given up: about 20 hours.
_MOST_TRIES = 12
_SHORTEST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=4)


class _Unwritable(Exception):
    """The notice's link is gone or does not open: there is nothing to send."""


@dataclass(kw_only=True)
class NoticeSender:
    """Sends due notices; as many of these as there are processes may run at once.

    Args:
        database: Where notices are.
        mailer: Carries mails.
        sealer: Opens links.
        clock: The program's clock.
        letterhead: What stands in every mail.
        outage: Remembers that the server is away.
    """

    database: Engine
    mailer: Mailer
    sealer: Sealer
    clock: Callable[[], datetime]
    letterhead: Letterhead
    outage: Outage = field(default_factory=Outage)

    def run(self) -> int:
        """Send what is due, for a few seconds at the most.

        Returns:
            How many went out.
        """
        sent, end = 0, time.monotonic() + _BUDGET
        while self.outage.allows(self.clock()) and time.monotonic() < end:
            batch = self._claim()
            if not batch:
                break
            sent += self._send(batch)
        return sent

    def _claim(self) -> list[Outgoing]:
        """Take the next batch."""
        with self.database.begin() as connection:
            return notices.claim(connection, now=self.clock(), lease=_LEASE, limit=_BATCH)

    def _send(self, batch: list[Outgoing]) -> int:
        """Send a batch over one connection; what the server's absence leaves is given back."""
        waiting, sent = list(batch), 0
        try:
            with self.mailer.connect() as delivery:
                while waiting:
                    sent += self._send_one(delivery, waiting[0])
                    del waiting[0]
                self.outage.ended()
        except MailConnectionLost as error:
            self._put_off(waiting.pop(0), error)
            self._wait_for_server(waiting, error)
        except MailServerAway as error:
            self._wait_for_server(waiting, error)
        return sent

    def _send_one(self, delivery: Delivery, outgoing: Outgoing) -> bool:
        """Send one and write down what came of it; True where it went out."""
        try:
            mail = write_mail(outgoing, link=self._link(outgoing), letterhead=self.letterhead)
            delivery.send(mail)
        except _Unwritable as error:
            self._give_up(outgoing, str(error))
        except MailRefused as error:
            self._give_up(outgoing, error.reason)
        except MailConnectionLost:
            raise
        except MailDeferred as error:
            self._put_off(outgoing, error)
        else:
            with self.database.begin() as connection:
                return notices.mark_sent(connection, key=outgoing.key, now=self.clock())
        return False

    def _link(self, outgoing: Outgoing) -> str | None:
        """Open the notice's link; None: it needs none."""
        if not notices.needs_link(outgoing.body):
            return None
        if outgoing.sealed_link is None:
            raise _Unwritable("link_vencido")
        try:
            opened = self.sealer.open(
                outgoing.sealed_link, purpose=notices.LINK_PURPOSE, bound_to=outgoing.key
            )
        except SealBroken as error:
            raise _Unwritable("link_ilegivel") from error
        return opened.decode()

    def _put_off(self, outgoing: Outgoing, error: MailDeferred) -> None:
        """Try again after a while, twice as long each time; give up after many."""
        if outgoing.tries >= _MOST_TRIES:
            self._give_up(outgoing, error.reason)
            return
        wait = min(_SHORTEST_WAIT * 2 ** (outgoing.tries - 1), _LONGEST_WAIT)
        with self.database.begin() as connection:
            notices.put_off(
                connection, key=outgoing.key, error=error.reason, due_at=self.clock() + wait
            )

    def _give_up(self, outgoing: Outgoing, reason: str) -> None:
        """Never try again."""
        with self.database.begin() as connection:
            notices.mark_failed(connection, key=outgoing.key, error=reason, now=self.clock())
        facts = {"action": "notice_failed", "notice": outgoing.id, "reason": reason}
        _log.warning("A notice cannot be sent", extra=facts)

    def _wait_for_server(self, waiting: list[Outgoing], error: Exception) -> None:
        """Give the rest back, and leave the server alone for a while."""
        self.outage.began(self.clock(), reason=str(getattr(error, "reason", error)))
        if waiting:
            with self.database.begin() as connection:
                keys = [outgoing.key for outgoing in waiting]
                notices.give_back(connection, keys=keys, due_at=self.clock())
