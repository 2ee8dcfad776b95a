"""What the instance knows at its end: the data of all its tokens, whichever ended last."""

from .diagrams import ask, boundary, diagram, end, node, start, timer
from .walk import Walk

NOTED = diagram(
    start()
    + node("parallelGateway", "fork")
    + node("parallelGateway", "join")
    + "".join(map(ask, ("a", "b", "last", "note")))
    + boundary("remind", "a", timer("PT1H"), interrupting=False)
    + end()
    + end("end_note"),
    flows="start>fork>a>join>last>end; fork>b>join; remind>note>end_note",
)


def test_a_token_that_ended_aside_takes_no_data_from_the_others() -> None:
    walk = Walk(diagram=NOTED)
    walk.start()
    walk.fire("remind")
    walk.complete("a", a=1)
    walk.complete("note", note=1)
    walk.complete("b", b=1)
    walk.complete("last", last=1)

    assert walk.variables() == {"a": 1, "b": 1, "last": 1, "note": 1}


def test_so_it_is_where_the_one_aside_ends_last() -> None:
    walk = Walk(diagram=NOTED)
    walk.start()
    walk.fire("remind")
    walk.complete("a", a=1)
    walk.complete("b", b=1)
    walk.complete("last", last=1)
    walk.complete("note", note=1)

    assert walk.variables() == {"a": 1, "b": 1, "last": 1, "note": 1}
