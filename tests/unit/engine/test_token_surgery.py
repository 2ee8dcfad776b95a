"""Repairs of one instance's tokens: saved and loaded between all steps, and able to finish."""

from datetime import timedelta

import pytest

from engine.errors import NothingToRepeat, NothingToSkip, NoTokenAt, OtherTokens, TargetUnfit
from tests.unit.bpmn.diagrams import (
    ask,
    boundary,
    diagram,
    do,
    end,
    node,
    sequence,
    start,
    timer,
    when,
)

from .patient import Patient
from .repaired_diagrams import (
    AWAIT,
    BESIDE,
    FIRST,
    FORK,
    INSIDE,
    LINE,
    MANY,
    MESSAGE,
    gateway,
)

# --- moving ---------------------------------------------------------------------------------


def test_a_token_moves_forward_and_goes_on_with_its_data() -> None:
    walk = Patient(diagram=LINE)
    walk.start(x=1)
    walk.complete("a", y=2)
    assert walk.tokens() == ["b", "late", "over"]
    assert walk.move("b", "c") == ["c"]
    assert walk.variables() == {"x": 1, "y": 2}
    gone = [[element, "cancelled"] for element in ("b", "late", "over")]
    assert sorted(walk.moves[-1]) == [*gone[:1], ["c", "entered"], *gone[1:]]
    assert walk.complete("c") == []
    assert walk.completed


def test_a_token_moves_back_and_the_timers_at_the_edge_are_armed() -> None:
    walk = Patient(diagram=LINE)
    walk.start()
    walk.complete("a")
    walk.complete("b", z=3)
    walk.later(timedelta(days=3))
    assert walk.move("c", "b") == ["b", "late", "over"]
    due = {wait.element_id: wait.due_at for wait in walk.waits().timers.values()}
    assert due == {"late": walk.now + timedelta(days=10), "over": walk.now + timedelta(days=20)}
    assert walk.fire("over") == ["c"]
    assert walk.variables() == {"z": 3}
    walk.complete("c")
    assert walk.completed


def test_what_an_event_at_the_edge_started_stays_when_its_token_moves() -> None:
    walk = Patient(diagram=LINE)
    walk.start()
    walk.complete("a")
    walk.fire("late")
    assert walk.move("b", "c") == ["c", "hurry"]
    walk.complete("c")
    assert not walk.completed
    walk.complete("hurry")
    assert walk.completed


def test_a_token_that_moves_to_an_end_event_ends() -> None:
    walk = Patient(diagram=LINE)
    walk.start()
    walk.move("a", "end")
    assert walk.completed


def test_branches_join_where_one_was_moved_along_its_way() -> None:
    walk = Patient(diagram=FORK)
    walk.start()
    walk.complete("first")
    assert walk.move("left", "left2") == ["left2", "right"]
    walk.complete("right", r=1)
    walk.complete("right2")
    assert walk.complete("left2", l=2) == ["after"]
    assert walk.variables() == {"l": 2, "r": 1}


@pytest.mark.parametrize("order", ["first", "last"])
def test_a_token_moved_to_a_join_arrives_by_the_flow_of_its_branch(order: str) -> None:
    walk = Patient(diagram=FORK)
    walk.start()
    walk.complete("first")
    if order == "first":
        assert walk.move("left", "join") == ["right"]
        walk.complete("right")
        assert walk.complete("right2", r=1) == ["after"]
    else:
        walk.complete("right", r=1)
        walk.complete("right2")
        assert walk.move("left", "join") == ["after"]
    assert walk.variables() == {"r": 1}
    assert ["left2", "completed"] not in walk.moves[-1]
    walk.complete("after")
    assert walk.completed


def test_a_token_moved_past_its_join_leaves_the_other_one_waiting_there() -> None:
    walk = Patient(diagram=FORK)
    walk.start()
    walk.complete("first")
    assert walk.move("left", "after") == ["after", "right"]
    walk.complete("right")
    assert walk.complete("right2", r=1) == ["after"]
    walk.complete("after")
    assert not walk.completed, "a join waits for what was moved away"
    assert walk.move("join", "end") == []
    assert walk.completed


def test_what_waits_at_a_join_moves_back_and_may_come_again() -> None:
    walk = Patient(diagram=FORK)
    walk.start()
    walk.complete("first")
    walk.complete("left", l=1)
    assert walk.complete("left2", m=2) == ["right"]
    assert walk.move("join", "left2") == ["left2", "right"]
    walk.complete("right")
    assert walk.complete("right2") == ["left2"], "the join does not count what was taken from it"
    assert walk.complete("left2") == ["after"]
    assert walk.variables() == {"l": 1, "m": 2}


def test_a_token_that_leaves_a_sub_process_ends_it() -> None:
    walk = Patient(diagram=INSIDE)
    walk.start()
    walk.complete("before")
    walk.complete("one", x=1)
    assert walk.tokens() == ["edge", "two"]
    assert walk.move("two", "behind") == ["behind"]
    assert walk.variables() == {"x": 1}
    walk.complete("behind")
    assert walk.completed


def test_a_sub_process_is_moved_whole() -> None:
    walk = Patient(diagram=INSIDE)
    walk.start()
    walk.complete("before")
    walk.complete("one", x=1)
    assert walk.move("sub", "behind") == ["behind"]
    assert walk.variables() == {"x": 1}


def test_a_token_comes_into_a_sub_process_at_the_element() -> None:
    walk = Patient(diagram=INSIDE)
    walk.start(x=1)
    assert walk.move("before", "two") == ["edge", "two"]
    assert walk.variables() == {"x": 1}
    assert walk.complete("two", y=2) == ["behind"]
    assert walk.variables() == {"x": 1, "y": 2}
    assert walk.move("behind", "one") == ["edge", "one"]
    walk.finish_all()
    assert walk.completed


def test_within_a_sub_process_its_own_timers_run_on() -> None:
    walk = Patient(diagram=INSIDE)
    walk.start()
    walk.complete("before")
    (before,) = walk.waits().timers.values()
    walk.later(timedelta(days=2))
    assert walk.move("one", "two") == ["edge", "two"]
    assert list(walk.waits().timers.values()) == [before]


def test_a_sub_process_entered_again_keeps_the_clock_at_its_edge() -> None:
    walk = Patient(diagram=INSIDE)
    walk.start()
    walk.complete("before")
    walk.complete("one", x=1)
    before = walk.waits().timers
    walk.later(timedelta(days=2))
    assert walk.move("two", "sub") == ["edge", "one"]
    assert walk.waits().timers == before
    assert walk.fire("edge") == ["nudge", "one"]
    walk.finish_all()
    assert walk.completed


@pytest.mark.parametrize(
    ("source", "target", "error", "said"),
    [
        ("nowhere", "b", NoTokenAt, "«nowhere»"),
        ("c", "b", NoTokenAt, "«c»"),
        ("late", "c", NoTokenAt, "«late»"),
        ("b", "nowhere", TargetUnfit, "no way leads there"),
        ("b", "start", TargetUnfit, "start event"),
        ("b", "over", TargetUnfit, "boundary event"),
        ("b", "b", TargetUnfit, "repeat the step"),
    ],
)
def test_a_move_that_does_not_fit_is_refused_with_its_reason(
    source: str, target: str, error: type[Exception], said: str
) -> None:
    walk = Patient(diagram=LINE)
    walk.start()
    walk.complete("a")
    with pytest.raises(error, match=said):
        walk.move(source, target)


def test_a_sub_process_with_other_tokens_is_not_cancelled_unasked() -> None:
    text = diagram(
        start()
        + node(
            "subProcess",
            "sub",
            start("open")
            + gateway("parallel", "split")
            + ask("one")
            + ask("two")
            + end("close")
            + sequence("open>split>one>close;split>two>close"),
        )
        + ask("behind")
        + end(),
        flows="start>sub>behind>end",
    )
    walk = Patient(diagram=text)
    walk.start()
    with pytest.raises(OtherTokens, match="«two»"):
        walk.move("one", "behind")
    assert walk.move("sub", "behind") == ["behind"]


def test_moving_around_a_loop_many_times_keeps_the_instance_small() -> None:
    walk = Patient(diagram=LINE)
    walk.start()
    walk.complete("a")
    sizes = []
    for _ in range(12):
        walk.move("b", "c")
        walk.move("c", "b")
        sizes.append(len(walk.tokens_saved))
    assert sizes[-1] <= sizes[3] * 1.1
    walk.complete("b")
    walk.complete("c")
    assert walk.completed


def test_an_activity_with_many_instances_moves_whole() -> None:
    walk = Patient(diagram=MANY)
    assert walk.start(people=["ana", "bia"]) == ["each", "each"]
    assert walk.move("each", "behind") == ["behind"]
    assert walk.variables() == {"people": ["ana", "bia"]}
    assert walk.move("behind", "group") == ["one", "one", "slow", "slow"]
    assert walk.move("group", "each") == ["each", "each"]
    walk.finish_all()
    assert walk.completed


def test_a_token_moves_inside_its_own_instance_and_leaves_the_activity_when_it_is_the_last() -> (
    None
):
    walk = Patient(diagram=MANY)
    walk.start(people=["ana", "bia"])
    walk.move("each", "group")
    assert walk.move("one", "two") == ["one", "slow", "two"]
    with pytest.raises(OtherTokens, match="«one»"):
        walk.move("two", "behind")
    walk.complete("two", found=1)
    assert walk.move("one", "behind") == ["behind"]
    assert walk.variables() == {"people": ["ana", "bia"]}, "what an instance knows is its own"
    assert not walk.waits().timers


def test_no_token_comes_into_one_of_many_instances_from_outside() -> None:
    walk = Patient(diagram=MANY)
    walk.start(people=["ana"])
    with pytest.raises(TargetUnfit, match="«group» around it has many instances"):
        walk.move("each", "two")


def test_an_activity_with_many_instances_is_repeated_whole() -> None:
    walk = Patient(diagram=MANY)
    walk.start(people=["ana", "bia"])
    walk.complete("each")
    walk.complete("each")
    assert walk.repeat("each") == ["each", "each"]
    assert walk.variables() == {"people": ["ana", "bia"]}
    walk.complete("each")
    assert walk.repeat("each") == ["each", "each"]
    walk.finish_all()
    assert walk.completed


def test_a_called_process_is_repaired_inside_and_left_without_what_is_its_own() -> None:
    called = diagram(start() + ask("x") + ask("y") + end(), flows="start>x>y>end", process="q")
    passing = '<camunda:in source="a" target="a"/><camunda:out source="b" target="b"/>'
    call = node(
        "callActivity",
        "call",
        f"<bpmn:extensionElements>{passing}</bpmn:extensionElements>",
        calledElement="q",
    )
    walk = Patient(
        diagram=diagram(
            start() + ask("before") + call + ask("behind") + end(),
            flows="start>before>call>behind>end",
        ),
        called={"q": called},
    )
    walk.start(a=1, other=True)
    with pytest.raises(TargetUnfit, match="no way leads there"):
        walk.move("before", "q:y")
    assert walk.move("before", "call") == ["q:x"]
    assert walk.move("q:x", "q:y") == ["q:y"]
    assert walk.repeat("q:x") == ["q:x"]
    assert walk.skip("q:x", b=2) == ["q:y"]
    assert walk.move("q:y", "behind") == ["behind"]
    assert walk.variables() == {"a": 1, "other": True}, "nothing was passed out"
    assert walk.repeat("call") == ["q:x"]
    walk.complete("q:x", b=3)
    assert walk.complete("q:y") == ["behind"]
    assert walk.variables() == {"a": 1, "b": 3, "other": True}


@pytest.mark.parametrize("source", ["first", "wait", "late"])
def test_a_token_at_an_event_based_gateway_is_moved_by_its_name_or_an_events(source: str) -> None:
    walk = Patient(diagram=FIRST)
    walk.start(x=1)
    with pytest.raises(TargetUnfit, match="name the gateway"):
        walk.move("a", "late")
    assert walk.move("a", "first") == ["late", "wait"]
    assert walk.move(source, "z") == ["z"]
    assert walk.variables() == {"x": 1}
    assert not walk.waits().timers
    assert walk.move("z", "first") == ["late", "wait"]
    assert walk.repeat("first") == ["late", "wait"]
    assert walk.skip("wait", paid=True) == ["z"]
    assert walk.variables() == {"x": 1, "paid": True}


def test_a_clock_that_comes_again_goes_on_where_its_activity_is_entered_again() -> None:
    walk = Patient(
        diagram=diagram(
            start()
            + ask("a")
            + boundary("again", "a", timer("R/P1D", "timeCycle"), interrupting=False)
            + end()
            + end("told"),
            flows="start>a>end; again>told",
        )
    )
    walk.start()
    walk.fire("again")
    before = walk.waits().timers
    walk.later(timedelta(hours=5))
    assert walk.repeat("a") == ["a", "again"]
    assert walk.waits().timers == before
    walk.fire("again")
    walk.complete("a")
    assert walk.completed


def test_what_may_start_beside_the_flow_goes_on_waiting_when_tokens_move() -> None:
    walk = Patient(diagram=BESIDE)
    beside = ["on_news", "on_time"]
    assert walk.start(x=1) == ["a", *beside]
    clocks = walk.waits().timers
    assert walk.move("a", "b") == ["b", *beside]
    assert walk.repeat("a") == ["a", *beside]
    assert walk.waits().timers == clocks
    assert walk.message("paid") == ["a", *beside, "react"]
    assert walk.move("react", "answer") == ["a", "answer", *beside]
    assert walk.repeat("react") == ["a", *beside, "react"]
    assert walk.fire("on_time") == ["close"]
    assert walk.move("close", "b") == ["b"], "what interrupted does not wait again"
    assert walk.variables() == {"x": 1}
    walk.complete("b")
    assert walk.completed


@pytest.mark.parametrize(
    ("target", "said"),
    [("on_news", "start event"), ("told", "only its event"), ("react", "only its event")],
)
def test_no_token_is_put_where_only_an_event_leads(target: str, said: str) -> None:
    walk = Patient(diagram=BESIDE)
    walk.start()
    with pytest.raises(TargetUnfit, match=said):
        walk.move("a", target)
    with pytest.raises(NoTokenAt):
        walk.move("on_time", "b")


def test_a_step_that_an_event_interrupted_is_not_repeated_beside_it() -> None:
    walk = Patient(diagram=BESIDE)
    walk.start()
    walk.fire("on_time")
    with pytest.raises(NothingToRepeat, match="move a token instead"):
        walk.repeat("a")
    assert walk.move("close", "a") == ["a"]


def test_a_loop_is_left_and_entered_anew() -> None:
    rounds = (
        "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>${more == true}"
        "</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
    )
    walk = Patient(
        diagram=diagram(
            start() + ask("again", rounds) + ask("behind") + end(),
            flows="start>again>behind>end",
        )
    )
    walk.start(more=True)
    walk.complete("again", n=1)
    assert walk.move("again", "behind") == ["behind"]
    assert walk.variables() == {"more": True, "n": 1}
    assert walk.repeat("again") == ["again"]
    assert walk.complete("again", more=False) == ["behind"]


# --- repeating ------------------------------------------------------------------------------


def test_a_step_is_repeated_with_the_data_as_they_are_now() -> None:
    walk = Patient(diagram=LINE)
    walk.start()
    walk.complete("a", x=1)
    walk.complete("b", y=2)
    assert walk.repeat("a") == ["a"]
    assert walk.variables() == {"x": 1, "y": 2}
    walk.finish_all()
    assert walk.completed


def test_repeating_what_is_open_keeps_the_clocks_that_run_at_its_edge() -> None:
    walk = Patient(diagram=LINE)
    walk.start()
    walk.complete("a")
    before = walk.waits().timers
    walk.later(timedelta(days=4))
    assert walk.repeat("b") == ["b", "late", "over"]
    assert walk.waits().timers == before
    assert sorted(walk.moves[-1]) == [["b", "cancelled"], ["b", "entered"]]
    assert walk.fire("over") == ["c"]


def test_repeating_what_is_over_arms_the_clocks_at_its_edge_anew() -> None:
    walk = Patient(diagram=LINE)
    walk.start()
    walk.complete("a")
    walk.complete("b")
    walk.later(timedelta(days=4))
    walk.repeat("b")
    due = {wait.element_id: wait.due_at for wait in walk.waits().timers.values()}
    assert due == {"late": walk.now + timedelta(days=10), "over": walk.now + timedelta(days=20)}


def test_repeating_takes_back_what_an_interrupting_event_led_to() -> None:
    walk = Patient(diagram=LINE)
    walk.start()
    walk.complete("a")
    walk.fire("over")
    assert walk.repeat("b") == ["b", "late", "over"]


def test_timers_elsewhere_run_on_when_a_step_is_repeated() -> None:
    walk = Patient(diagram=INSIDE)
    walk.start()
    walk.complete("before")
    walk.complete("one")
    before = walk.waits().timers
    walk.later(timedelta(days=1))
    assert walk.repeat("one") == ["edge", "one"]
    assert walk.waits().timers == before


def test_repeating_a_sub_process_keeps_the_clock_at_its_edge_and_begins_it_anew() -> None:
    walk = Patient(diagram=INSIDE)
    walk.start()
    walk.complete("before")
    walk.complete("one", x=1)
    before = walk.waits().timers
    walk.later(timedelta(days=1))
    assert walk.repeat("sub") == ["edge", "one"]
    assert walk.waits().timers == before
    assert walk.variables() == {"x": 1}
    walk.complete("one")
    walk.complete("two")
    assert walk.tokens() == ["behind"]
    assert walk.repeat("before") == ["before"]


@pytest.mark.parametrize("last", ["left", "right"])
def test_a_join_that_was_passed_waits_again_for_the_branch_that_is_repeated(last: str) -> None:
    walk = Patient(diagram=FORK)
    walk.start()
    walk.complete("first")
    order = ["right", "left"] if last == "left" else ["left", "right"]
    for side in order:
        walk.complete(side)
        walk.complete(f"{side}2", **{side: 1})
    assert walk.tokens() == ["after"]
    assert walk.repeat("left2") == ["left2"]
    assert walk.variables() == {"left": 1, "right": 1}
    assert walk.complete("left2", again=True) == ["after"]
    assert walk.variables() == {"left": 1, "right": 1, "again": True}
    walk.complete("after")
    assert walk.completed


def test_joins_behind_a_join_that_is_taken_back_give_their_tokens_back_too() -> None:
    walk = Patient(
        diagram=diagram(
            start()
            + gateway("parallel", "fork")
            + ask("a")
            + ask("b")
            + ask("o")
            + gateway("parallel", "near")
            + ask("c")
            + gateway("parallel", "far")
            + ask("e")
            + end(),
            flows="start>fork>a>near>c>far>e>end; fork>b>near; fork>o>far",
        )
    )
    walk.start()
    for element in ("a", "b", "o", "c"):
        walk.complete(element, **{element: 1})
    assert walk.tokens() == ["e"]
    assert walk.repeat("a") == ["a"]
    assert walk.complete("a") == ["c"]
    assert walk.complete("c") == ["e"], "what came to the far join waits there still"
    assert walk.variables() == {"a": 1, "b": 1, "c": 1, "o": 1}
    walk.complete("e")
    assert walk.completed


def test_a_step_before_a_fork_is_repeated_with_both_branches() -> None:
    walk = Patient(diagram=FORK)
    walk.start()
    walk.complete("first")
    walk.complete("left")
    walk.complete("left2")
    assert walk.repeat("first") == ["first"]
    assert walk.complete("first") == ["left", "right"]
    walk.complete("right")
    assert walk.complete("right2") == ["left"], "arrivals of the first round do not count"
    walk.complete("left")
    assert walk.complete("left2") == ["after"]


def test_a_branch_that_waits_at_its_join_is_repeated_alone() -> None:
    walk = Patient(diagram=FORK)
    walk.start()
    walk.complete("first")
    walk.complete("left")
    walk.complete("left2")
    walk.complete("right")
    assert walk.repeat("left") == ["left", "right2"]
    assert walk.complete("right2") == ["left"]
    walk.complete("left")
    assert walk.complete("left2") == ["after"]


def test_a_branch_that_has_ended_is_done_again() -> None:
    walk = Patient(diagram=LINE)
    walk.start()
    walk.complete("a")
    walk.fire("late")
    walk.complete("hurry", h=1)
    assert walk.tokens() == ["b", "over"]
    assert walk.repeat("hurry") == ["b", "hurry", "over"]
    walk.complete("hurry")
    walk.complete("b")
    walk.complete("c")
    assert walk.completed


def test_a_step_of_a_round_that_was_folded_is_repeated_where_one_token_is_left() -> None:
    text = diagram(
        start()
        + ask("a")
        + ask("b")
        + gateway("exclusive", "again", default="again_a")
        + end()
        + when("again", "end", "stop == true"),
        flows="start>a>b>again>a",
    )
    walk = Patient(diagram=text)
    walk.start(stop=False)
    for _ in range(3):
        walk.complete("a")
        walk.complete("b")
    assert walk.tokens() == ["a"]
    if "b" not in {task.task_spec.name for task in walk._load().workflow.tasks.values()}:
        with pytest.raises(NothingToRepeat, match="not run"):
            walk.repeat("b")
    walk.ran = True
    assert walk.repeat("b") == ["b"]
    walk.complete("b", stop=True)
    assert walk.completed


def test_what_never_ran_or_is_inside_what_is_over_is_not_repeated() -> None:
    walk = Patient(diagram=INSIDE)
    walk.start()
    with pytest.raises(NothingToRepeat, match="not run"):
        walk.repeat("behind")
    walk.complete("before")
    walk.complete("one")
    walk.complete("two")
    walk.ran = True
    with pytest.raises(NothingToRepeat, match="repeat that one"):
        walk.repeat("one")
    with pytest.raises(TargetUnfit, match="boundary"):
        walk.repeat("edge")


def test_a_step_whose_token_was_moved_away_by_hand_is_found_again() -> None:
    walk = Patient(diagram=LINE)
    walk.start()
    walk.move("a", "c")
    assert walk.repeat("a") == ["a"]


# --- skipping -------------------------------------------------------------------------------


def test_a_user_task_a_job_a_timer_a_message_and_a_signal_are_skipped_with_outputs() -> None:
    text = diagram(
        start()
        + ask("a")
        + do("b")
        + node("intermediateCatchEvent", "c", timer("P1D"))
        + AWAIT
        + node("intermediateCatchEvent", "s", '<bpmn:signalEventDefinition signalRef="alarm"/>')
        + ask("z")
        + end(),
        flows="start>a>b>c>wait>s>z>end",
        roots=MESSAGE + '<bpmn:signal id="alarm" name="alarm"/>',
    )
    walk = Patient(diagram=text)
    walk.start(x=0)
    for number, (element, following) in enumerate(
        [("a", "b"), ("b", "c"), ("c", "wait"), ("wait", "s"), ("s", "z")]
    ):
        assert walk.skip(element, x=number, **{element: True}) == [following]
        assert walk.variables()["x"] == number
    assert walk.variables() == {"x": 4, **dict.fromkeys(["a", "b", "c", "wait", "s"], True)}
    with pytest.raises(NothingToSkip, match="«a»"):
        walk.skip("a")


def test_only_the_named_event_is_skipped_of_two_that_wait_for_the_same_message() -> None:
    text = diagram(
        start()
        + gateway("parallel", "fork")
        + AWAIT
        + node("receiveTask", "other", messageRef="m")
        + ask("a")
        + ask("b")
        + end()
        + end("end2"),
        flows="start>fork>wait>a>end; fork>other>b>end2",
        roots=MESSAGE,
    )
    walk = Patient(diagram=text)
    walk.start()
    assert walk.skip("wait") == ["a", "other"]


# --- changing -------------------------------------------------------------------------------


def test_variables_change_for_every_token_and_stay_changed_when_it_goes_on() -> None:
    walk = Patient(diagram=FORK)
    walk.start(x=1, gone=1)
    walk.complete("first", y=1)
    walk.complete("left")
    walk.complete("left2")
    walk.change("gone", x=2, new={"deep": [1]})
    assert walk.variables() == {"x": 2, "y": 1, "new": {"deep": [1]}}
    walk.complete("right")
    walk.complete("right2")
    assert walk.tokens() == ["after"]
    assert walk.variables() == {"x": 2, "y": 1, "new": {"deep": [1]}}


def test_a_waiting_event_does_not_bring_the_old_values_back() -> None:
    text = diagram(
        start()
        + ask("a")
        + node("intermediateCatchEvent", "c", timer("${wait}"))
        + ask("z")
        + end(),
        flows="start>a>c>z>end",
    )
    walk = Patient(diagram=text)
    walk.start(x=1, wait="P1D")
    walk.complete("a", y=1)
    before = walk.waits().timers
    walk.change("y", x=2, wait="P9D")
    assert walk.waits().timers == before, "due times stay"
    walk.fire("c")
    assert walk.variables() == {"x": 2, "wait": "P9D"}


def test_variables_inside_a_sub_process_reach_what_comes_after_it() -> None:
    walk = Patient(diagram=INSIDE)
    walk.start(x=1)
    walk.complete("before")
    walk.change(x=2)
    walk.complete("one")
    walk.complete("two")
    assert walk.variables() == {"x": 2}
