"""A visit ends when it is not used, and at last; its end is told, and leads back to the page."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from orquestra.store import tables

from .conftest import CPF, PASSWORD, Portal

MINUTE = timedelta(minutes=1)
OVER = "Sua sessão terminou"


def _page_of_process(portal: Portal) -> str:
    with portal.database.connect() as connection:
        number = connection.scalars(select(tables.process_record.c.number)).one()
    return f"/processos/{number}"


def _idle(portal: Portal) -> None:
    portal.clock.advance(31 * MINUTE)


def test_who_was_idle_too_long_is_told_and_led_back_to_the_page(portal: Portal) -> None:
    browser = portal.enter()
    page = _page_of_process(portal)
    assert browser.get(page).status_code == 200
    _idle(portal)
    entrance = str(browser.get(page).location)
    shown = browser.get(entrance).text
    assert OVER in shown
    assert shown.count(f'name="voltar" value="{page}"') == 2
    back = browser.post("/", page=entrance, usuario="bass2016", senha=PASSWORD, voltar=page)
    assert back.location == page
    assert OVER not in browser.get(page).text


def test_a_wrong_password_on_the_way_back_forgets_no_page(portal: Portal) -> None:
    page = _page_of_process(portal)
    browser = portal.browser()
    entrance = str(browser.get(page).location)
    again = browser.post("/", page=entrance, usuario="bass2016", senha="errada", voltar=page)
    assert f'name="voltar" value="{page}"' in again.text


def test_gov_br_leads_back_to_the_page_too(portal: Portal) -> None:
    browser = portal.browser()
    entrance = str(browser.get("/area/processos").location)
    begun = browser.post("/govbr/entrar", page=entrance, voltar="/area/processos")
    portal.come_back(browser, str(begun.location))
    portal.work()
    assert browser.get("/govbr/andamento").location == "/area/processos"


def test_staff_are_led_back_to_their_page(portal: Portal) -> None:
    browser = portal.staff()
    _idle(portal)
    entrance = str(browser.get("/equipe/incidentes").location)
    assert entrance.startswith("/equipe/entrar?")
    shown = browser.get(entrance).text
    assert OVER in shown
    assert 'name="voltar" value="/equipe/incidentes"' in shown


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/equipe", "/equipe/logins", ""],
)
def test_the_way_back_leads_nowhere_else(portal: Portal, elsewhere: str) -> None:
    browser = portal.browser()
    shown = browser.client.get("/", query_string={"voltar": elsewhere}).text
    ways_back = re.findall(r'name="voltar" value="([^"]*)"', shown)
    # The button for contrast names this very page.
    assert [path for path in ways_back if not path.startswith("/?")] == []
    back = browser.post("/", page="/", usuario="bass2016", senha=PASSWORD, voltar=elsewhere)
    assert back.location == "/normalizacao"


def test_a_blocked_login_is_led_to_normalizing_wherever_it_wanted_to_go(portal: Portal) -> None:
    portal.set_login("bass2016", blocked_at=portal.clock.now())
    browser = portal.browser()
    back = browser.post("/", page="/", usuario="bass2016", senha=PASSWORD, voltar="/area")
    assert back.location == "/normalizacao"


def test_a_form_that_comes_too_late_gives_its_text_back_and_does_nothing(portal: Portal) -> None:
    browser = portal.enter()
    page = _page_of_process(portal)
    token = browser.token(page)
    _idle(portal)
    answer = browser.client.post(
        f"{page}/mensagens",
        data={"csrf_token": token, "mensagem": "Segue o <laudo> pedido.", "senha": "minha senha"},
        headers={"Referer": f"http://localhost{page}?aba=2"},
    )
    assert answer.status_code == 403
    assert OVER in answer.text
    assert "Segue o &lt;laudo&gt; pedido." in answer.text
    assert "minha senha" not in answer.text
    assert f'href="/?voltar={page}"' in answer.text
    assert portal.all_of(tables.process_message) == []


def test_a_form_from_another_site_is_given_no_way_back(portal: Portal) -> None:
    browser = portal.enter()
    _idle(portal)
    answer = browser.client.post("/normalizacao/entrar", headers={"Referer": "https://e.example/x"})
    assert (answer.status_code, 'href="/"' in answer.text) == (403, True)


def test_a_login_page_that_grew_stale_is_renewed_instead_of_refused(portal: Portal) -> None:
    browser = portal.browser()
    token = browser.token("/")
    portal.enter(browser=browser)
    form = {"csrf_token": token, "usuario": "bass2016", "senha": PASSWORD}
    answer = browser.client.post("/", data=form)
    assert (answer.status_code, answer.location) == (303, "/")


def test_leaving_is_said_once_and_names_nobody(portal: Portal) -> None:
    browser = portal.enter()
    assert browser.post("/sair", page="/ajuda").location == "/"
    first = browser.get("/").text
    assert "Você saiu do Orquestra." in first
    assert "Você saiu" not in browser.get("/").text


def test_leaving_gov_br_says_so(portal: Portal) -> None:
    browser = portal.enter_directly()
    assert "/logout?" in str(browser.post("/sair", page="/area").location)
    assert "do gov.br neste navegador" in browser.get("/").text


def test_leaving_after_the_session_ended_leads_to_the_entrance(portal: Portal) -> None:
    browser = portal.enter()
    token = browser.token("/ajuda")
    _idle(portal)
    answer = browser.client.post("/sair", data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, "/")


def test_the_page_knows_how_long_the_session_lasts(portal: Portal) -> None:
    browser = portal.enter()
    page = browser.get("/normalizacao").text
    assert 'data-session-seconds="1800"' in page
    assert "data-session-final" not in page
    assert re.search(r"Sem uso, sua sessão termina em \d\d/\d\d/\d{4} às \d\d:\d\d", page)
    assert browser.get("/sessao.json").json == {"seconds": 1800, "final": False}


def test_near_the_last_hour_no_use_makes_it_longer_and_the_page_says_so(portal: Portal) -> None:
    browser = portal.enter()
    for _ in range(36):
        portal.clock.advance(20 * MINUTE - timedelta(seconds=10))
        assert browser.get("/sessao.json").status_code == 200
    assert browser.get("/sessao.json").json == {"seconds": 360, "final": True}
    page = browser.get("/normalizacao").text
    assert "data-session-final" in page
    assert "Sua sessão termina em" in page
    portal.clock.advance(6 * MINUTE + timedelta(seconds=1))
    gone = browser.get("/sessao.json")
    assert gone.status_code == 401
    assert OVER in browser.get("/").text


def test_a_password_that_was_changed_elsewhere_is_said(portal: Portal) -> None:
    browser = portal.enter()
    with portal.database.begin() as connection:
        connection.execute(
            tables.portal_session.update()
            .where(tables.portal_session.c.kind == "legacy")
            .values(ended_at=portal.clock.now(), ended_reason="senha_trocada")
        )
    assert "foi trocada" in browser.get("/").text


def test_gov_br_s_person_is_nobody_here_after_idling(portal: Portal) -> None:
    browser = portal.enter_directly()
    assert CPF not in browser.get("/area").text
    _idle(portal)
    assert browser.get("/area").location == "/"
    assert OVER in browser.get("/").text
