"""The SMTP server that takes every mail and passes none on."""

import email
import email.policy
from collections.abc import Callable
from datetime import datetime

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from normaliza.mail_catcher.mailbox import Mailbox

#: Ours have a few kilobytes.
_LARGEST_MAIL = 1024 * 1024


class _Catcher:
    """What aiosmtpd calls for each mail."""

    def __init__(self, mailbox: Mailbox, clock: Callable[[], datetime]) -> None:
        self._mailbox = mailbox
        self._clock = clock

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 — aiosmtpd's name
        """Keep a mail."""
        content = envelope.content or b""
        message = email.message_from_bytes(
            content if isinstance(content, bytes) else content.encode(),
            policy=email.policy.default,
        )
        self._mailbox.add(message, to=tuple(envelope.rcpt_tos), now=self._clock())
        return "250 OK"


def make_receiver(mailbox: Mailbox, *, port: int, clock: Callable[[], datetime]) -> Controller:
    """Make the server; it runs in a thread of its own between `start` and `stop`.

    Args:
        mailbox: Where mails go.
        port: Of loopback, where no other machine reaches it.
        clock: Dates what comes.

    Returns:
        The server.
    """
    return Controller(
        _Catcher(mailbox, clock),
        hostname="127.0.0.1",
        port=port,
        # Without a name aiosmtpd would ask the name service for this machine's.
        server_hostname="localhost",
        data_size_limit=_LARGEST_MAIL,
    )
