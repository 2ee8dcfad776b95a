"""A worker asks first for what people wait for; the other queues take turns."""

from tasks.queues import QUEUES, UrgentFirst


def _order() -> UrgentFirst:
    """The order of a worker that asks all queues."""
    made = UrgentFirst()
    made.update(set(QUEUES))
    return made


def test_what_people_wait_for_comes_first_whatever_had_its_turn() -> None:
    order = _order()
    for queue in ("interactive", "timers", "background", "interactive", "sweep"):
        order.rotate(queue)
        assert order.consume(len(QUEUES))[:2] == ["interactive", "sweep"]


def test_the_others_take_turns() -> None:
    order = _order()
    turns = []
    for _turn in range(7):
        turns.append(order.consume(len(QUEUES))[2])
        order.rotate(turns[-1])
    assert turns[:3] == turns[3:6]
    assert set(turns) == {"timers", "background", "mail"}
    assert turns[6] == turns[0]


def test_a_queue_that_is_no_longer_asked_is_left_out_and_the_turns_go_on() -> None:
    order = _order()
    order.rotate("background")
    order.update(["timers", "background", "interactive"])
    assert order.consume(3) == ["interactive", "timers", "background"]
    order.rotate("unknown")
    assert order.consume(3) == ["interactive", "timers", "background"]
