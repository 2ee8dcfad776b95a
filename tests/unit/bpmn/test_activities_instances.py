"""Multi-instance activities: each instance waits by itself, and keeps what it finds out."""

from typing import Any

import pytest

from engine.errors import LoopRefused

from .diagrams import ask, boundary, diagram, do, end, node, sequence, start, timer
from .markers import PEOPLE, RESULTS, SUB, many, road
from .walk import Walk


@pytest.mark.cell(
    "userTask/parallel",
    "multiInstanceLoopCharacteristics/@camunda:collection",
    "multiInstanceLoopCharacteristics/@camunda:elementVariable",
    "multiInstanceLoopCharacteristics/loopDataOutputRef",
    "multiInstanceLoopCharacteristics/outputDataItem",
)
def test_a_parallel_user_task_waits_once_for_each_and_goes_on_after_the_last() -> None:
    walk = road(ask("each", many(inside=RESULTS)))
    assert walk.start(people=PEOPLE) == ["each"] * 3
    seen = [wait.variables for wait in walk.waits().user_tasks.values()]
    assert [each["person"] for each in seen] == PEOPLE
    assert [each["loopCounter"] for each in seen] == [0, 1, 2]
    assert {each["nrOfInstances"] for each in seen} == {3}
    uids = list(walk.waits().user_tasks)
    for number, left in ((2, 2), (0, 1), (1, 0)):
        execution = walk._load()
        execution.complete_user_task(uids[number], {"answer": number, "other": "own"})
        assert walk._rest(execution) == (["each"] * left or ["after"])
    assert walk.moves[0] == [["start", "completed"], *[["each", "entered"]] * 3]
    assert sorted(walk.moves[-1]) == [["after", "entered"], ["each", "completed"]]
    assert walk.variables() == {"people": PEOPLE, "answers": [0, 1, 2]}
    assert walk.complete("after") == []
    assert walk.completed


@pytest.mark.cell("userTask/sequential", "multiInstanceLoopCharacteristics/@isSequential=true")
def test_a_sequential_user_task_waits_for_one_after_the_other() -> None:
    walk = road(ask("each", many(inside=RESULTS, sequential=True)))
    assert walk.start(people=PEOPLE) == ["each"]
    for number, person in enumerate(PEOPLE):
        (wait,) = walk.waits().user_tasks.values()
        assert (wait.variables["person"], wait.variables["loopCounter"]) == (person, number)
        walk.complete("each", answer=person.upper())
    assert walk.tokens() == ["after"]
    assert walk.variables()["answers"] == ["ANA", "BIA", "CAIO"]
    assert "person" not in walk.variables()


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("people", [[], None])
def test_an_empty_list_is_passed_at_once_and_no_list_is_refused(
    people: list[str] | None, *, sequential: bool
) -> None:
    walk = road(ask("each", many(inside=RESULTS, sequential=sequential)))
    if people is None:
        with pytest.raises(LoopRefused, match="«people» is no list"):
            walk.start(people=people)
        return
    assert walk.start(people=people) == ["after"]
    assert walk.moves[0][1:] == [["each", "completed"], ["after", "entered"]]
    assert walk.variables()["answers"] == []


@pytest.mark.cell("multiInstanceLoopCharacteristics/loopCardinality")
@pytest.mark.parametrize("count", ["3", "${count}"])
def test_a_cardinality_is_a_number_or_an_expression(count: str) -> None:
    inside = f"<bpmn:loopCardinality>{count}</bpmn:loopCardinality>"
    walk = road(ask("each", many("", inside)))
    assert walk.start(count=3) == ["each"] * 3


@pytest.mark.parametrize("count", [-1, 1.5, True, "many", None, 1001, 10**9])
def test_a_cardinality_that_is_no_number_or_too_large_is_refused(count: object) -> None:
    inside = "<bpmn:loopCardinality>${count}</bpmn:loopCardinality>"
    with pytest.raises(LoopRefused, match="«each»"):
        road(ask("each", many("", inside))).start(count=count)


@pytest.mark.cell("multiInstanceLoopCharacteristics/completionCondition")
@pytest.mark.parametrize("sequential", [True, False])
def test_a_completion_condition_ends_it_and_cancels_what_is_open(*, sequential: bool) -> None:
    enough = (
        "<bpmn:completionCondition>${nrOfCompletedInstances >= 2.0 || veto == true}"
        "</bpmn:completionCondition>"
    )
    walk = road(ask("each", many(inside=RESULTS + enough, sequential=sequential)))
    walk.start(people=PEOPLE)
    walk.complete("each", answer=1)
    assert walk.tokens() == (["each"] if sequential else ["each"] * 2)
    assert walk.complete("each", answer=2) == ["after"]
    assert (["each", "cancelled"] in walk.moves[-1]) is not sequential
    assert walk.variables()["answers"] == [1, 2]

    veto = road(ask("each", many(inside=RESULTS + enough, sequential=sequential)))
    veto.start(people=PEOPLE)
    assert veto.complete("each", veto=True) == ["after"]


@pytest.mark.cell("serviceTask/parallel")
def test_each_instance_of_a_service_task_is_a_job_of_its_own() -> None:
    walk = road(do("each", inside=many(inside=RESULTS)))
    assert walk.start(people=PEOPLE) == ["each"] * 3
    jobs = walk.waits().jobs
    assert [dict(job.inputs) for job in jobs.values()] == [{"person": name} for name in PEOPLE]
    for _ in PEOPLE:
        walk.finish("each", answer="done")
    assert walk.tokens() == ["after"]


@pytest.mark.cell("serviceTask/sequential")
def test_inline_instances_run_in_one_step() -> None:
    results = RESULTS.replace('answer"', 'person"')
    walk = road(do("each", "now", inside=many(inside=results, sequential=True)))
    assert walk.start(people=PEOPLE) == ["after"]
    assert walk.variables()["answers"] == PEOPLE


@pytest.mark.cell("receiveTask/parallel")
def test_one_message_is_taken_by_all_instances_that_wait_for_it() -> None:
    text = diagram(
        start()
        + node("receiveTask", "each", many(), messageRef="m")
        + ask("after")
        + end()
        + boundary("late", "each", timer("P1D")),
        flows="start>each>after>end; late>after",
        roots='<bpmn:message id="m" name="paid"/>',
    )
    walk = Walk(diagram=text)
    assert walk.start(people=PEOPLE) == ["each", "each", "each", "late"]
    assert walk.message("paid") == ["after"]
    late = Walk(diagram=text)
    late.start(people=PEOPLE)
    assert late.fire("late") == ["after"]
    assert not late.waits().messages


@pytest.mark.cell("subProcess/parallel")
def test_the_instances_of_a_sub_process_know_nothing_of_each_other() -> None:
    walk = road(node("subProcess", "each", SUB + many(inside=RESULTS)))
    assert walk.start(people=PEOPLE) == ["inner"] * 3
    walk.complete("inner", answer="first")
    walk.complete("inner", answer="second")
    assert walk.tokens() == ["inner", "last", "last"]
    known = [wait.variables for wait in walk.waits().user_tasks.values()]
    assert sorted(str(each.get("answer")) for each in known) == ["None", "first", "second"]
    assert "answer" not in walk.variables()
    for _ in range(2):
        walk.complete("last")
    walk.complete("inner", answer="third")
    assert walk.complete("last") == ["after"]
    assert walk.variables() == {"people": PEOPLE, "answers": ["first", "second", "third"]}


@pytest.mark.cell("subProcess/sequential")
def test_a_sequential_sub_process_begins_again_for_each() -> None:
    walk = road(node("subProcess", "each", SUB + many(sequential=True)))
    assert walk.start(people=PEOPLE) == ["inner"]
    for _ in PEOPLE:
        assert walk.complete("inner") == ["last"]
        walk.complete("last")
    assert walk.tokens() == ["after"]
    assert not walk._load().workflow.subprocesses


def test_an_interrupting_event_cancels_all_instances_and_all_in_them() -> None:
    walk = road(
        node("subProcess", "each", SUB + many()),
        more=boundary("late", "each", timer("P1D")),
        flows="late>after",
    )
    walk.start(people=PEOPLE)
    walk.complete("inner")
    assert walk.fire("late") == ["after"]
    gone = [move for move in walk.moves[-1] if move[1] == "cancelled"]
    assert sorted(name for name, _ in gone) == ["each"] * 3 + ["inner"] * 2 + ["last"]
    assert not walk._load().workflow.subprocesses
    assert walk.complete("after") == []


def test_a_clock_inside_an_instance_stops_with_it() -> None:
    edge = boundary("remind", "inner", timer("P9D"), interrupting=False) + end("reminded")
    inside = SUB + edge + sequence("remind>reminded")
    walk = road(
        node("subProcess", "each", inside + many()),
        more=boundary("late", "each", timer("P1D")),
        flows="late>after",
    )
    walk.start(people=PEOPLE)
    assert len(walk.waits().timers) == 4
    execution = walk._load()
    execution.fire(next(u for u, w in execution.waits().timers.items() if w.element_id == "late"))
    assert walk._rest(execution) == ["after"]


def test_an_error_of_one_instance_is_caught_at_the_edge_of_all() -> None:
    text = diagram(
        start()
        + do("each", inside=many())
        + ask("after")
        + ask("failed")
        + end()
        + boundary("error", "each", '<bpmn:errorEventDefinition errorRef="e"/>'),
        flows="start>each>after>end; error>failed>end",
        roots='<bpmn:error id="e" errorCode="broken"/>',
    )
    walk = Walk(diagram=text, operators=road(ask("each")).operators)
    walk.start(people=PEOPLE)
    walk.finish("each")
    assert walk.fail("each", "broken") == ["failed"]


def test_a_loop_in_a_loop_has_counters_of_its_own() -> None:
    inner = many('camunda:collection="${person.orders}" camunda:elementVariable="order"')
    walk = road(
        node(
            "subProcess",
            "each",
            start("in")
            + ask("inner", inner)
            + ask("last")
            + end("out")
            + sequence("in>inner>last>out")
            + many(sequential=True),
        )
    )
    walk.start(people=[{"orders": [1, 2]}, {"orders": [3]}], person="outside")
    known = [wait.variables for wait in walk.waits().user_tasks.values()]
    assert [(each["loopCounter"], each["order"]) for each in known] == [(0, 1), (1, 2)]
    walk.complete("inner")
    assert walk.complete("inner") == ["last"]
    (wait,) = walk.waits().user_tasks.values()
    assert (wait.variables["loopCounter"], wait.variables["nrOfInstances"]) == (0, 2)
    walk.complete("last")
    assert walk.tokens() == ["inner"]
    walk.complete("inner")
    assert walk.complete("last") == ["after"]
    assert walk.variables()["person"] == "outside"


@pytest.mark.parametrize(("sequential", "count"), [(True, 300), (False, 1000)])
def test_a_thousand_instances_stay_small(*, sequential: bool, count: int) -> None:
    results = RESULTS.replace("answers", "sums").replace('"answer"', '"sum"')
    script = "<bpmn:script>sum = n + 1</bpmn:script>"
    marker = many(
        'camunda:collection="numbers" camunda:elementVariable="n"', results, sequential=sequential
    )
    walk = road(node("scriptTask", "each", script + marker, scriptFormat="cel"))
    assert walk.start(numbers=list(range(count))) == ["after"]
    assert walk.variables()["sums"] == list(range(1, count + 1))
    assert len(walk._load().workflow.tasks) < 12


def test_second_arrivals_begin_afresh() -> None:
    again = '<bpmn:exclusiveGateway id="more" default="more_after"/>'
    back: Any = (
        '<bpmn:sequenceFlow id="more_each" sourceRef="more" targetRef="each">'
        "<bpmn:conditionExpression>${again == true}</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    text = diagram(
        start()
        + ask("each", many(inside=RESULTS))
        + ask("check")
        + again
        + back
        + ask("after")
        + end(),
        flows="start>each>check>more>after>end",
    )
    walk = Walk(diagram=text)
    walk.start(people=PEOPLE[:2])
    for turn in range(5):
        walk.complete("each", answer=turn)
        walk.complete("each", answer=-turn)
        assert walk.variables()["answers"] == [turn, -turn]
        assert walk.complete("check", again=True) == ["each", "each"]
    assert len(walk._load().workflow.tasks) < 20


@pytest.mark.cell(
    "multiInstanceLoopCharacteristics/loopDataInputRef",
    "multiInstanceLoopCharacteristics/inputDataItem",
)
def test_bpmns_own_words_for_the_collection_mean_the_same() -> None:
    inside = (
        "<bpmn:loopDataInputRef>people</bpmn:loopDataInputRef>"
        '<bpmn:inputDataItem id="item" name="person"/>'
    )
    walk = road(ask("each", many("", inside)))
    assert walk.start(people=PEOPLE) == ["each"] * 3
    seen = [wait.variables["person"] for wait in walk.waits().user_tasks.values()]
    assert seen == PEOPLE


def test_cancelling_an_instance_cancels_all_that_loops_and_calls_hold() -> None:
    walk = road(
        node("subProcess", "each", SUB + many()),
        more=boundary("late", "each", timer("P1D")) + end("end_late"),
        flows="late>end_late",
    )
    walk.start(people=PEOPLE)
    execution = walk._load()
    execution.cancel()
    assert not execution.waits().user_tasks
    assert execution.moves().count(["inner", "cancelled"]) == 3
    execution.save()
