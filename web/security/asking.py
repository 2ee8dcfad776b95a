"""A brake on requests that send mail or cost staff's time, whatever the name typed means.

Counted in the table of wrong passwords, under subjects of their own: the name with the address,
the name, and the address. The same for names that exist and names that do not.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import request
from sqlalchemy import Connection, delete, func, insert, select

from web.errors import TooManyAttempts
from web.security.guessing import hold, source
from web.services import current_services
from web.store.tables import wrong_password


@dataclass(frozen=True, kw_only=True)
class Brake:
    """How often one thing may be asked for.

    Args:
        purpose: What is asked for; each has its own count.
        window: For how long a request counts.
        per_pair: By one name from one address.
        per_name: By one name from anywhere: what a mailbox has to bear; None where what is asked
            for has a count of its own, which strangers cannot use up.
        per_address: From one address by any name; many people share a company's.
    """

    purpose: str
    window: timedelta
    per_pair: int
    per_name: int | None
    per_address: int

    def spend(self, connection: Connection, *, name: str, now: datetime) -> None:
        """Count this request, or refuse it.

        Args:
            connection: The transaction that does what is asked for; requests at once of the same
                name or address wait for each other until its end.
            name: The login or mailbox, as typed.
            now: The instant.

        Raises:
            TooManyAttempts: One of the limits is reached.
        """
        limits = self._limits(name)
        hold(connection, limits)
        of_these = wrong_password.c.subject.in_(list(limits))
        since = wrong_password.c.happened_at > now - self.window
        connection.execute(delete(wrong_password).where(of_these, ~since))
        counted = connection.execute(
            select(wrong_password.c.subject, func.count())
            .where(of_these, since)
            .group_by(wrong_password.c.subject)
        )
        if any(count >= limits[subject] for subject, count in counted):
            raise TooManyAttempts(minutes=int(self.window.total_seconds() // 60))
        connection.execute(
            insert(wrong_password), [{"subject": each, "happened_at": now} for each in limits]
        )

    def _limits(self, name: str) -> dict[str, int]:
        """Give what is counted for this request, hashed, each with its limit."""
        address = source(request.remote_addr or "")
        typed = name.strip().casefold()
        limits = {
            self._hashed("pair", typed, address): self.per_pair,
            self._hashed("address", address): self.per_address,
        }
        if self.per_name is not None:
            limits[self._hashed("name", typed)] = self.per_name
        return limits

    def _hashed(self, *parts: str) -> str:
        """Hash with the web's own key, so that the table alone tells no names."""
        key = current_services().settings.secret_key.encode()
        text = "\0".join((self.purpose, *parts))
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
