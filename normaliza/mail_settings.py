"""The settings of mail: where it is handed over, whom it comes from, and the catcher's ports."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from normaliza.reading import Reader
from tasks.mail import SmtpServer

#: The usual ports of submission, with STARTTLS and with TLS from the first byte (RFC 8314).
_PORTS: Final = {"smtp": 587, "smtps": 465}
_MAILBOX = re.compile(r"[\w%+-]+(\.[\w%+-]+)*@[a-z\d-]+(\.[a-z\d-]+)*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """What mail is told.

    Attributes:
        server: Where mails are handed over; None: nowhere, or to the catcher that `up` starts.
        sender: The mailbox that they come from.
        catcher_port: Of the catcher's page.
        catcher_smtp_port: Of the catcher's SMTP server.
    """

    server: SmtpServer | None
    sender: str
    catcher_port: int
    catcher_smtp_port: int


def read_mail(read: Reader, *, development: bool, public_url: str) -> MailSettings:
    """Read and check what mail is told.

    Args:
        read: The environment.
        development: Whether there may be no mail server.
        public_url: Of the portal; mails come from its host.

    Returns:
        The settings.
    """
    return MailSettings(
        server=_server(read, required=not development),
        sender=_sender(read, public_url),
        catcher_port=read.number("NORMALIZA_MAILBOX_PORT", 8027, 1, 65535),
        catcher_smtp_port=read.number("NORMALIZA_MAILBOX_SMTP_PORT", 8025, 1, 65535),
    )


def _server(read: Reader, *, required: bool) -> SmtpServer | None:
    """Where mails are handed over; the address may hold a password and is never shown."""
    name = "NORMALIZA_SMTP_URL"
    value = read.environment.get(name)
    if not value:
        if required:
            read.refuse(f"{name} is not set: set it, or nobody is ever told anything.")
        return None
    server = _parse(value)
    if server is None:
        read.refuse(
            f"{name} (not shown, it may hold a password) is not understood: write it as "
            "smtp://user:password@host:port or smtps://…, with special characters as %XX."
        )
    return server


def _parse(value: str) -> SmtpServer | None:
    """Take an address apart; None where it is none of ours."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return None
    extra = parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme not in _PORTS or not parts.hostname or extra or not value.isprintable():
        return None
    if (parts.username is None) != (parts.password is None):
        return None
    return SmtpServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        implicit_tls=parts.scheme == "smtps",
        username=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
    )


def _sender(read: Reader, public_url: str) -> str:
    """The mailbox that mails come from."""
    name = "NORMALIZA_MAIL_FROM"
    value = read.text(name, f"nao-responda@{_host(public_url)}")
    if _MAILBOX.fullmatch(value) is None:
        read.refuse(f"{name} is {value!r}: set it to one e-mail address, in ASCII.")
    return value


def _host(public_url: str) -> str:
    """The portal's host; a number is no domain that mail can come from."""
    try:
        host = urlsplit(public_url).hostname or "localhost"
        ipaddress.ip_address(host)
    except ValueError:
        return host if public_url.isascii() else "localhost"
    return "localhost"
