"""Write a mail as RFC 5322 wants it: plain text, UTF-8, marked as written by a program."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tasks.mail.port import Mail, MailRefused

SENDER_NAME = "Orquestra"

#: What a mailbox looks like; the server knows better, but no header is forged by one of these.
_MAILBOX = re.compile(
    r"[^\s@<>(),;:\"\\\[\]\x00-\x1f\x7f]{1,64}@[^\s@<>(),;:\"\\\[\]\x00-\x1f\x7f]{1,253}"
)


def compose(mail: Mail, *, sender: str) -> EmailMessage:
    """Write a mail.

    Args:
        mail: What to write.
        sender: The mailbox that it comes from.

    Returns:
        The message, in ASCII but for an address that cannot be.

    Raises:
        MailRefused: Its address is none.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(SENDER_NAME, addr_spec=sender)
    message["To"] = _recipient(mail.to)
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = _date(mail.date)
    message["Message-ID"] = f"<{mail.message_id}>"
    # RFC 3834: nobody's holiday reply answers this.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    return message


def _recipient(address: str) -> Address:
    """Check an address and write its domain in ASCII (RFC 5890)."""
    if _MAILBOX.fullmatch(address) is None:
        raise MailRefused("endereco_invalido")
    local, _at, domain = address.rpartition("@")
    try:
        return Address(username=local, domain=domain.encode("idna").decode("ascii"))
    except UnicodeError as error:
        raise MailRefused("endereco_invalido") from error


def _date(instant: datetime) -> str:
    """Write an instant with its offset."""
    return format_datetime(instant)
