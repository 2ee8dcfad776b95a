"""The road of one login through the pages: screen, return, confirmation, link, and each way off."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import func, select, update

from govbr.store.tables import attempt
from orquestra import ownership
from orquestra.store import tables
from web.customer import road

from .conftest import CPF, OTHER_CPF, Portal


def _step(portal: Portal, login_id: int) -> road.Step:
    with portal.database.connect() as connection:
        return road.read(connection, login_id).step


def _plain(html: str) -> str:
    """The page's words, without markup, as a person reads them."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_the_screen_speaks_the_guides_words_with_the_logins_own_names(portal: Portal) -> None:
    page = _plain(portal.enter().get("/normalizacao").text)
    for sentence in (
        "Prezado(a) bassdrill,",
        (
            "Sua conta atual do Orquestra bass2016 deverá ser sincronizada com sua nova conta da "
            "plataforma acesso.gov.br."
        ),
        "Realizar o cadastro com seus dados pessoais (CPF, Nome, Email e Telefone);",
        (
            "Esta atividade deverá ser realizada até a data 01/04/2026. Caso contrário, o sistema "
            "Orquestra o redirecionará automaticamente para a plataforma acesso.gov.br;"
        ),
        (
            "Após a sincronização, não será mais possível realizar o login com a sua conta antiga "
            "do Orquestra, apenas via acesso.gov.br;"
        ),
        "Caso não queira sincronizar agora, clique aqui para retornar ao Orquestra.",
    ):
        assert sentence in page


def test_the_whole_road_ends_with_everything_in_the_persons_account(portal: Portal) -> None:
    browser = portal.enter()
    address = portal.go_to_govbr(browser)
    assert address.startswith("https://sso.exemplo.gov.br/authorize")
    back = portal.come_back(browser, address)
    assert back.location == "/normalizacao/andamento"
    assert back.headers["Referrer-Policy"] == "no-referrer"
    portal.work()
    assert browser.get("/normalizacao/andamento.json").json["next_url"] == "/normalizacao/confirmar"
    confirm = _plain(browser.get("/normalizacao/confirmar").text)
    assert "Maria Exemplo" in confirm
    assert "***.456.789-**" in confirm
    assert "1 em andamento e 0 concluídos" in confirm
    assert CPF not in confirm
    assert portal.answer(browser, "confirmar").location == "/normalizacao/andamento"
    portal.work()
    done = browser.get("/normalizacao/andamento.json").json
    assert (done["done"], done["next_url"]) == (True, "/area")
    assert "1 processo passou" in done["html"]
    assert portal.row("bass2016").state == "linked"
    assert browser.get("/area").status_code == 200
    assert browser.get("/").location == "/area"


def test_a_session_elsewhere_gets_403_from_the_moment_of_the_link(portal: Portal) -> None:
    other, browser = portal.enter(), portal.enter()
    portal.until_confirmation(browser)
    assert other.get("/area").status_code == 200
    token = other.token("/normalizacao")
    portal.answer(browser, "confirmar")
    portal.work()
    sent = other.client.post("/normalizacao/entrar", data={"csrf_token": token})
    assert (sent.status_code, "já foi sincronizado" in sent.text) == (403, True)
    for path in ("/area", "/normalizacao", "/normalizacao/andamento.json"):
        assert other.get(path).status_code == 403
    assert "entre com gov.br" in other.get("/area").text.casefold()
    assert other.get("/").status_code == 200


def test_only_the_browser_that_went_to_govbr_may_confirm(portal: Portal) -> None:
    other, browser = portal.enter(), portal.enter()
    portal.until_confirmation(browser)
    page = other.get("/normalizacao/confirmar").text
    assert "em outro navegador" in page
    assert "Maria Exemplo" not in page
    for response in ("confirmar", "nao_sou_eu"):
        assert portal.answer(other, response).status_code == 403
    assert portal.row("bass2016").state == "legacy"
    assert portal.answer(other, "recomecar").location == "/normalizacao"
    portal.work()
    portal.until_confirmation(other)
    assert "Maria Exemplo" in other.get("/normalizacao/confirmar").text


def test_not_me_leaves_through_govbrs_logout_and_trying_again_works(portal: Portal) -> None:
    browser = portal.enter()
    portal.until_confirmation(browser)
    answer = portal.answer(browser, "nao_sou_eu")
    assert str(answer.location).startswith("https://sso.exemplo.gov.br/logout?")
    portal.work()
    assert browser.get("/").location == "/normalizacao"
    assert "não é a pessoa que voltou do gov.br" in browser.get("/normalizacao").text
    assert [row.outcome for row in portal.all_of(tables.consent_record)] == [
        "autorizado",
        "nao_sou_eu",
    ]
    portal.until_confirmation(browser)
    assert "É você?" in browser.get("/normalizacao/confirmar").text


def test_a_denied_consent_links_nothing_is_on_record_and_can_be_tried_again(portal: Portal) -> None:
    browser = portal.enter()
    back = portal.back_with(browser, portal.provider.deny(portal.go_to_govbr(browser)))
    assert back.status_code == 303
    portal.work()
    assert browser.get("/normalizacao/andamento").location == "/normalizacao"
    assert "Você escolheu <strong>Negar</strong>" in browser.get("/normalizacao").text
    assert [row.outcome for row in portal.all_of(tables.consent_record)] == ["negado"]
    portal.until_confirmation(browser)


def test_a_state_opens_once_and_only_in_its_own_browser(portal: Portal) -> None:
    browser, other = portal.enter(), portal.enter()
    query = portal.provider.authorize(portal.go_to_govbr(browser))
    for stranger in (other, portal.browser()):
        refused = portal.back_with(stranger, query)
        assert refused.status_code == 400
        assert "Nada foi vinculado" in refused.text
    assert portal.back_with(browser, query).status_code == 303
    assert portal.back_with(browser, query).status_code == 400
    assert portal.back_with(browser, {"code": "x"}).status_code == 400


def test_two_tabs_may_begin_and_the_first_return_moves_the_road(portal: Portal) -> None:
    browser = portal.enter()
    first, second = portal.go_to_govbr(browser), portal.go_to_govbr(browser)
    assert portal.come_back(browser, second).status_code == 303
    late = portal.come_back(browser, first)
    assert (late.status_code, late.location) == (303, "/normalizacao/andamento")
    portal.work()
    assert "É você?" in browser.get("/normalizacao/confirmar").text
    with portal.database.connect() as connection:
        outcomes = connection.execute(select(attempt.c.outcome).order_by(attempt.c.id)).scalars()
        assert list(outcomes) == ["fora_de_hora", None]


def test_who_came_back_without_a_code_finds_the_way_on(portal: Portal) -> None:
    browser = portal.enter()
    portal.go_to_govbr(browser)
    assert browser.get("/").location == "/normalizacao"
    assert "Continuar" in browser.get("/normalizacao").text
    portal.until_confirmation(browser)


def test_a_page_left_open_in_another_tab_confirms_nobody_whom_it_did_not_show(
    portal: Portal,
) -> None:
    browser = portal.enter()
    portal.until_confirmation(browser)
    page = browser.get("/normalizacao/confirmar").text
    shown = re.search(r'name="tentativa" value="(\d+)"', page)
    assert shown is not None
    portal.answer(browser, "recomecar")
    portal.work()
    portal.provider.userinfo = {"sub": "52998224725", "name": "Outra Pessoa"}
    portal.provider.claims = {"sub": "52998224725"}
    portal.until_confirmation(browser)
    for answer in ("confirmar", "nao_sou_eu"):
        left = browser.post("/normalizacao/confirmar", resposta=answer, tentativa=shown.group(1))
        assert left.location == "/normalizacao/andamento"
        assert "Outra Pessoa" in browser.get("/normalizacao/confirmar").text


def test_a_double_click_on_confirm_ends_on_a_page_of_the_road(portal: Portal) -> None:
    browser = portal.enter()
    portal.until_confirmation(browser)
    token = browser.token("/normalizacao/confirmar")
    old = browser.client.get_cookie("normaliza_sessao")
    assert old is not None
    form = {"csrf_token": token, "resposta": "confirmar"}
    assert browser.client.post("/normalizacao/confirmar", data=form).status_code == 303
    fresh = browser.client.get_cookie("normaliza_sessao")
    assert fresh is not None
    assert fresh.value != old.value
    again = browser.post("/normalizacao/confirmar", resposta="confirmar")
    assert (again.status_code, again.location) == (303, "/normalizacao/andamento")


def test_govbr_down_is_said_and_the_road_goes_on_when_it_is_back(portal: Portal) -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down", request=request)

    browser = portal.enter()
    portal.provider.faults["token"] = down
    portal.come_back(browser, portal.go_to_govbr(browser))
    portal.work()
    page = _plain(browser.get("/normalizacao/andamento").text)
    assert "O gov.br não está respondendo" in page
    assert re.search(r"Tentaremos de novo às \d\d:\d\d", page)
    portal.provider.faults.clear()
    portal.clock.advance(timedelta(seconds=10))
    portal.work_again()
    assert "É você?" in browser.get("/normalizacao/confirmar").text


def test_a_confirmation_that_came_too_late_shows_nobody(portal: Portal) -> None:
    browser = portal.enter()
    portal.until_confirmation(browser)
    with portal.database.begin() as connection:
        connection.execute(update(attempt).values(status="failed", failure="expirado"))
    page = browser.get("/normalizacao/confirmar").text
    assert "O tempo para confirmar terminou" in page
    assert "Maria Exemplo" not in page


def test_after_the_deadline_the_login_lands_on_the_screen_and_may_only_look(portal: Portal) -> None:
    portal.clock.advance(timedelta(days=40))
    portal.set_login("bass2016", blocked_at=portal.clock.now())
    browser = portal.enter()
    page = _plain(browser.get("/normalizacao").text)
    assert "O prazo terminou em 01/04/2026" in page
    assert "Caso não queira sincronizar agora" not in page
    assert browser.get("/area").status_code == 200
    portal.until_confirmation(browser)


def test_another_cpf_waits_for_staff_who_see_both_sides_and_give_a_reason(portal: Portal) -> None:
    portal.set_login("bass2016", cpf=OTHER_CPF)
    browser = portal.enter()
    portal.until_confirmation(browser)
    portal.answer(browser, "confirmar")
    portal.work()
    assert "A equipe do Inmetro vai decidir" in browser.get("/normalizacao/andamento").text
    assert portal.row("bass2016").state == "legacy"
    staff = portal.staff()
    listed = staff.get("/equipe/decisoes").text
    path = re.search(r'href="(/equipe/decisoes/\d+)"', listed)
    assert path is not None
    page = _plain(staff.get(path.group(1)).text)
    assert "bassdrill" in page
    assert "Maria Exemplo" in page
    assert OTHER_CPF not in page
    assert CPF not in page
    assert staff.post(path.group(1), decisao="recusar").status_code == 422
    reason = "Documento de outra pessoa."
    assert staff.post(path.group(1), decisao="recusar", motivo=reason).status_code == 422
    refused = staff.post(
        path.group(1),
        decisao="recusar",
        motivo=reason,
        proximo_passo="entrar_com_a_conta_do_titular",
    )
    assert refused.location == "/equipe/decisoes"
    portal.work()
    assert staff.get(path.group(1)).status_code == 409
    screen = browser.get("/normalizacao").text
    assert reason in screen
    assert "com a conta gov.br do titular do login" in screen
    assert portal.row("bass2016").state == "legacy"
    with portal.database.connect() as connection:
        assert ownership.waiting_decision(connection, portal.row("bass2016").id) is None


def test_the_staffs_approval_links(portal: Portal) -> None:
    portal.set_login("bass2016", cpf=OTHER_CPF)
    browser = portal.enter()
    portal.until_confirmation(browser)
    portal.answer(browser, "confirmar")
    portal.work()
    staff = portal.staff()
    path = re.search(r'href="(/equipe/decisoes/\d+)"', staff.get("/equipe/decisoes").text)
    assert path is not None
    staff.post(path.group(1), decisao="aprovar", motivo="Conferido por telefone.")
    portal.work()
    assert portal.row("bass2016").state == "linked"


def test_staff_pages_are_for_staff(portal: Portal) -> None:
    browser = portal.enter()
    for path in ("/equipe", "/equipe/decisoes", "/equipe/decisoes/1"):
        assert str(browser.get(path).location).startswith("/equipe/entrar")
    staff = portal.staff()
    assert staff.get("/area").location == "/"
    assert staff.get("/").location == "/equipe"
    assert staff.get("/equipe/decisoes/999").status_code == 404


def test_no_address_of_the_road_names_a_person(portal: Portal) -> None:
    browser = portal.enter()
    places = [portal.go_to_govbr(browser)]
    places.append(str(portal.come_back(browser, places[0]).location))
    portal.work()
    places.append(str(portal.answer(browser, "confirmar").location))
    places += [rule.rule for rule in portal.app.url_map.iter_rules()]
    words = " ".join(places)
    for secret in (CPF, "bass2016", "bassdrill", "maria", "Maria"):
        assert secret not in words
    assert all(not urlsplit(place).query for place in places[1:3])


@pytest.mark.parametrize("response", ["", "talvez"])
def test_an_answer_that_is_none_of_the_three_is_refused(portal: Portal, response: str) -> None:
    browser = portal.enter()
    portal.until_confirmation(browser)
    assert portal.answer(browser, response).status_code == 400
    assert _step(portal, portal.row("bass2016").id) is road.Step.CONFIRMING


def test_beginning_is_refused_quietly_where_the_road_is_elsewhere(portal: Portal) -> None:
    browser = portal.enter()
    portal.until_confirmation(browser)
    answer = browser.post("/normalizacao/entrar")
    assert answer.location == "/normalizacao/andamento"
    with portal.database.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(attempt)) == 1
