"""The engine with its service tasks, its clock and its broker, as every process uses it."""

import importlib
from typing import Protocol, cast

from celery import Celery

from engine.clock import Clock
from engine.operators import OperatorRegistry
from engine.runtime import Announce, Runtime
from govbr.sealing import Sealer
from govbr.settings import RelyingPartySettings
from normaliza.settings import Settings
from normaliza.wiring.database import broker_url, choose_clock, open_database
from normaliza.wiring.relying_party import relying_party, sealer


class Tasks(Protocol):
    """What `tasks.celery_app` offers to whoever wires a process together."""

    def build_registry(
        self, *, relying_party: RelyingPartySettings, sealer: Sealer, clock: Clock
    ) -> OperatorRegistry:
        """Build every service task, each given what it needs."""

    def make_celery(self, broker_url: str) -> Celery:
        """Make Celery on a broker: queues, JSON only, events on, the beat's schedule."""

    def announce_through(self, celery: Celery) -> Announce:
        """Make what tells the broker about new jobs: a message a job, named by its topic."""

    def add_work(self, celery: Celery, runtime: Runtime, *, lease_seconds: float) -> None:
        """Register the jobs and the sweep as Celery tasks."""


def tasks() -> Tasks:
    """Load the package that knows Celery.

    Returns:
        The module.
    """
    return cast("Tasks", importlib.import_module("tasks.celery_app"))


def operator_registry(settings: Settings) -> OperatorRegistry:
    """Build every service task.

    Args:
        settings: The program's settings.

    Returns:
        The registry that the engine and the deployment's check ask.
    """
    return tasks().build_registry(
        relying_party=relying_party(settings),
        sealer=sealer(settings),
        clock=choose_clock(settings),
    )


def build_celery(settings: Settings) -> Celery:
    """Build Celery on this program's broker.

    Args:
        settings: The program's settings.

    Returns:
        The application, which connects when first used.
    """
    return tasks().make_celery(broker_url(settings))


def build_runtime(settings: Settings, celery: Celery | None = None) -> Runtime:
    """Build the engine.

    Args:
        settings: The program's settings.
        celery: The process's own Celery; made here when it has none.

    Returns:
        The engine; its database connects when first used.
    """
    return Runtime(
        database=open_database(settings),
        operators=operator_registry(settings),
        clock=choose_clock(settings),
        announce=tasks().announce_through(celery or build_celery(settings)),
    )
