"""What keeps an instance from going to another version, and what does not."""

from collections.abc import Mapping
from datetime import timedelta

from engine.definitions import check
from engine.spiff import migrating
from engine.versions.verdicts import Safety, Verdict
from tests.unit.bpmn.diagrams import ask, boundary, diagram, do, end, node, sequence, start, timer
from tests.unit.bpmn.walk import Walk

from .test_any_two_versions import operators

NONE: Mapping[str, str] = {}


def begun(text: str) -> Walk:
    walk = Walk(diagram=text, operators=operators())
    walk.start()
    return walk


def look(walk: Walk, text: str, mapping: Mapping[str, str] = NONE) -> Verdict:
    new = check({"p.bpmn": text}, walk.operators)
    return migrating.look(walk._load(), walk.definition, new, mapping)


def go(walk: Walk, text: str, mapping: Mapping[str, str] = NONE) -> list[str]:
    verdict = look(walk, text, mapping)
    assert verdict.safety is Safety.SAFE, verdict.reasons
    new = check({"p.bpmn": text}, walk.operators)
    execution = migrating.migrate(walk._load(), new, mapping)
    walk.definition = new
    return walk._rest(execution)


def reminded(*, edge: str = "remind", after: str = "call", interrupting: bool = False) -> str:
    """Draw a task with a clock that begins another one."""
    clock = boundary(edge, "ask", timer("P1D"), interrupting=interrupting)
    nodes = start() + ask() + clock + ask(after) + end() + end("called")
    return diagram(nodes, flows=f"start>ask>end; {edge}>{after}>called")


PLAIN = diagram(start() + ask() + end(), flows="start>ask>end")
BESIDE = diagram(
    start() + node("parallelGateway", "fork") + ask() + ask("call") + end() + end("called"),
    flows="start>fork>ask>end; fork>call>called",
)


def test_what_a_clock_began_goes_on_with_its_activity() -> None:
    walk = begun(reminded())
    assert walk.fire("remind") == ["ask", "call"]
    changed = reminded().replace('"ask"', '"ask" name="Fill in"')
    assert go(walk, changed) == ["ask", "call"]
    assert walk.complete("ask") == ["call"]
    assert walk.complete("call") == []
    assert walk.completed


def test_a_clock_that_fired_and_is_gone_needs_a_mapping_while_what_it_began_goes_on() -> None:
    walk = begun(reminded())
    walk.fire("remind")
    verdict = look(walk, BESIDE)
    assert [need.element for need in verdict.needs] == ["remind"]
    other = reminded(edge="nudge")
    (need,) = look(walk, other).needs
    assert (need.element, need.suggestions) == ("remind", ("nudge",))
    assert go(walk, other, {"remind": "nudge"}) == ["ask", "call"]
    assert walk.complete("call") == ["ask"]
    assert walk.complete("ask") == []


def test_a_clock_that_fired_and_is_gone_is_forgotten_once_what_it_began_is_over() -> None:
    walk = begun(reminded())
    walk.fire("remind")
    walk.complete("call")
    assert go(walk, PLAIN) == ["ask"]
    assert walk.complete("ask") == []
    assert walk.completed


def test_a_clock_that_has_fired_does_not_run_again() -> None:
    walk = begun(reminded())
    walk.fire("remind")
    assert walk.complete("call") == ["ask"]
    changed = reminded().replace('"ask"', '"ask" name="Fill in"')
    assert look(walk, changed).starts == ()
    assert go(walk, changed) == ["ask"]


def test_a_clock_that_fired_beside_its_activity_may_not_come_to_end_it() -> None:
    walk = begun(reminded())
    assert look(walk, reminded(interrupting=True)).safety is Safety.SAFE
    walk.fire("remind")
    (block,) = look(walk, reminded(interrupting=True)).blocks
    assert block.element == "remind"


def test_a_clock_that_waits_does_what_the_new_version_says_when_it_fires() -> None:
    walk = begun(reminded())
    due = walk.waits().timers
    assert look(walk, reminded(interrupting=True)).notes
    assert go(walk, reminded(interrupting=True)) == ["ask", "remind"]
    assert walk.waits().timers == due
    assert walk.fire("remind") == ["call"]


def test_what_an_ended_activity_led_to_needs_neither_of_them_any_more() -> None:
    walk = begun(reminded(interrupting=True))
    assert walk.fire("remind") == ["call"]
    only = diagram(start() + ask("call") + end(), flows="start>call>end")
    assert go(walk, only) == ["call"]
    assert walk.complete("call") == []
    assert walk.completed


def forked(*ways: str, beside: str = "") -> str:
    """Draw tasks at once, up to a join and a task after it; a way may have several: "a>b"."""
    names = [name for way in [*ways, beside] for name in way.split(">") if name]
    gates = node("parallelGateway", "fork") + node("parallelGateway", "join")
    nodes = start() + gates + "".join(ask(name) for name in [*names, "last"]) + end()
    flows = ";".join(f"fork>{way}>join" for way in ways)
    flows += f";fork>{beside}>out" if beside else ""
    return diagram(
        nodes + (end("out") if beside else ""), flows=f"start>fork;{flows};join>last>end"
    )


def test_a_join_may_not_be_come_to_twice_by_one_way() -> None:
    walk = begun(forked("a", "b", "c"))
    walk.complete("b")
    walk.complete("c")
    (block,) = look(walk, forked("a>b", "c")).blocks
    assert (block.element, block.why) == ("join", "two tokens would come by one of its ways")


def test_a_join_that_waits_for_nothing_more_lets_its_tokens_pass() -> None:
    walk = begun(forked("a", "b", "c"))
    walk.complete("a")
    walk.complete("b")
    assert go(walk, forked("a", "b", beside="c")) == ["c", "last"]
    walk.complete("c")
    assert walk.complete("last") == []
    assert walk.completed


def test_what_stands_at_once_may_not_come_to_stand_one_after_the_other() -> None:
    walk = begun(forked("a", "b", "c"))
    (block, *_) = look(walk, forked("a>b", "c")).blocks
    assert block.why == "could not be open at once with «b» any more"


def test_a_clock_under_another_name_has_to_be_mapped_so_that_its_time_is_kept() -> None:
    walk = begun(reminded())
    walk.later(timedelta(hours=5))
    (clock,) = walk.waits().timers.values()
    (need,) = look(walk, reminded(edge="nudge")).needs
    assert (need.element, need.suggestions) == ("remind", ("nudge",))
    go(walk, reminded(edge="nudge"), {"remind": "nudge"})
    (again,) = walk.waits().timers.values()
    assert (again.element_id, again.due_at) == ("nudge", clock.due_at)


def test_one_clock_that_fired_goes_and_another_still_ends_with_its_activity() -> None:
    late = boundary("late", "ask", timer("P9D")) + end("expired")
    beside = boundary("remind", "ask", timer("P1D"), interrupting=False) + end("reminded")
    body, flows = start() + ask() + end(), "start>ask>end; late>expired"
    walk = begun(diagram(body + beside + late, flows=flows + "; remind>reminded"))
    assert walk.fire("remind") == ["ask", "late"]
    assert go(walk, diagram(body + late, flows=flows)) == ["ask", "late"]
    assert walk.complete("ask") == []
    assert walk.completed


def test_a_join_may_not_wait_for_a_way_that_was_never_taken() -> None:
    walk = begun(forked("a", "b"))
    walk.complete("a")
    assert look(walk, forked("a", "b")).safety is Safety.SAFE
    (block,) = look(walk, forked("a", "b", "c")).blocks
    assert (block.element, block.why) == (
        "join",
        "would wait for ever: nothing will come by c",
    )
    (need,) = look(walk, forked("x", "b")).needs
    assert (need.element, need.suggestions) == ("a", ("x", "b"))
    assert go(walk, forked("x", "b"), {"a": "x"}) == ["b"]
    assert walk.complete("b") == ["last"]
    assert walk.complete("last") == []
    assert walk.completed


def test_a_mapping_that_names_what_is_not_there_is_refused() -> None:
    walk = begun(PLAIN)
    nowhere = look(walk, PLAIN, {"ask": "nowhere", "never": "ask"})
    assert [block.element for block in nowhere.blocks] == ["ask", "never"]
    (block,) = look(walk, PLAIN, {"ask": ""}).blocks
    assert "edge" in block.why


def test_another_kind_and_another_place_block_and_say_so() -> None:
    walk = begun(PLAIN)
    job = diagram(start() + do("ask") + end(), flows="start>ask>end")
    (block,) = look(walk, job).blocks
    assert block.why == "is a user task, and would be a service task"
    inner = start("s") + ask() + end("e")
    flows = '<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="ask"/>'
    flows += '<bpmn:sequenceFlow id="g" sourceRef="ask" targetRef="e"/>'
    sub = node("subProcess", "around", inner + flows)
    (block,) = look(walk, diagram(start() + sub + end(), flows="start>around>end")).blocks
    assert block.why == "stands in another place now: around"


def test_the_likeliest_suggestion_has_the_same_name() -> None:
    walk = begun(PLAIN.replace('id="ask"', 'id="ask" name="Sign"'))
    text = diagram(
        start() + ask("other") + ask("sign").replace('id="sign"', 'id="sign" name="Sign"') + end(),
        flows="start>other>sign>end",
    )
    (need,) = look(walk, text).needs
    assert need.suggestions == ("sign", "other")


def test_a_new_clock_runs_from_the_migration_on() -> None:
    walk = begun(PLAIN)
    walk.later(timedelta(days=9))
    verdict = look(walk, reminded())
    assert (verdict.starts, verdict.ends) == (("remind",), ())
    go(walk, reminded())
    (clock,) = walk.waits().timers.values()
    assert clock.due_at == walk.now + timedelta(days=1)


def several(name: str = "ask", *, items: str = "items", inside: str = "") -> str:
    """Draw a task, or a sub-process, that is done for each element of a list."""
    loop = f'<bpmn:multiInstanceLoopCharacteristics camunda:collection="{items}"/>'
    inner = sequence("s>deep>e")
    around = loop + start("s") + ask("deep") + end("e") + inner
    many = node("subProcess", name, around) if inside else ask(name, loop)
    return diagram(start() + many + ask("after") + end(), flows=f"start>{name}>after>end")


def test_instances_in_progress_go_along_where_they_are_counted_alike() -> None:
    walk = Walk(diagram=several(), operators=operators())
    walk.start(items=[1, 2, 3])
    walk.complete("ask")
    (block,) = look(walk, several(items="others")).blocks
    assert block.why == "its instances are counted in another way now"
    assert go(walk, several("answer"), {"ask": "answer"}) == ["answer", "answer"]
    walk.complete("answer")
    assert walk.complete("answer") == ["after"]
    assert walk.complete("after") == []
    assert walk.completed


def test_sub_processes_in_progress_for_each_element_go_along() -> None:
    walk = Walk(diagram=several(inside="deep"), operators=operators())
    walk.start(items=[1, 2])
    renamed = several("each", inside="deep")
    assert go(walk, renamed, {"ask": "each"}) == ["deep", "deep"]
    walk.complete("deep")
    assert walk.complete("deep") == ["after"]


def first_of(*events: str) -> str:
    """Draw an event-based gateway with clocks."""
    clocks = "".join(
        node("intermediateCatchEvent", each, timer("P1D" if each == "a" else "P2D"))
        for each in events
    )
    flows = ";".join(f"first>{each}>{each}_end" for each in events)
    ends = "".join(end(f"{each}_end") for each in events)
    gate = node("eventBasedGateway", "first")
    return diagram(start() + gate + clocks + ends, flows=f"start>first;{flows}")


def test_the_first_of_several_events_goes_along_only_with_the_same_others() -> None:
    walk = begun(first_of("a", "b"))
    due = walk.waits().timers
    (block, *_) = look(walk, first_of("a", "b", "c")).blocks
    assert block.why == "waits for the first of other events in the new version"
    changed = first_of("a", "b").replace("P1D", "P9D")
    assert go(walk, changed) == ["a", "b"]
    assert walk.waits().timers == due
    assert walk.fire("b") == []
    assert walk.completed
