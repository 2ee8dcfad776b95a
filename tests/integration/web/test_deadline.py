"""The campaign's deadline by the clock: its timer's row, the sweep, the block, and who is away."""

from datetime import timedelta

from engine.sweep import Sweep
from orquestra import campaign

from .conftest import DEADLINE, PASSWORD, Portal


def _stand_before_the_deadline(portal: Portal, by: timedelta) -> None:
    """Set the clock so long before the first instant after the last day."""
    portal.clock.instant = campaign.end_of_day(DEADLINE) - by


def _sweep(portal: Portal) -> None:
    """What a beat's tick and the workers do."""
    sweep = Sweep(runtime=portal.runtime)
    sweep.fire(sweep.run().timers)
    portal.work()


def test_the_last_second_of_the_last_day_is_open_and_the_next_one_is_blocked(
    portal: Portal,
) -> None:
    _stand_before_the_deadline(portal, timedelta(minutes=10))
    portal.go_to_govbr(portal.enter())

    portal.clock.advance(timedelta(minutes=9, seconds=59))
    _sweep(portal)
    assert portal.row("bass2016").blocked_at is None

    portal.clock.advance(timedelta(seconds=1))
    _sweep(portal)
    assert portal.row("bass2016").blocked_at == campaign.end_of_day(DEADLINE)


def test_a_blocked_login_lands_on_normalizing_by_itself(portal: Portal) -> None:
    _stand_before_the_deadline(portal, timedelta(minutes=10))
    portal.go_to_govbr(portal.enter())
    portal.clock.advance(timedelta(minutes=11))
    _sweep(portal)

    answer = portal.browser().post("/", page="/", usuario="bass2016", senha=PASSWORD)

    assert (answer.status_code, answer.location) == (303, "/normalizacao")


def test_a_deadline_that_falls_while_someone_is_at_govbr_throws_nobody_out(
    portal: Portal,
) -> None:
    _stand_before_the_deadline(portal, timedelta(minutes=10))
    browser = portal.enter()
    address = portal.go_to_govbr(browser)
    portal.clock.advance(timedelta(minutes=11))
    _sweep(portal)
    assert portal.row("bass2016").blocked_at is not None

    assert portal.come_back(browser, address).status_code == 303
    portal.work()
    assert "É você?" in browser.get("/normalizacao/confirmar").text
    portal.answer(browser, "confirmar")
    portal.work()

    linked = portal.row("bass2016")
    assert (linked.state, linked.blocked_at) == ("linked", None)


def test_the_timer_of_a_normalized_login_is_gone(portal: Portal) -> None:
    browser = portal.enter()
    portal.until_confirmation(browser)
    portal.answer(browser, "confirmar")
    portal.work()

    portal.clock.instant = campaign.end_of_day(DEADLINE) + timedelta(days=1)
    assert Sweep(runtime=portal.runtime).run().timers == ()
    assert portal.row("bass2016").blocked_at is None
