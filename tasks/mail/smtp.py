"""Mail by SMTP (RFC 5321) with Python's own smtplib: TLS everywhere but on this machine."""

import smtplib
import ssl
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

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PERMANENT = 500
#: "Service not available, closing transmission channel".
_CLOSING = 421


@dataclass(frozen=True, kw_only=True, slots=True)
class SmtpServer:
    """Where mail is handed over.

    Args:
        host: The server.
        port: Its port.
        implicit_tls: TLS from the first byte on (RFC 8314); else STARTTLS, which only a server on
            this machine may do without.
        username: Who we are there; None: it takes mail from everybody that reaches it.
        password: Our password there.
    """

    host: str
    port: int
    implicit_tls: bool = False
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def local(self) -> bool:
        """Whether it runs on this machine."""
        return self.host in _LOOPBACK


@dataclass(frozen=True, kw_only=True, slots=True)
class SmtpMailer:
    """Carries mails to one SMTP server.

    Args:
        server: Which.
        sender: The mailbox that mails come from.
        timeout: Seconds that the server gets for each answer.
        tls: Checks the server's certificate; None: against this machine's authorities.
    """

    server: SmtpServer
    sender: str
    timeout: float = 10.0
    tls: ssl.SSLContext | None = None

    @contextmanager
    def connect(self) -> Iterator["SmtpDelivery"]:
        """Connect, secure the connection and log in.

        Yields:
            The delivery.

        Raises:
            MailServerAway: One of these failed; the reason is a word or a reply code.
        """
        try:
            client = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerAway(_reason(error)) from error
        try:
            yield SmtpDelivery(client, self.sender)
        finally:
            _leave(client)

    def _open(self) -> smtplib.SMTP:
        """Make the connection; one that cannot be used is closed again."""
        server = self.server
        # Our name in EHLO is given: smtplib would ask the name service for it.
        name = self.sender.rpartition("@")[2]
        client: smtplib.SMTP
        if server.implicit_tls:
            client = smtplib.SMTP_SSL(
                server.host, server.port, name, timeout=self.timeout, context=self._context()
            )
        else:
            client = smtplib.SMTP(server.host, server.port, name, timeout=self.timeout)
        try:
            self._secure(client)
        except BaseException:
            client.close()
            raise
        return client

    def _secure(self, client: smtplib.SMTP) -> None:
        """Turn TLS on where it is not yet, and log in."""
        client.ehlo()
        if not self.server.implicit_tls and not (
            self.server.local and not client.has_extn("starttls")
        ):
            client.starttls(context=self._context())
            client.ehlo()
        if self.server.username is not None:
            client.login(self.server.username, self.server.password or "")

    def _context(self) -> ssl.SSLContext:
        """What checks the certificate."""
        return self.tls or ssl.create_default_context()


class SmtpDelivery:
    """One connection.

    Args:
        client: Connected.
        sender: The mailbox that mails come from.
    """

    def __init__(self, client: smtplib.SMTP, sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Hand one mail over; see `tasks.mail.port.Delivery`.

        Args:
            mail: The mail.

        Raises:
            MailRefused: A reply of 5xx to the address or the text.
            MailDeferred: A reply of 4xx to it.
            MailConnectionLost: No reply, or the server hung up.
            MailServerAway: The server takes nothing from our sender.
        """
        message = compose(mail, sender=self._sender)
        try:
            self._client.send_message(message)
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused("endereco_internacional") from error
        except smtplib.SMTPSenderRefused as error:
            raise MailServerAway(str(error.smtp_code)) from error
        except smtplib.SMTPRecipientsRefused as error:
            ((code, _words),) = error.recipients.values()
            raise _refusal(code) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailConnectionLost(_reason(error)) from error


def _refusal(code: int) -> MailRefused | MailDeferred:
    """Read a reply code."""
    if code == _CLOSING:
        return MailConnectionLost(str(code))
    return MailRefused(str(code)) if code >= _PERMANENT else MailDeferred(str(code))


def _reason(error: Exception) -> str:
    """Say what happened without a server's words."""
    code = getattr(error, "smtp_code", None)
    return type(error).__name__ if code is None else str(code)


def _leave(client: smtplib.SMTP) -> None:
    """Say goodbye; a server that is gone needs none, and everything is settled already."""
    try:
        client.quit()
    except (OSError, smtplib.SMTPException):
        client.close()
