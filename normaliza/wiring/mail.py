"""How notices leave."""

from sqlalchemy import Engine

from normaliza.settings import Settings
from normaliza.wiring.database import choose_clock
from normaliza.wiring.relying_party import sealer
from tasks.mail import SmtpMailer
from tasks.notices import Letterhead, NoticeSender

#: Where a person answers, on pages and in mails.
HELP_CONTACT = "gov.br@inmetro.gov.br"


def notice_sender(settings: Settings, database: Engine) -> NoticeSender | None:
    """Build what sends notices.

    Args:
        settings: The program's settings.
        database: Where notices are.

    Returns:
        The sender; None where there is no mail server: notices stay in the database.
    """
    server = settings.mail.server
    if server is None:
        return None
    return NoticeSender(
        database=database,
        mailer=SmtpMailer(server=server, sender=settings.mail.sender),
        sealer=sealer(settings),
        clock=choose_clock(settings).now,
        letterhead=Letterhead(
            public_url=settings.public_url,
            help_contact=HELP_CONTACT,
            sender=settings.mail.sender,
        ),
    )
