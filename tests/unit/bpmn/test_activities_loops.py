"""Activities with a standard loop: each round goes on with what the last one found out."""

import pytest

from engine.errors import DeploymentRefused, LoopRefused
from engine.spiff.specs import loops

from .diagrams import ask, node
from .markers import RESULTS, SUB, loop, many, road


@pytest.mark.cell(
    "userTask/standard-loop",
    "standardLoopCharacteristics/loopCondition",
    "standardLoopCharacteristics/@testBefore=false",
)
def test_a_loop_goes_on_with_what_the_last_round_found_out() -> None:
    walk = road(ask("each", loop("more == true")))
    assert walk.start() == ["each"]
    assert walk.complete("each", more=True, first=1) == ["each"]
    (wait,) = walk.waits().user_tasks.values()
    assert wait.variables == {"more": True, "first": 1, "loopCounter": 1}
    assert walk.complete("each", more=False, second=2) == ["after"]
    assert walk.variables() == {"more": False, "first": 1, "second": 2}


@pytest.mark.cell("standardLoopCharacteristics/@testBefore=true")
def test_a_loop_that_asks_first_may_run_no_round() -> None:
    walk = road(ask("each", loop("more == true", before=True)))
    assert walk.start(more=False) == ["after"]
    again = road(ask("each", loop("more == true", before=True)))
    assert again.start(more=True) == ["each"]
    assert again.complete("each", more=False) == ["after"]


@pytest.mark.cell("standardLoopCharacteristics/@loopMaximum")
def test_a_loop_ends_after_its_maximum() -> None:
    walk = road(ask("each", loop(maximum=2)))
    walk.start()
    assert walk.complete("each") == ["each"]
    assert walk.complete("each") == ["after"]


@pytest.mark.cell("subProcess/standard-loop")
def test_a_sub_process_repeats_with_its_data() -> None:
    walk = road(node("subProcess", "each", SUB + loop("loopCounter < 2.0")))
    walk.start()
    for number in range(2):
        walk.complete("inner", **{f"round{number}": number})
        walk.complete("last")
    assert walk.tokens() == ["after"]
    assert walk.variables() == {"round0": 0, "round1": 1}


@pytest.mark.cell("scriptTask/standard-loop")
def test_a_loop_without_an_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    script = "<bpmn:script>n = n + 1</bpmn:script>"
    walk = road(node("scriptTask", "each", script + loop("n < 5"), scriptFormat="cel"))
    assert walk.start(n=0) == ["after"]
    assert walk.variables()["n"] == 5
    monkeypatch.setattr(loops, "MAX_INSTANCES", 50)
    with pytest.raises(LoopRefused, match="more than 50 times"):
        road(node("scriptTask", "each", script + loop("n > -1"), scriptFormat="cel")).start(n=0)


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        (many(""), "a collection or a loopCardinality"),
        (
            many(
                "",
                "<bpmn:loopCardinality>2</bpmn:loopCardinality>"
                + RESULTS.partition("<bpmn:outputDataItem")[0],
            ),
            "say both",
        ),
        (many('camunda:collection="a" camunda:elementVariable="a"'), "share one name"),
        (loop(), "needs a loopCondition or a loopMaximum"),
        (loop(maximum=100_000), "from 1 to 1000"),
    ],
)
def test_a_marker_that_does_not_say_how_often_is_refused(marker: str, said: str) -> None:
    with pytest.raises(DeploymentRefused, match=said):
        road(ask("each", marker))


@pytest.mark.parametrize("marker", ["sequential", "standard"])
def test_a_loop_of_two_hundred_rounds_stays_as_small_as_one_of_ten(marker: str) -> None:
    cardinality = "<bpmn:loopCardinality>500</bpmn:loopCardinality>"
    sequential = many("", cardinality, sequential=True)
    walk = road(ask("each", sequential if marker == "sequential" else loop("more == true")))
    walk.start()
    sizes = []
    for _ in range(200):
        walk.complete("each", more=True)
        sizes.append((len(walk._load().workflow.tasks), len(walk.tokens_saved)))
    assert {tasks for tasks, _ in sizes[10:]} == {sizes[10][0]}
    assert max(size for _, size in sizes) <= sizes[10][1] + 50
