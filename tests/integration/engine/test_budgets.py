"""Large values are warned of, then refused by name; what is large already still goes on."""

import logging

import pytest

from engine.budgets import Budget
from engine.commands import DeliverMessage
from engine.errors import InstanceTooLarge, ValueTooLarge
from engine.store.tables import history, instance

from .conftest import KEY, PROCESS, ROAD, Engine, ask, diagram, end, nothing, start


@pytest.fixture
def road(engine: Engine) -> Engine:
    """An engine with the road, whose budgets are small."""
    engine.operator(nothing)
    engine.deploy(ROAD)
    engine.runtime.budget = Budget(
        value_warning=1_000, value_limit=4_000, instance_warning=5_000, instance_limit=10_000
    )
    return engine


@pytest.mark.row("D13")
def test_a_value_over_its_budget_is_refused_by_name_and_nothing_is_changed(road: Engine) -> None:
    road.start()
    with pytest.raises(ValueTooLarge, match="«laudo» of instance 1 would take 4002 bytes"):
        road.complete(laudo="x" * 4_000)
    assert road.open_tasks() == ["ask"]
    assert len(road.rows(history)) == 1
    road.complete(laudo="x" * 3_000)
    assert road.instance().state == "running"


def test_a_start_with_a_value_over_its_budget_leaves_no_instance(road: Engine) -> None:
    with pytest.raises(ValueTooLarge, match="«laudo»"):
        road.start(laudo="x" * 4_000)
    assert road.rows(instance) == []


@pytest.mark.row("D13")
def test_an_instance_over_its_budget_is_refused_with_its_largest_variables(road: Engine) -> None:
    road.start(a="x" * 3_500, b="x" * 3_400, c="x" * 10)
    with pytest.raises(InstanceTooLarge, match=r"«d» \(3602 bytes\), «a» \(3502.*«b» \(3402"):
        road.complete(d="x" * 3_600)
    assert road.open_tasks() == ["ask"]


@pytest.mark.row("D13")
def test_what_is_on_its_way_to_its_limit_is_logged_by_name_without_its_content(
    road: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="engine.budgets"):
        road.start(laudo="segredo" * 300)
        road.complete(outro="x" * 3_000)
    told = [(vars(each)["action"], vars(each).get("variable")) for each in caplog.records]
    assert told == [("large_value", "laudo"), ("large_value", "outro"), ("large_instance", None)]
    assert "segredo" not in caplog.text


def test_what_is_too_large_already_goes_on_and_may_shrink(road: Engine) -> None:
    road.runtime.budget = Budget()
    road.start(a="x" * 20_000)
    road.runtime.budget = Budget(value_limit=4_000, value_warning=100, instance_limit=10_000)
    road.complete(a="", small=1)
    assert road.jobs()[0].element_id == "do"


def test_a_messages_payload_is_weighed_like_an_answer(engine: Engine) -> None:
    catch = '<bpmn:receiveTask id="wait" messageRef="m"/>'
    engine.deploy(
        diagram(
            start() + catch + ask() + end(),
            flows="start>wait>ask>end",
            roots='<bpmn:message id="m" name="back"/>',
        )
    )
    engine.start()
    with pytest.raises(ValueTooLarge, match="«laudo»"):
        engine.runtime.execute(
            DeliverMessage(
                name="back", process=PROCESS, business_key=KEY, payload={"laudo": "x" * 200_000}
            )
        )


def test_an_operators_output_over_the_budget_is_an_incident_that_names_it(engine: Engine) -> None:
    engine.operator(lambda _job: {"laudo": "x" * 200_000})
    engine.deploy(ROAD)
    engine.start()
    engine.complete()
    engine.work()
    (job,) = engine.jobs()
    assert job.state == "incident"
    assert "«laudo»" in str(job.last_error)
