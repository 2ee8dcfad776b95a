"""What a mailer is, and the ways in which a mail may not go out.

MailError
├── MailServerAway           nothing was tried: every mail waits
└── MailDeferred             this mail: later
    └── MailConnectionLost   and the connection is gone with it
MailRefused (a MailError)    this mail: never

No error's text holds an address or a server's words, which often repeat one.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """One mail to one mailbox.

    Args:
        message_id: What tells it apart, without the angle brackets; a repeated send has the same.
        to: The mailbox.
        subject: The subject.
        text: The whole text.
        date: When it was written.
    """

    message_id: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    date: datetime


class MailError(Exception):
    """A mail did not go out.

    Args:
        reason: A word or a reply code (RFC 5321, 4.2).
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The mail did not go out: {reason}")


class MailRefused(MailError):
    """This mail will never be taken: its address cannot be, or the server said so for good."""


class MailDeferred(MailError):
    """This mail was not taken now."""


class MailConnectionLost(MailDeferred):
    """The connection ended within this mail, which may have been taken or not."""


class MailServerAway(MailError):
    """The server cannot be reached, or takes nothing from us at all."""


class Delivery(Protocol):
    """An open way to the mail server."""

    def send(self, mail: Mail) -> None:
        """Hand one mail over.

        Args:
            mail: The mail.

        Raises:
            MailRefused: Never to be tried again.
            MailDeferred: To be tried later; after MailConnectionLost on another delivery.
            MailServerAway: To be tried later, as all others.
        """


class Mailer(Protocol):
    """Whatever can carry mails away."""

    def connect(self) -> AbstractContextManager[Delivery]:
        """Open a way to the mail server, closed at the end of the block.

        Returns:
            The delivery.

        Raises:
            MailServerAway: There is no way now.
        """
