"""A key names one command: what comes with it again, or at the same time, gets its answer."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from engine.command_keys import KEPT, forget
from engine.commands import DeliverMessage, StartInstance
from engine.store.tables import inbox_message, instance

from .conftest import KEY, PROCESS, Engine, ask, diagram, end, start

HEARING = diagram(
    start()
    + '<bpmn:intermediateCatchEvent id="hear"><bpmn:messageEventDefinition messageRef="m"/>'
    + "</bpmn:intermediateCatchEvent>"
    + ask()
    + end(),
    flows="start>hear>ask>end",
    roots='<bpmn:message id="m" name="reply"/>',
)


def _start(business_key: str, key: str) -> StartInstance:
    return StartInstance(process=PROCESS, business_key=business_key, key=key)


def test_a_start_whose_key_was_used_for_another_one_adds_no_instance(engine: Engine) -> None:
    engine.deploy(HEARING)
    first = engine.runtime.execute(_start("login:1", "k"))

    again = engine.runtime.execute(_start("login:2", "k"))

    assert (again.instance_id, again.repeated) == (first.instance_id, True)
    assert [row.business_key for row in engine.rows(instance)] == ["login:1"]


def test_a_start_and_the_early_message_that_it_takes_may_have_one_key(engine: Engine) -> None:
    engine.deploy(HEARING)
    engine.runtime.execute(
        DeliverMessage(
            name="reply", process=PROCESS, business_key=KEY, key="k", ttl=timedelta(days=1)
        )
    )

    engine.runtime.execute(_start(KEY, "k"))

    assert engine.open_tasks() == ["ask"]


@pytest.mark.row("D6")
def test_two_commands_of_one_key_at_the_same_moment_are_one_and_neither_fails(
    engine: Engine,
) -> None:
    """Row D6: lock errors are never shown: the second gets the first one's answer."""
    engine.deploy(HEARING)
    together = threading.Barrier(2)

    def begin(business_key: str) -> tuple[int | None, bool]:
        runtime = engine.fresh_runtime()
        with runtime.database.connect():
            together.wait(10)
        outcome = runtime.execute(_start(business_key, "k"))
        return outcome.instance_id, outcome.repeated

    for _ in range(8):
        with ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(begin, ["login:1", "login:2"]))
        assert {number for number, _ in answers} == {answers[0][0]}
        assert sorted(repeated for _, repeated in answers) == [False, True]
        assert len(engine.rows(instance)) == 1
        with engine.database.begin() as connection:
            assert connection.scalar(text("SELECT count(*) FROM engine.history")) == 1
            connection.execute(text("TRUNCATE engine.instance, engine.remembered_command CASCADE"))


@pytest.mark.row("D4")
def test_a_message_that_comes_again_while_the_first_is_being_taken_is_not_kept(
    engine: Engine,
) -> None:
    """Row D4: same message id twice: one effect."""
    engine.deploy(HEARING)
    message = DeliverMessage(
        name="reply", process=PROCESS, business_key=KEY, key="k", ttl=timedelta(days=1)
    )
    engine.runtime.execute(message)

    with ThreadPoolExecutor(1) as threads:
        with engine.runtime.transaction() as connection:
            begun = engine.runtime.execute(_start(KEY, "s"), connection=connection)
            again = threads.submit(engine.fresh_runtime().execute, message)
            _until_somebody_waits_for_a_lock(engine)
        answer = again.result(10)

    assert (answer.instance_id, answer.repeated) == (begun.instance_id, True)
    assert engine.rows(inbox_message) == []


def test_a_kept_message_whose_key_was_used_meanwhile_keeps_no_instance_from_starting(
    engine: Engine,
) -> None:
    engine.deploy(HEARING)
    engine.runtime.execute(
        DeliverMessage(
            name="reply", process=PROCESS, business_key="login:2", key="k", ttl=timedelta(days=1)
        )
    )
    engine.runtime.execute(_start("login:1", "k"))

    outcome = engine.runtime.execute(_start("login:2", "other"))

    assert outcome.state == "running"
    assert engine.open_tasks() == []


def _until_somebody_waits_for_a_lock(engine: Engine) -> None:
    for _ in range(500):
        with engine.database.connect() as connection:
            if connection.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
        time.sleep(0.01)  # between two looks
    raise AssertionError("nobody waits")


def test_a_key_is_known_for_as_long_as_said_and_a_business_key_for_ever(engine: Engine) -> None:
    engine.deploy(HEARING)
    first = engine.runtime.execute(_start("login:1", "k"))
    engine.clock.advance(KEPT)
    assert _forgotten(engine) == 0
    assert engine.runtime.execute(_start("login:2", "k")).repeated

    engine.clock.advance(timedelta(seconds=1))
    engine.runtime.execute(_start("login:3", "young"))
    assert (_forgotten(engine), _forgotten(engine)) == (1, 0)
    assert not engine.runtime.execute(_start("login:2", "k")).repeated
    again = engine.runtime.execute(_start("login:1", "another"))
    assert (again.instance_id, again.repeated) == (first.instance_id, True)


def _forgotten(engine: Engine) -> int:
    with engine.database.begin() as connection:
        return forget(connection, now=engine.clock.now())
