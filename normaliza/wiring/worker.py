"""The worker's process: Celery does the jobs that the engine keeps."""

import os
import sys

from celery import Celery, signals
from kombu.exceptions import OperationalError

from engine.runtime import Runtime
from normaliza.logging_setup import log_as_json
from normaliza.settings import Settings
from normaliza.wiring.mail import notice_sender
from normaliza.wiring.runtime import build_celery, build_runtime, outside_world
from tasks.celery_app import add_work
from tasks.queues import QUEUES
from tasks.registration import INTERACTIVE

_ANSWER_SECONDS = 1.0
#: Of nice(2): what is left of the processors when everybody wants them.
_GIVES_WAY = 10


def run_worker(settings: Settings, *, interactive: bool = False) -> None:
    """Do jobs until told to end; those in hand are finished first.

    Args:
        settings: The program's settings.
        interactive: Only those that people wait for, so that some hands are always free for them.
            A worker that does all gives way to pages and to those hands.

    Raises:
        SystemExit: With Celery's own exit code.
    """
    log_as_json("worker", settings.log_level)
    celery = build_celery(settings)
    runtime = build_runtime(settings, celery)
    add_work(
        celery,
        runtime,
        lease_seconds=settings.job_lease_seconds,
        four_eyes=settings.four_eyes,
        sender=notice_sender(settings, runtime.database),
        services=outside_world(settings),
    )
    _keep_our_logs()
    _own_connections(runtime)
    if not interactive:
        os.nice(_GIVES_WAY)
    worker = celery.Worker(
        queues=[INTERACTIVE] if interactive else list(QUEUES),
        pool="prefork",
        concurrency=settings.workers,
        task_events=True,
        # Workers need not know each other: the database says who holds what.
        without_gossip=True,
        without_mingle=True,
        quiet=True,
    )
    worker.start()
    sys.exit(worker.exitcode)


def worker_answers(settings: Settings) -> bool:
    """Ask over the broker whether a worker is there.

    Args:
        settings: The program's settings.

    Returns:
        Whether one answered within a second.
    """
    celery: Celery = build_celery(settings)
    with celery.connection_for_write() as connection:
        try:
            return bool(celery.control.ping(timeout=_ANSWER_SECONDS, connection=connection))
        except OperationalError:
            return False


def _keep_our_logs() -> None:
    """Keep Celery from setting logging up its own way."""
    signals.setup_logging.connect(_set_up_nothing, weak=False)


def _set_up_nothing(**_facts: object) -> None:
    """Take the place of Celery's own set-up: connecting is enough."""


def _own_connections(runtime: Runtime) -> None:
    """Have each child open connections of its own: two processes cannot share one."""

    def forget(**_facts: object) -> None:
        runtime.database.dispose(close=False)

    signals.worker_process_init.connect(forget, weak=False)
