"""A command is one transaction: all of it or nothing, and the same one twice is once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from engine.commands import CancelInstance, CompleteUserTask, DeliverMessage, StartInstance
from engine.errors import (
    EngineError,
    InstanceNotRunning,
    OutsideTransaction,
    TaskNotOpen,
    UnknownProcess,
)
from engine.store.tables import history, instance, job, subscription, timer, user_task

from .conftest import (
    KEY,
    PROCESS,
    ROAD,
    Engine,
    ask,
    boundary,
    diagram,
    do,
    end,
    nothing,
    start,
    write_effect,
)
from .conftest import timer as timer_of

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def road(engine: Engine) -> Engine:
    """An engine with start → ask → do → end."""

    def answer(_job: object, *, answer: str) -> dict[str, str]:
        return {"echo": answer.upper()}

    engine.operator(answer)
    engine.deploy(ROAD)
    return engine


def test_a_process_goes_from_its_start_through_a_person_and_a_job_to_its_end(road: Engine) -> None:
    assert road.start(answer=None).state == "running"
    task = road.task()
    assert (task.business_key, task.candidate_groups) == (KEY, ("equipe",))
    assert road.complete(answer="sim").state == "running"
    (waiting,) = road.jobs()
    assert (waiting.element_id, waiting.topic, waiting.state) == ("do", "t", "ready")
    assert [nudge.job_id for nudge in road.nudges] == [waiting.id]
    assert road.work()
    ended = road.instance()
    assert (ended.state, ended.ended_at) == ("completed", road.clock.now())
    assert road.rows(job) == road.rows(user_task) == []


def test_the_history_has_each_step_with_its_input_and_the_change_of_data(road: Engine) -> None:
    road.start(login_id=7)
    road.complete(answer="sim")
    road.work()
    steps = road.rows(history)
    assert [(row.step, row.command, row.element_id, row.actor) for row in steps] == [
        (1, "StartInstance", None, "system"),
        (2, "CompleteUserTask", "ask", "ana"),
        (3, "FinishJob", "do", "worker"),
    ]
    assert [row.changes for row in steps] == [{}, {"answer": "sim"}, {"echo": "SIM"}]
    assert steps[0].input == {"variables": {"login_id": 7}}
    assert steps[1].input == {"answers": {"answer": "sim"}}
    assert steps[2].input == {"outputs": {"echo": "SIM"}}
    assert ["ask", "completed"] in steps[1].moves
    assert ["do", "entered"] in steps[1].moves
    assert ["end", "completed"] in steps[2].moves
    assert {row.at for row in steps} == {road.clock.now()}


def test_one_business_key_is_one_instance(road: Engine) -> None:
    first, again = road.start(), road.start()
    assert (again.instance_id, again.repeated) == (first.instance_id, True)
    assert len(road.rows(instance)) == len(road.rows(user_task)) == 1


def test_two_starts_at_once_are_one_instance(road: Engine) -> None:
    together = Barrier(2)

    def begin(_number: int) -> bool:
        together.wait(timeout=10)
        return road.start().repeated

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(begin, range(2))) == [False, True]
    assert len(road.rows(instance)) == len(road.rows(history)) == 1


def test_the_same_command_key_twice_has_one_effect_and_the_same_outcome(road: Engine) -> None:
    road.start()
    command = CompleteUserTask(
        task_id=road.task().id, answers={"answer": "sim"}, actor="ana", key="form:1"
    )
    first = road.runtime.execute(command)
    again = road.runtime.execute(command)
    assert (again.instance_id, again.state, again.repeated) == (
        first.instance_id,
        first.state,
        True,
    )
    assert len(road.rows(job)) == 1
    assert len(road.rows(history)) == 2


def test_the_same_command_key_in_two_threads_has_one_effect(road: Engine) -> None:
    road.start()
    together = Barrier(2)
    command = CompleteUserTask(
        task_id=road.task().id, answers={"answer": "sim"}, actor="ana", key="form:1"
    )

    def send(_number: int) -> bool:
        together.wait(timeout=10)
        return road.runtime.execute(command).repeated

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(send, range(2))) == [False, True]
    assert len(road.rows(job)) == 1


def test_a_user_task_that_was_completed_is_not_open(road: Engine) -> None:
    road.start()
    task_id = road.task().id
    road.complete(answer="sim")
    with pytest.raises(TaskNotOpen):
        road.runtime.execute(CompleteUserTask(task_id=task_id, answers={}, actor="ana"))
    assert len(road.rows(job)) == 1


def test_of_two_people_who_complete_the_same_task_at_once_one_wins(road: Engine) -> None:
    road.start()
    task_id, together = road.task().id, Barrier(2)

    def complete(actor: str) -> str:
        together.wait(timeout=10)
        command = CompleteUserTask(task_id=task_id, answers={"answer": actor}, actor=actor)
        try:
            road.runtime.execute(command)
        except TaskNotOpen:
            return "refused"
        return "done"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(complete, ("ana", "rui"))) == ["done", "refused"]
    assert len(road.rows(job)) == 1


class _Undone(Exception):
    """What a caller raises to undo its transaction."""


def _undo_all(engine: Engine) -> None:
    """Start, complete and write in one transaction, and fail at its end."""
    with engine.runtime.transaction() as connection:
        command = StartInstance(process=PROCESS, business_key=KEY, key="start:1")
        engine.runtime.execute(command, connection=connection)
        task_id = connection.execute(user_task.select()).one().id
        completed = CompleteUserTask(task_id=task_id, answers={"answer": "x"}, actor="ana")
        engine.runtime.execute(completed, connection=connection)
        write_effect(connection)
        raise _Undone


def test_a_callers_rollback_leaves_nothing_and_tells_nobody(road: Engine) -> None:
    with pytest.raises(_Undone):
        _undo_all(road)
    for table in (instance, user_task, job, history):
        assert road.rows(table) == []
    assert (road.nudges, road.effects()) == ([], 0)
    assert not road.start().repeated


def test_a_command_commits_together_with_its_callers_writes(road: Engine) -> None:
    with road.runtime.transaction() as connection:
        write_effect(connection)
        command = StartInstance(process=PROCESS, business_key=KEY)
        road.runtime.execute(command, connection=connection)
    assert (road.effects(), road.open_tasks()) == (1, ["ask"])


def test_a_connection_that_the_runtime_did_not_open_is_refused(road: Engine) -> None:
    command = StartInstance(process=PROCESS, business_key=KEY)
    with road.database.begin() as connection, pytest.raises(OutsideTransaction):
        road.runtime.execute(command, connection=connection)


def test_another_process_goes_on_where_this_one_stopped(road: Engine) -> None:
    road.start()
    road.runtime = road.fresh_runtime()
    road.complete(answer="sim")
    road.runtime = road.fresh_runtime()
    road.work()
    assert road.instance().state == "completed"


def test_the_stored_state_holds_no_diagram(road: Engine) -> None:
    road.start()
    (row,) = road.rows(instance)
    assert len(row.tokens) < 1_000


def test_a_process_that_was_never_deployed_is_named(engine: Engine) -> None:
    with pytest.raises(UnknownProcess, match=PROCESS):
        engine.start()


@pytest.fixture
def parallel(engine: Engine) -> Engine:
    """An engine in whose process a person, a job, a message and a timer wait side by side."""
    engine.operator(nothing)
    fork = '<bpmn:parallelGateway id="fork"/>'
    receive = '<bpmn:receiveTask id="wait" messageRef="m"/>'
    late = boundary("late", "ask", timer_of("PT1H"))
    stop = '<bpmn:endEvent id="stop"><bpmn:terminateEventDefinition id="all"/></bpmn:endEvent>'
    engine.deploy(
        diagram(
            start() + fork + ask() + do() + receive + late + end() + end("e2") + end("e3") + stop,
            flows="start>fork>ask>stop; fork>do>end; fork>wait>e2; late>e3",
            roots='<bpmn:message id="m" name="back"/>',
        )
    )
    engine.start()
    for table in (user_task, job, subscription, timer):
        assert len(engine.rows(table)) == 1
    return engine


def _nothing_waits(engine: Engine) -> bool:
    return not any(engine.rows(table) for table in (user_task, job, subscription, timer))


def test_cancelling_ends_an_instance_and_all_that_it_waits_for(parallel: Engine) -> None:
    task_id = parallel.task().id
    instance_id = parallel.instance().id
    command = CancelInstance(instance_id=instance_id, reason="engano", actor="ana")
    assert parallel.runtime.execute(command).state == "cancelled"
    assert _nothing_waits(parallel)
    assert parallel.rows(history)[-1].input == {"reason": "engano"}
    late: list[CompleteUserTask | DeliverMessage | CancelInstance] = [
        CompleteUserTask(task_id=task_id, answers={}, actor="ana"),
        DeliverMessage(name="back", process=PROCESS, business_key=KEY),
        command,
    ]
    for refused in late:
        with pytest.raises((TaskNotOpen, InstanceNotRunning)):
            parallel.runtime.execute(refused)


def test_a_terminate_end_ends_every_other_branch(parallel: Engine) -> None:
    assert parallel.complete().state == "completed"
    assert _nothing_waits(parallel)


def test_a_refused_command_changes_nothing(parallel: Engine) -> None:
    before = parallel.rows(instance)
    with pytest.raises(EngineError):
        parallel.runtime.execute(
            DeliverMessage(name="other", process=PROCESS, business_key=KEY, key="k")
        )
    assert parallel.rows(instance) == before
