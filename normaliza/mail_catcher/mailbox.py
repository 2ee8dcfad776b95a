"""The mails that were caught, in memory: the newest few hundred, gone with the process."""

import itertools
import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

_MOST = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class CaughtMail:
    """One mail.

    Args:
        id: Its number in this mailbox.
        received_at: When it came.
        sender: Whom it is from.
        to: The mailboxes that it was handed over for.
        subject: Its subject.
        message_id: Its Message-ID, without the angle brackets.
        text: Its plain text.
    """

    id: int
    received_at: datetime
    sender: str
    to: tuple[str, ...]
    subject: str
    message_id: str
    text: str


class Mailbox:
    """Holds mails; written by the SMTP server's thread, read by the pages'."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._mails: deque[CaughtMail] = deque(maxlen=_MOST)
        self._lock = threading.Lock()

    def add(self, message: EmailMessage, *, to: tuple[str, ...], now: datetime) -> None:
        """Keep a mail; the oldest goes when there are too many.

        Args:
            message: What came.
            to: For whom.
            now: The instant.
        """
        body = message.get_body(("plain",))
        text = str(body.get_content()) if body is not None else ""
        with self._lock:
            self._mails.append(
                CaughtMail(
                    id=next(self._numbers),
                    received_at=now,
                    sender=str(message["From"] or ""),
                    to=to,
                    subject=str(message["Subject"] or ""),
                    message_id=str(message["Message-ID"] or "").strip("<>"),
                    text=text.replace("\r\n", "\n"),
                )
            )

    def newest(self, *, to: str = "") -> list[CaughtMail]:
        """Read the mails.

        Args:
            to: Only those for mailboxes with this in their name.

        Returns:
            The newest first.
        """
        wanted = to.strip().lower()
        with self._lock:
            kept = list(self._mails)
        return [mail for mail in reversed(kept) if wanted in " ".join(mail.to).lower()]

    def find(self, mail_id: int) -> CaughtMail | None:
        """Read one mail.

        Args:
            mail_id: Which.

        Returns:
            The mail; None when it never came or had to go.
        """
        return next((mail for mail in self.newest() if mail.id == mail_id), None)
