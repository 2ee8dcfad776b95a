"""Two versions side by side."""

from engine.definitions import check
from engine.spiff.outlining import outline
from engine.versions.comparing import Comparison, compare
from tests.unit.bpmn.diagrams import ask, boundary, diagram, do, end, node, sequence, start, timer

from .test_any_two_versions import operators


def compared(old: str, new: str) -> Comparison:
    return compare(*(outline(check({"p.bpmn": text}, operators())) for text in (old, new)))


def test_it_names_what_was_added_removed_and_left() -> None:
    found = compared(
        diagram(start() + ask("a") + ask("b") + end(), flows="start>a>b>end"),
        diagram(start() + ask("a") + ask("c") + end(), flows="start>a>c>end"),
    )
    assert found.added == ("c",)
    assert found.removed == ("b",)
    assert set(found.same) == {"start", "a"}
    assert [(change.element, change.what) for change in found.changed] == [("end", "follows")]


def test_it_says_what_changed_in_an_element() -> None:
    late = boundary("late", "a", timer("P1D"), interrupting=False)
    old = start() + ask("a") + late + ask("b") + ask("c") + end() + end("e")
    later = boundary("late", "b", timer("P2D"))
    inner = start("s") + ask("c") + end("t") + sequence("s>c>t")
    new = start() + ask("a") + do("b") + later + node("subProcess", "sub", inner) + end()
    found = compared(
        diagram(old, flows="start>a>b>c>end; late>e"),
        diagram(new + end("e"), flows="start>a>b>sub>end; late>e"),
    )
    changes = {(each.element, each.what): (each.old, each.new) for each in found.changed}
    assert changes["b", "kind"] == ("user task", "service task")
    assert changes["b", "topic"] == ("", "t")
    assert changes["late", "attached to"] == ("a", "b")
    assert changes["late", "interrupting"] == ("no", "yes")
    assert changes["late", "event expression"] == ("P1D", "P2D")
    assert changes["c", "scope"] == ("", "sub")


def test_the_same_diagram_differs_in_nothing() -> None:
    text = diagram(start() + ask("a") + end(), flows="start>a>end")
    found = compared(text, text)
    assert (found.added, found.removed, found.changed) == ((), (), ())
    assert set(found.same) == {"start", "a", "end"}
