"""`normaliza web`."""

import click

from normaliza.commands import current_settings
from normaliza.wiring.web import serve_web


@click.command("web")
def command() -> None:
    """Serve the pages until told to end (gunicorn, two processes of four threads)."""
    serve_web(current_settings())
