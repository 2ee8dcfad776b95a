"""Whichever way a browser comes back from gov.br, it ends on the right page, and never in a 500."""

import logging
from datetime import timedelta

import pytest

from govbr import attempts
from govbr.store.tables import attempt, attempt_event
from orquestra.store import tables

from .conftest import OTHER_CPF, PASSWORD, Browser, Portal

NOT_ACCEPTED = "Não foi possível aceitar o retorno do gov.br"
MINUTE = timedelta(minutes=1)


def _refused(portal: Portal) -> list[tuple[str | None, int | None, int | None]]:
    return [
        (row.cause, row.attempt_id, row.login_id)
        for row in portal.all_of(attempt_event)
        if row.event == "refused"
    ]


def _nothing_linked(portal: Portal) -> bool:
    return portal.all_of(tables.account_link) == [] and portal.row("bass2016").state == "legacy"


def _link(portal: Portal, browser: Browser) -> None:
    portal.until_confirmation(browser)
    portal.answer(browser, "confirmar")
    portal.work()
    assert portal.row("bass2016").state == "linked"


def test_a_reload_or_a_double_click_is_refused_once_used_and_leads_on_to_the_road(
    portal: Portal,
) -> None:
    browser = portal.enter()
    back = portal.provider.authorize(portal.go_to_govbr(browser))
    assert portal.back_with(browser, back).location == "/normalizacao/andamento"
    for _ in range(2):
        again = portal.back_with(browser, back)
        assert (again.status_code, NOT_ACCEPTED in again.text) == (400, True)
        assert 'href="/">Voltar ao Orquestra' in again.text
    portal.work()
    assert browser.get("/").location == "/normalizacao"
    assert portal.answer(browser, "confirmar").status_code == 303
    portal.work()
    assert portal.row("bass2016").state == "linked"
    login_id, (one,) = portal.row("bass2016").id, portal.all_of(attempt)
    assert _refused(portal) == [("estado_usado", one.id, login_id)] * 2


def test_negar_then_back_and_autorizar_with_the_same_state_is_refused(portal: Portal) -> None:
    browser = portal.enter()
    address = portal.go_to_govbr(browser)
    portal.back_with(browser, portal.provider.deny(address))
    portal.work()
    assert portal.come_back(browser, address).status_code == 400
    portal.work()
    assert _nothing_linked(portal)
    assert "Negar" in browser.get("/normalizacao").text
    _link(portal, browser)


def test_autorizar_then_back_and_negar_takes_nothing_back(portal: Portal) -> None:
    browser = portal.enter()
    address = portal.go_to_govbr(browser)
    portal.come_back(browser, address)
    assert portal.back_with(browser, portal.provider.deny(address)).status_code == 400
    portal.work()
    portal.answer(browser, "confirmar")
    portal.work()
    assert portal.row("bass2016").state == "linked"


def test_of_two_tabs_the_one_that_went_last_comes_back_and_the_other_is_told(
    portal: Portal,
) -> None:
    browser = portal.enter()
    first, second = portal.go_to_govbr(browser), portal.go_to_govbr(browser)
    assert portal.come_back(browser, second).status_code == 303
    portal.work()
    late = portal.come_back(browser, first)
    assert late.status_code in (303, 400)
    portal.work()
    assert _nothing_linked(portal)
    assert browser.get("/normalizacao/confirmar").status_code == 200
    portal.answer(browser, "confirmar")
    portal.work()
    assert portal.row("bass2016").state == "linked"


def test_a_lost_cookie_links_nothing_and_the_record_names_the_attempt(portal: Portal) -> None:
    browser = portal.enter()
    back = portal.provider.authorize(portal.go_to_govbr(browser))
    answer = portal.back_with(portal.browser(), back)
    assert (answer.status_code, NOT_ACCEPTED in answer.text) == (400, True)
    (one,) = portal.all_of(attempt)
    assert _refused(portal) == [("sem_sessao", one.id, None)]
    assert _nothing_linked(portal)
    page = portal.staff().get(f"/equipe/logins/{portal.row('bass2016').id}").text
    assert "o navegador não trouxe nenhuma sessão" in page
    _link(portal, portal.enter())


def test_a_return_after_the_session_ended_is_on_record_and_the_person_goes_on(
    portal: Portal,
) -> None:
    browser = portal.enter()
    back = portal.provider.authorize(portal.go_to_govbr(browser))
    portal.clock.advance(31 * MINUTE)
    answer = portal.back_with(browser, back)
    assert (answer.status_code, NOT_ACCEPTED in answer.text) == (400, True)
    (one,) = portal.all_of(attempt)
    assert _refused(portal) == [("sessao_encerrada", one.id, portal.row("bass2016").id)]
    assert "Sua sessão terminou" in browser.get("/").text
    browser.post("/", page="/", usuario="bass2016", senha=PASSWORD)
    assert "ainda não trouxe a resposta" in browser.get("/normalizacao").text
    _link(portal, browser)


def test_a_login_that_was_linked_meanwhile_elsewhere_is_said_to_be(portal: Portal) -> None:
    slow, fast = portal.enter(), portal.enter()
    back = portal.provider.authorize(portal.go_to_govbr(slow))
    _link(portal, fast)
    answer = portal.back_with(slow, back)
    assert answer.status_code == 403
    assert "já foi sincronizado" in answer.text
    assert _refused(portal)[0][0] == "sessao_encerrada"
    assert len(portal.all_of(tables.account_link)) == 1


def test_a_return_after_the_deadline_is_taken(portal: Portal) -> None:
    browser = portal.enter()
    back = portal.provider.authorize(portal.go_to_govbr(browser))
    portal.set_login("bass2016", blocked_at=portal.clock.now())
    assert portal.back_with(browser, back).status_code == 303
    portal.work()
    portal.answer(browser, "confirmar")
    portal.work()
    assert portal.row("bass2016").state == "linked"


def test_the_attempts_own_time_ends_it_while_the_session_goes_on(portal: Portal) -> None:
    browser = portal.enter()
    address = portal.go_to_govbr(browser)
    for _ in range(2):
        portal.clock.advance(16 * MINUTE)
        browser.get("/ajuda")
    assert portal.come_back(browser, address).status_code == 400
    assert _refused(portal)[0][0] == "estado_expirado"
    with portal.database.begin() as connection:
        attempts.expire_old(connection, portal.clock.now())
    assert _nothing_linked(portal)


def test_a_return_in_another_logins_browser_stands_in_the_records_of_both(portal: Portal) -> None:
    other_id = portal.login("outro2019", campaign_id=portal.row("bass2016").campaign_id)
    victim, other = portal.enter(), portal.enter("outro2019")
    back = portal.provider.authorize(portal.go_to_govbr(victim))
    portal.go_to_govbr(other)
    assert portal.back_with(other, back).status_code == 400
    (mine, _) = portal.all_of(attempt)
    assert _refused(portal) == [("outra_sessao", mine.id, other_id)]
    with portal.database.connect() as connection:
        for login_id in (other_id, portal.row("bass2016").id):
            told = attempts.read_events(connection, login_id=login_id, limit=20)
            assert "outra_sessao" in [one.cause for one in told]
    assert _nothing_linked(portal)


def test_a_direct_return_that_comes_again_leads_into_the_workspace(portal: Portal) -> None:
    browser = portal.browser()
    back = portal.provider.authorize(str(browser.post("/govbr/entrar", page="/").location))
    portal.back_with(browser, back)
    assert portal.back_with(browser, back).status_code == 400
    portal.work()
    assert browser.get("/govbr/andamento").location == "/area"
    assert portal.back_with(browser, back).status_code == 400
    assert browser.get("/").location == "/area"


def test_a_name_made_to_break_pages_logs_and_mails_is_only_a_name(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    evil = "Maria\r\nBcc: todos@evil.example\x1b[31m\u202e<script>alert(1)</script>\x00"
    caplog.set_level(logging.DEBUG)
    portal.provider.userinfo["name"] = portal.provider.claims["name"] = evil
    portal.set_login("bass2016", email="antigo@example.org")
    browser = portal.enter()
    portal.until_confirmation(browser)
    asked = browser.get("/normalizacao/confirmar").text
    assert "&lt;script&gt;alert(1)" in asked
    portal.answer(browser, "confirmar")
    portal.work()
    (person,) = portal.all_of(tables.person)
    assert person.name == "Maria Bcc: todos@evil.example [31m <script>alert(1)</script>"
    assert "<script>alert" not in browser.get("/area").text
    kept = [*portal.all_of(tables.notice), *portal.all_of(tables.consent_record)]
    logged = [record.getMessage() for record in caplog.records]
    for text in (*map(str, kept), *logged):
        assert "\nBcc" not in text
        assert "\x1b" not in text


def test_another_person_who_returns_to_a_persons_session_is_shown_before_anything_moves(
    portal: Portal,
) -> None:
    browser = portal.enter()
    address = portal.go_to_govbr(browser)
    portal.provider.userinfo["sub"] = portal.provider.cpf = OTHER_CPF
    portal.come_back(browser, address)
    portal.work()
    assert "982.247" in browser.get("/normalizacao/confirmar").text
    assert _nothing_linked(portal)
