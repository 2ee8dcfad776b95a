"""`normaliza mail-catcher`."""

import click

from normaliza.commands import current_settings
from normaliza.logging_setup import log_as_json
from normaliza.wiring.mail_catcher import serve_catcher


@click.command("mail-catcher")
def command() -> None:
    """Catch mails and show them until told to end; refused in production."""
    settings = current_settings()
    log_as_json("mail-catcher", settings.log_level)
    serve_catcher(settings)
