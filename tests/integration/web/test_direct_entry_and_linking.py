"""The direct "Entrar com gov.br", and the logins that a person adds by their password."""

from werkzeug.test import TestResponse

from orquestra.store import tables

from .conftest import PASSWORD, Browser, Portal


def _begin(browser: Browser) -> str:
    answer = browser.post("/govbr/entrar", page="/")
    assert answer.status_code == 303
    return str(answer.location)


def _add(browser: Browser, login: str, password: str = PASSWORD) -> TestResponse:
    return browser.post("/vincular", page="/vincular", usuario=login, senha=password)


def test_someone_with_nothing_linked_comes_in_and_is_offered_to_link(portal: Portal) -> None:
    browser = portal.enter_directly()
    assert "Vincular um login antigo" in browser.get("/area").text
    assert [row.outcome for row in portal.all_of(tables.consent_record)] == ["autorizado"]


def test_the_token_changes_when_the_person_is_known(portal: Portal) -> None:
    browser = portal.browser()
    address = _begin(browser)
    before = browser.client.get_cookie("normaliza_sessao")
    portal.come_back(browser, address)
    portal.work()
    browser.get("/govbr/andamento")
    after = browser.client.get_cookie("normaliza_sessao")
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_a_denied_entry_is_said_at_the_entrance_and_on_record(portal: Portal) -> None:
    browser = portal.browser()
    back = portal.back_with(browser, portal.provider.deny(_begin(browser)))
    assert back.location == "/"
    assert "Você escolheu Negar no gov.br" in browser.get("/").text
    assert [row.outcome for row in portal.all_of(tables.consent_record)] == ["negado"]


def test_a_refused_code_leads_back_to_the_entrance_with_a_sentence(portal: Portal) -> None:
    browser = portal.browser()
    query = portal.provider.authorize(_begin(browser)) | {"code": "never-issued"}
    assert portal.back_with(browser, query).location == "/govbr/andamento"
    portal.work()
    assert browser.get("/govbr/andamento").location == "/"
    assert "novamente" in browser.get("/").text


def test_while_it_takes_longer_the_page_says_so(portal: Portal) -> None:
    browser = portal.browser()
    portal.come_back(browser, _begin(browser))
    page = browser.get("/govbr/andamento")
    assert page.status_code == 200
    assert "Estamos conferindo" in page.text
    assert browser.get("/govbr/andamento.json").json["done"] is False
    portal.work()
    assert browser.get("/govbr/andamento.json").json == {
        "html": browser.get("/govbr/andamento.json").json["html"],
        "done": True,
        "next_url": "/govbr/andamento",
    }


def test_an_entry_belongs_to_the_browser_that_began_it(portal: Portal) -> None:
    browser = portal.browser()
    portal.come_back(browser, _begin(browser))
    portal.work()
    assert portal.browser().get("/govbr/andamento").location == "/"


def test_a_person_adds_an_old_login_by_its_password_and_sees_both(portal: Portal) -> None:
    portal.login("segundo")
    browser = portal.enter_directly()
    for login in ("bass2016", "segundo"):
        assert _add(browser, login).location == "/normalizacao"
        assert login in browser.get("/normalizacao").text
        portal.until_confirmation(browser)
        portal.answer(browser, "confirmar")
        portal.work()
        assert portal.row(login).state == "linked"
    area = browser.get("/area").text
    assert "bass2016" in area
    assert "segundo" in area


def test_a_wrong_password_adds_nothing(portal: Portal) -> None:
    browser = portal.enter_directly()
    assert _add(browser, "bass2016", "errada").status_code == 401
    assert browser.get("/normalizacao").status_code == 404


def test_a_login_of_another_person_is_refused_with_its_holder_masked(portal: Portal) -> None:
    owner = portal.enter()
    portal.until_confirmation(owner)
    portal.answer(owner, "confirmar")
    portal.work()
    portal.provider.userinfo = {"sub": "52998224725", "name": "Outra Pessoa"}
    portal.provider.claims = {"sub": "52998224725"}
    answer = _add(portal.enter_directly(), "bass2016")
    assert answer.status_code == 403
    assert "***.456.789-**" in answer.text
    assert "10/03/2026" in answer.text
    assert "bass2016" in answer.text


def test_ones_own_linked_login_is_said_to_be_ones_own(portal: Portal) -> None:
    owner = portal.enter()
    portal.until_confirmation(owner)
    portal.answer(owner, "confirmar")
    portal.work()
    assert "já está vinculado à sua conta" in _add(owner, "bass2016").text


def test_another_person_coming_back_is_pointed_out_before_it_counts(portal: Portal) -> None:
    browser = portal.enter_directly()
    _add(browser, "bass2016")
    portal.provider.userinfo = {"sub": "52998224725", "name": "Outra Pessoa"}
    portal.provider.claims = {"sub": "52998224725"}
    portal.until_confirmation(browser)
    assert "Outra pessoa voltou do gov.br" in browser.get("/normalizacao/confirmar").text


def test_a_person_leaves_through_govbrs_logout(portal: Portal) -> None:
    browser = portal.enter_directly()
    assert str(browser.post("/sair").location).startswith("https://sso.exemplo.gov.br/logout?")
    assert browser.get("/area").location == "/"
