"""`normaliza up`."""

import click

from normaliza.commands import current_settings, refusals_in_words
from normaliza.running.everything import run_everything


@click.command("up")
def command() -> None:
    """Start servers, web, worker, beat and simulator; Ctrl-C ends them all.

    The first start makes a base to try it on; later ones go on with what is there.
    """
    with refusals_in_words():
        run_everything(current_settings())
