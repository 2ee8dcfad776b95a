"""A mailer that keeps mails, for tests; it answers as a server would."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tasks.mail.composing import compose
from tasks.mail.port import (
    Mail,
    MailConnectionLost,
    MailDeferred,
    MailRefused,
    MailServerAway,
)


@dataclass(kw_only=True, slots=True)
class RecordingMailer:
    """Keeps what is sent through it.

    Args:
        sender: The mailbox that mails come from.
        mails: What was taken, in order.
        refused: Mailboxes that are refused for good.
        deferred: Mailboxes that are refused for now.
        broken: Mailboxes at which the connection breaks.
        away: Whether the server cannot be reached.
        connections: How often it was reached.
    """

    sender: str = "nao-responda@orquestra.example"
    mails: list[Mail] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    deferred: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    away: bool = False
    connections: int = 0

    @contextmanager
    def connect(self) -> Iterator["RecordingMailer"]:
        """Open a way, as `tasks.mail.port.Mailer` says.

        Yields:
            Itself, as the delivery.

        Raises:
            MailServerAway: It was told to be.
        """
        if self.away:
            raise MailServerAway("ConnectionRefusedError")
        self.connections += 1
        yield self

    def send(self, mail: Mail) -> None:
        """Keep a mail, as `tasks.mail.port.Delivery` says.

        Args:
            mail: The mail.

        Raises:
            MailRefused: To a mailbox that is refused, or to none.
            MailDeferred: To one that is refused for now.
            MailConnectionLost: To one at which the connection breaks.
        """
        compose(mail, sender=self.sender)
        if mail.to in self.refused:
            raise MailRefused("550")
        if mail.to in self.deferred:
            raise MailDeferred("451")
        if mail.to in self.broken:
            raise MailConnectionLost("SMTPServerDisconnected")
        self.mails.append(mail)
