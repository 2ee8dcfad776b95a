"""Mail: the port that notices leave by, what fills it, and what is written on the way."""

from tasks.mail.port import (
    Delivery,
    Mail,
    MailConnectionLost,
    MailDeferred,
    Mailer,
    MailError,
    MailRefused,
    MailServerAway,
)
from tasks.mail.recording import RecordingMailer
from tasks.mail.smtp import SmtpMailer, SmtpServer

__all__ = [
    "Delivery",
    "Mail",
    "MailConnectionLost",
    "MailDeferred",
    "MailError",
    "MailRefused",
    "MailServerAway",
    "Mailer",
    "RecordingMailer",
    "SmtpMailer",
    "SmtpServer",
]
