"""Random commands, clock moves, crashes and duplicates: the engine does as a simple model does."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from . import model_process
from .conftest import Engine, nothing
from .model_machine import Machine

#: A long form for `make faults`.
LONG = os.environ.get("MODEL_EXAMPLES")


@pytest.mark.row("D6")
def test_the_engine_does_what_a_simple_model_does(engine: Engine) -> None:
    """Row D6: no token lost, whatever comes twice, crashes, or is repaired meanwhile."""
    engine.operator(nothing)  # the deploy check asks for the topic
    engine.deploy(model_process.DIAGRAM)
    machine = type("Machine", (Machine,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(LONG or 12),
            stateful_step_count=int(os.environ.get("MODEL_STEPS", "40")),
            deadline=None,
            database=None,
            report_multiple_bugs=False,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink) if LONG else (Phase.generate,),
        ),
    )
