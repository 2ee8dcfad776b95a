# ruff: noqa: INP001 - scripts, not a package
"""The process that matters most, on a benchmark's database, with its real service tasks."""

from pathlib import Path

import sqlalchemy

from engine.clock import Clock, SystemClock
from engine.definitions import deploy
from engine.runtime import Runtime
from govbr.sealing import Sealer
from govbr.testing import settings_for_tests
from tasks.celery_app import build_registry

DIAGRAM = Path(__file__).parents[1] / "bpmn" / "normalizacao" / "normalizacao.bpmn"


def runtime_on(url: str, clock: Clock | None = None) -> Runtime:
    """Make the engine on a database; nobody is told about jobs."""
    clock = clock or SystemClock()
    operators = build_registry(
        relying_party=settings_for_tests(), sealer=Sealer("s" * 32), clock=clock
    )
    return Runtime(
        database=sqlalchemy.create_engine(url),
        operators=operators,
        clock=clock,
        announce=lambda _: None,
    )


def deploy_normalizacao(runtime: Runtime) -> None:
    """Deploy the diagram as it is in the repository."""
    with runtime.database.begin() as connection:
        deploy(
            connection,
            {DIAGRAM.name: DIAGRAM.read_text(encoding="utf-8")},
            operators=runtime.operators,
            deployed_by="bench",
            now=runtime.clock.now(),
        )
