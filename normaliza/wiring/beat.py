"""The beat's process: Celery's clock, which asks for a sweep again and again."""

from celery import signals

from normaliza.logging_setup import log_as_json
from normaliza.settings import Settings
from normaliza.wiring.runtime import build_celery


def run_beat(settings: Settings) -> None:
    """Ask for sweeps until told to end.

    What is due stands in the database, so the beat remembers nothing and a second one is harmless.

    Args:
        settings: The program's settings.
    """
    log_as_json("beat", settings.log_level)
    signals.setup_logging.connect(_set_up_nothing, weak=False)
    celery = build_celery(settings)
    celery.Beat(scheduler_cls="celery.beat:Scheduler", quiet=True).run()


def _set_up_nothing(**_facts: object) -> None:
    """Take the place of Celery's own logging: connecting is enough."""
