"""A message that comes before anything waits for it is kept for a while, once."""

import logging
from datetime import timedelta
from typing import Any

import pytest

from engine.commands import DeliverMessage, Outcome
from engine.errors import InstanceNotRunning, MessageNotExpected
from engine.operators import Job
from engine.store.tables import history, inbox_message
from engine.sweep import Sweep

from .conftest import KEY, PROCESS, Engine, ask, diagram, do, end, start

TTL = timedelta(minutes=10)


def send(engine: Engine, number: int, **changes: object) -> Outcome:
    values: dict[str, Any] = {
        "name": "back",
        "process": PROCESS,
        "business_key": KEY,
        "payload": {f"answer_{number}": number},
        "ttl": TTL,
        "key": f"message:{number}",
    }
    return engine.runtime.execute(DeliverMessage(**{**values, **changes}))


@pytest.fixture
def asking(engine: Engine) -> Engine:
    """An engine whose process asks a person first and then waits for the message twice."""
    engine.deploy(
        diagram(
            start()
            + ask()
            + '<bpmn:receiveTask id="one" messageRef="m"/><bpmn:receiveTask id="two" '
            'messageRef="m"/>' + ask("last") + end(),
            flows="start>ask>one>two>last>end",
            roots='<bpmn:message id="m" name="back"/>',
        )
    )
    return engine


def test_an_early_message_is_delivered_when_something_waits_for_it(asking: Engine) -> None:
    asking.start()

    kept = send(asking, 1)
    assert (kept.state, kept.repeated) == ("kept", False)
    asking.complete()

    assert asking.open_tasks() == []
    assert asking.rows(inbox_message) == []
    assert asking.rows(history)[-1].input["inbox"] == [["back", {"answer_1": 1}]]


def test_early_messages_are_delivered_in_the_order_in_which_they_came(asking: Engine) -> None:
    asking.start()
    for number in (2, 1):
        send(asking, number)

    asking.complete()

    assert asking.open_tasks() == ["last"]
    letters = asking.rows(history)[-1].input["inbox"]
    assert letters == [["back", {"answer_2": 2}], ["back", {"answer_1": 1}]]
    variables = asking.task("last").variables
    assert (variables["answer_1"], variables["answer_2"]) == (1, 2)


@pytest.mark.row("D4")
def test_the_same_message_twice_has_one_effect_before_and_after_its_delivery(
    asking: Engine,
) -> None:
    """Row D4: same callback or message id twice: one effect."""
    asking.start()

    send(asking, 1)
    assert send(asking, 1).repeated
    assert len(asking.rows(inbox_message)) == 1
    asking.complete()
    assert send(asking, 1).repeated

    assert asking.open_tasks() == []
    assert len(asking.rows(history)) == 2


def test_a_message_that_is_waited_for_goes_past_the_inbox(asking: Engine) -> None:
    asking.start()
    asking.complete()

    assert send(asking, 1).state == "running"
    assert asking.rows(inbox_message) == []


@pytest.mark.row("D5")
def test_a_message_may_come_before_its_instance(asking: Engine) -> None:
    """Row D5: a message that arrives before the wait state is kept and correlated later."""
    send(asking, 1)
    asking.start()
    asking.complete()

    assert asking.rows(inbox_message) == []


def test_a_message_that_came_while_its_instance_was_started_is_found_by_the_sweep(
    asking: Engine,
) -> None:
    asking.start()
    asking.complete()
    with asking.database.begin() as connection:
        # As two transactions at once leave it: the message saw no instance, the start no message.
        connection.execute(
            inbox_message.insert().values(
                process=PROCESS,
                business_key=KEY,
                name="back",
                payload={"answer_1": 1},
                actor="system",
                key="message:1",
                arrived_at=asking.clock.now(),
                expires_at=asking.clock.now() + TTL,
            )
        )

    asking.sweep()

    assert asking.rows(inbox_message) == []
    assert asking.rows(history)[-1].changes == {"answer_1": 1}
    assert send(asking, 1).repeated


def test_a_message_that_waited_too_long_is_dropped_with_a_warning(
    asking: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    asking.start()
    send(asking, 1)
    asking.clock.advance(TTL)

    asking.complete()
    assert len(asking.rows(inbox_message)) == 1
    with caplog.at_level(logging.WARNING):
        asking.sweep()

    assert asking.rows(inbox_message) == []
    assert [record.getMessage() for record in caplog.records] == ["A message waited in vain"]


def test_a_message_without_a_time_to_live_or_for_an_ended_instance_is_refused(
    asking: Engine,
) -> None:
    asking.start()
    with pytest.raises(MessageNotExpected):
        send(asking, 1, ttl=None)
    asking.complete()
    send(asking, 2)
    send(asking, 3)
    asking.complete("last")

    with pytest.raises(InstanceNotRunning):
        send(asking, 4)
    assert asking.rows(inbox_message) == []


@pytest.mark.row("D21")
def test_a_message_that_fails_keeps_no_other_waiting(engine: Engine) -> None:
    """D21: a poison job cannot starve others (per-key backoff, fair batch)."""

    def fail(_job: Job, *, broken: bool) -> None:
        if broken:
            raise ValueError("poison")

    engine.operator(fail, inline=True)
    engine.deploy(
        diagram(
            start() + '<bpmn:receiveTask id="one" messageRef="m"/>' + do() + end(),
            flows="start>one>do>end",
            roots='<bpmn:message id="m" name="back"/>',
        )
    )
    now = engine.clock.now()
    for key, broken in (("login:1", True), ("login:2", False)):
        engine.start(key)
        kept = {"process": PROCESS, "business_key": key, "name": "back", "actor": "govbr"}
        with engine.database.begin() as connection:
            connection.execute(
                inbox_message.insert().values(
                    **kept, payload={"broken": broken}, arrived_at=now, expires_at=now + TTL
                )
            )
    assert Sweep(runtime=engine.runtime).deliver() == 1
    assert engine.instance("login:2").state == "completed"
    assert [row.business_key for row in engine.rows(inbox_message)] == ["login:1"]
