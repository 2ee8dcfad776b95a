"""Passo 1 on a real database: who is let in, what is said, and what is not given away."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from orquestra.store import tables
from web.customer.entrance import INACTIVE, LINKED, LOCKED, WRONG
from web.security import guessing

from .conftest import PASSWORD, Portal


def test_a_login_of_an_open_campaign_is_led_to_the_normalization_screen(portal: Portal) -> None:
    browser = portal.browser()
    answer = browser.post("/", page="/", usuario="bass2016", senha=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/normalizacao")


def test_a_login_outside_any_campaign_goes_to_its_workspace(portal: Portal) -> None:
    portal.login("livre")
    answer = portal.browser().post("/", page="/", usuario="livre", senha=PASSWORD)
    assert answer.location == "/area"


def test_unknown_and_wrong_are_the_same_answer(portal: Portal) -> None:
    answers = [
        portal.browser().post("/", page="/", usuario=name, senha="errada")
        for name in ("bass2016", "ninguem")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert all(WRONG in answer.text for answer in answers)


def test_a_switched_off_login_is_told_so_only_with_its_password(portal: Portal) -> None:
    portal.set_login("bass2016", active=False)
    wrong = portal.browser().post("/", page="/", usuario="bass2016", senha="errada")
    right = portal.browser().post("/", page="/", usuario="bass2016", senha=PASSWORD)
    assert WRONG in wrong.text
    assert INACTIVE in right.text


def test_a_locked_login_is_led_to_a_new_password_and_no_right_try_is_counted(
    portal: Portal,
) -> None:
    portal.set_login("bass2016", locked=True)
    assert WRONG in portal.browser().post("/", page="/", usuario="bass2016", senha="errada").text
    for _ in range(guessing.PER_PAIR):
        right = portal.browser().post("/", page="/", usuario="bass2016", senha=PASSWORD)
        assert (right.status_code, LOCKED in right.text) == (403, True)
    assert "/esqueci-minha-senha" in right.text


def test_the_ninth_wrong_password_has_to_wait_and_fifteen_minutes_later_the_right_one_enters(
    portal: Portal,
) -> None:
    browser = portal.browser()
    for _ in range(guessing.PER_PAIR):
        assert browser.post("/", page="/", usuario="bass2016", senha="x").status_code == 401
    assert browser.post("/", page="/", usuario="bass2016", senha=PASSWORD).status_code == 429
    portal.clock.advance(guessing.WINDOW + timedelta(seconds=1))
    assert browser.post("/", page="/", usuario="bass2016", senha=PASSWORD).status_code == 303


def test_the_name_is_remembered_only_when_asked(portal: Portal) -> None:
    browser = portal.browser()
    browser.post("/", page="/", usuario="bass2016", senha=PASSWORD, salvar="sim")
    browser.post("/sair")
    assert 'value="bass2016"' in browser.get("/").text
    other = portal.enter()
    other.post("/sair")
    assert 'value="bass2016"' not in other.get("/").text


@pytest.mark.parametrize("path", ["/sair", "/normalizacao/entrar", "/normalizacao/confirmar"])
def test_a_form_without_its_token_is_refused(portal: Portal, path: str) -> None:
    browser = portal.enter()
    answer = browser.client.post(path, data={"usuario": "bass2016", "senha": PASSWORD})
    assert answer.status_code == 400
    assert "formulário não vale mais" in answer.text


@pytest.mark.parametrize("path", ["/", "/govbr/entrar", "/equipe/entrar"])
def test_a_sign_in_without_its_token_signs_nobody_in_and_shows_the_page_anew(
    portal: Portal, path: str
) -> None:
    browser = portal.browser()
    answer = browser.client.post(path, data={"usuario": "bass2016", "senha": PASSWORD})
    page = path if path.startswith("/equipe") else "/"
    assert (answer.status_code, answer.location) == (303, page)
    assert "Tente de novo" in browser.get(page).text
    assert {row.kind for row in portal.all_of(tables.portal_session)} == {"anonymous"}


def test_a_token_planted_before_entering_is_worth_nothing_after_it(portal: Portal) -> None:
    browser = portal.browser()
    browser.get("/")
    cookie = browser.client.get_cookie("normaliza_sessao")
    assert cookie is not None
    portal.enter(browser=browser)
    thief = portal.browser()
    thief.client.set_cookie("normaliza_sessao", cookie.value)
    assert thief.get("/area").status_code == 303
    assert thief.get("/area").location == "/"


def test_reading_a_help_page_leaves_no_session_behind(portal: Portal) -> None:
    portal.browser().get("/health/live")
    portal.browser().get("/nao-existe")
    with portal.database.connect() as connection:
        made = connection.scalar(select(func.count()).select_from(tables.portal_session))
    assert made == 0


def test_leaving_ends_the_session_in_the_database(portal: Portal) -> None:
    browser = portal.enter()
    answer = browser.post("/sair")
    assert answer.location == "/"
    assert [row.ended_reason for row in portal.all_of(tables.portal_session)][-1] == "saiu"
    assert browser.get("/area").location == "/"


def test_every_answer_is_strict_and_kept_nowhere(portal: Portal) -> None:
    for path in ("/", "/nao-existe", "/health/ready"):
        headers = portal.browser().get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "form-action 'self' https://sso.exemplo.gov.br" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
    cookie = portal.browser().get("/").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_linked_login_is_told_to_use_govbr(portal: Portal) -> None:
    browser = portal.enter()
    portal.until_confirmation(browser)
    portal.answer(browser, "confirmar")
    portal.work()
    answer = portal.browser().post("/", page="/", usuario="bass2016", senha=PASSWORD)
    assert answer.status_code == 403
    assert LINKED in answer.text
