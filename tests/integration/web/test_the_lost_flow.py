"""gov.br lands people on our first page after a sign-up, without a code: they go on from there."""

from datetime import timedelta

import pytest

from govbr import attempts
from govbr.store.tables import attempt
from orquestra.store import tables

from .conftest import Browser, Portal

LOST = "ele ainda não trouxe a resposta"


def _expire(portal: Portal) -> None:
    with portal.database.begin() as connection:
        attempts.expire_old(connection, portal.clock.now())


def _begin_directly(portal: Portal) -> Browser:
    browser = portal.browser()
    assert browser.post("/govbr/entrar", page="/").status_code == 303
    return browser


@pytest.mark.parametrize("minutes", [1, 31, 23 * 60])
def test_whoever_went_in_directly_finds_continuar_on_the_first_page_and_goes_on(
    portal: Portal, minutes: int
) -> None:
    browser = _begin_directly(portal)
    portal.clock.advance(timedelta(minutes=minutes))
    _expire(portal)
    page = browser.get("/").text
    assert LOST in page
    address = str(browser.post("/govbr/entrar", page="/").location)
    assert portal.come_back(browser, address).status_code == 303
    portal.work()
    assert browser.get("/govbr/andamento").location == "/area"


def test_whoever_came_back_or_never_went_is_not_asked(portal: Portal) -> None:
    assert LOST not in portal.browser().get("/").text
    browser = portal.browser()
    address = str(browser.post("/govbr/entrar", page="/").location)
    portal.back_with(browser, portal.provider.deny(address))
    assert LOST not in browser.get("/").text


def test_a_day_later_nobody_is_asked_any_more(portal: Portal) -> None:
    browser = _begin_directly(portal)
    session_id = portal.all_of(attempt)[0].session_id
    with portal.database.connect() as connection:
        for hours, asked in ((23, True), (25, False)):
            found = attempts.is_on_the_way(
                connection, session_id=session_id, now=portal.clock.now() + timedelta(hours=hours)
            )
            assert found is asked
    assert LOST in browser.get("/").text


def test_on_the_road_of_a_login_it_is_found_on_the_screen_also_from_another_browser(
    portal: Portal,
) -> None:
    browser = portal.enter()
    portal.go_to_govbr(browser)
    assert browser.get("/").location == "/normalizacao"
    another = portal.enter()
    for one in (browser, another):
        assert LOST in one.get("/normalizacao").text
    address = str(another.post("/normalizacao/entrar", page="/normalizacao").location)
    portal.come_back(another, address)
    portal.work()
    portal.answer(another, "confirmar")
    portal.work()
    assert portal.row("bass2016").state == "linked"
    assert len(portal.all_of(tables.account_link)) == 1


def test_on_the_road_of_a_login_going_on_works_after_the_attempts_own_time(portal: Portal) -> None:
    portal.go_to_govbr(portal.enter())
    portal.clock.advance(timedelta(hours=2))
    _expire(portal)
    again = portal.enter()
    portal.until_confirmation(again)
    portal.answer(again, "confirmar")
    portal.work()
    assert portal.row("bass2016").state == "linked"
