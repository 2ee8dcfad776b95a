"""The mail catcher's process, for machines whose mails shall reach nobody."""

from normaliza.errors import DevelopmentOnly
from normaliza.mail_catcher import CatcherConfig, serve
from normaliza.settings import Settings
from normaliza.wiring.database import choose_clock


def serve_catcher(settings: Settings) -> None:
    """Run the catcher until it is told to end.

    Args:
        settings: The program's settings.

    Raises:
        DevelopmentOnly: In production, where nobody would read what it caught.
    """
    if not settings.development:
        raise DevelopmentOnly(
            "The mail catcher does not run with NORMALIZA_ENV=production: set NORMALIZA_SMTP_URL "
            "to the real mail server."
        )
    serve(
        CatcherConfig(
            port=settings.mail.catcher_port,
            smtp_port=settings.mail.catcher_smtp_port,
            clock=choose_clock(settings).now,
        )
    )
