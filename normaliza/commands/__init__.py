"""The commands, one file each: read the words, call one function, print what it says."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from engine.errors import EngineError
from govbr.errors import GovbrError
from normaliza.settings import Settings, read_settings
from orquestra.errors import OrquestraError


def current_settings() -> Settings:
    """Read the settings of this process.

    Returns:
        The settings.

    Raises:
        SettingsRefused: Something is missing or wrong.
    """
    return read_settings(os.environ)


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Say a refusal of the rules as one sentence, without a traceback.

    Yields:
        Nothing.

    Raises:
        click.ClickException: The rules refused.
    """
    try:
        yield
    except (EngineError, GovbrError, OrquestraError) as error:
        raise click.ClickException(str(error)) from error
