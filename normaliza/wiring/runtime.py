"""The engine with its service tasks, its clock and its broker, as every process uses it."""

from celery import Celery

from engine.operators import OperatorRegistry
from engine.runtime import Runtime
from normaliza.settings import Settings
from normaliza.wiring.database import broker_url, choose_clock, open_database
from normaliza.wiring.relying_party import relying_party, sealer
from tasks import celery_app
from tasks.services import Services


def operator_registry(settings: Settings) -> OperatorRegistry:
    """Build every service task.

    Args:
        settings: The program's settings.

    Returns:
        The registry that the engine and the deployment's check ask.
    """
    return celery_app.build_registry(
        relying_party=relying_party(settings),
        sealer=sealer(settings),
        clock=choose_clock(settings),
    )


def outside_world(settings: Settings) -> Services:
    """Build what asks gov.br beside the service tasks.

    Args:
        settings: The program's settings.

    Returns:
        gov.br's client, the sealer and the clock.
    """
    return celery_app.build_services(
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
    return celery_app.make_celery(broker_url(settings))


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
        announce=celery_app.announce_through(celery or build_celery(settings)),
    )
