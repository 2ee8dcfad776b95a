"""A lost mailbox, from the form to the staff's answer and the link that it mails."""

from dataclasses import replace
from typing import cast

from orquestra import access_cases, passwords, staff
from orquestra.notices import LINK_PURPOSE
from orquestra.store import tables
from web.customer.lost_mailbox import BRAKE
from web.services import EXTENSION, WebServices

from .conftest import Browser, Portal

FORM = "/esqueci-minha-senha/sem-email"
FIELDS = {
    "usuario": "bass2016",
    "nome": "Ana Beatriz",
    "email": "novo@example.org",
    "telefone": "(21) 5555-0100",
    "documento": "123.456.789-09",
    "processos": "849.701, 12 e 999999999999999999999",
    "email_antigo": "bass@example.org",
    "ano": "2014",
    "relato": "A empresa fechou o domínio do e-mail.",
}
NEW = "chuva fina na serra"


def send(portal: Portal, **changed: str) -> tuple[Browser, int, str]:
    browser = portal.browser()
    answer = browser.post(FORM, page=FORM, **FIELDS | changed)
    return browser, answer.status_code, answer.text


def second_member(portal: Portal) -> Browser:
    with portal.database.begin() as connection:
        staff.add(
            connection,
            username="rui",
            name="Rui da Equipe",
            password="senha-da-equipe",
            now=portal.clock.now(),
            profile=passwords.CHEAP,
        )
    browser, page = portal.browser(), "/equipe/entrar"
    browser.post(page, page=page, usuario="rui", senha="senha-da-equipe")
    return browser


def decide(
    browser: Browser, page: str, decision: str, reason: str = "Confere.", **more: str
) -> str:
    answer = browser.post(page, page=page, decisao=decision, motivo=reason, **more)
    return answer.text if answer.status_code == 422 else browser.get(str(answer.location)).text


def services_of(portal: Portal) -> WebServices:
    return cast("WebServices", portal.app.extensions[EXTENSION])


def test_a_granted_case_leads_from_the_form_to_a_new_password(portal: Portal) -> None:
    portal.set_login("bass2016", email="bass@example.org", cpf="12345678909", locked=True)
    number = portal.all_of(tables.process_record)[0].number
    asker, status, _text = send(portal, processos=f"{number}, 12 e {'9' * 21}")
    assert status == 303
    case = portal.all_of(tables.access_case)[0]
    assert f"Pedido de acesso {case.id} enviado" in asker.get(f"{FORM}/recebido").text
    assert case.claims["process_numbers"] == [number, 12]

    team, page = portal.staff(), f"/equipe/acessos/{case.id}"
    assert "bass2016" in team.get("/equipe/acessos").text
    shown = team.get(page).text
    assert "1 de 2 é deste login" in shown
    assert "bloqueado: a senha nova desbloqueia" in shown
    assert shown.count("</svg> Confere</span>") == 2
    assert "bass@example.org" in shown  # as the asker typed it
    assert "concedido. O endereço segue" in decide(team, page, "conceder")

    sent = next(row for row in portal.all_of(tables.notice) if row.sealed_link)
    assert sent.address == "novo@example.org"
    address = services_of(portal).sealer.open(
        sent.sealed_link, purpose=LINK_PURPOSE, bound_to=sent.key
    )
    asker.get(address.decode().removeprefix("http://localhost"))
    chosen = asker.post("/nova-senha", page="/nova-senha", senha=NEW, repetida=NEW)
    assert chosen.location == "/"
    entered = asker.post("/", page="/", usuario="bass2016", senha=NEW)
    assert entered.location == "/normalizacao"
    assert (
        "Esta etapa já foi respondida"
        in team.post(page, page="/equipe/acessos", decisao="recusar", motivo="tarde").text
    )


def test_the_answer_to_the_asker_is_the_same_whether_the_login_exists_or_not(
    portal: Portal,
) -> None:
    portal.set_login("bass2016", email="bass@example.org")
    answers = [send(portal, usuario=name) for name in ("bass2016", "ninguem")]
    assert answers[0][1:] == answers[1][1:]
    pages = [browser.get(f"{FORM}/recebido").text for browser, *_ in answers]
    first, second = (row.id for row in portal.all_of(tables.access_case))
    assert pages[0].count(f"acesso {first} enviado") == pages[1].count(f"acesso {second} enviado")
    team = portal.staff()
    page = f"/equipe/acessos/{second}"
    assert "não existe na base" in team.get("/equipe/acessos").text
    assert "Só é possível recusar" in decide(team, page, "conceder")
    assert f"Pedido {second} recusado" in decide(team, page, "recusar", "Faltam provas.")
    refusal = portal.all_of(tables.notice)[-1]
    assert (refusal.address, "Faltam provas." in refusal.body) == ("novo@example.org", True)
    assert f"/equipe/acessos/{second}" in team.get("/equipe/acessos?situacao=recusado").text


def test_with_four_eyes_two_members_grant(portal: Portal) -> None:
    services = services_of(portal)
    portal.app.extensions[EXTENSION] = replace(
        services, settings=replace(services.settings, four_eyes=True)
    )
    send(portal)
    page = f"/equipe/acessos/{portal.all_of(tables.access_case)[0].id}"
    ana = portal.staff()
    assert "falta a confirmação de outra pessoa" in decide(ana, page, "conceder", novo_email="sim")
    assert "precisa ser de outra pessoa" in decide(ana, page, "conceder")
    assert portal.all_of(tables.password_reset) == []
    rui = second_member(portal)
    shown = rui.get(page).text
    assert "Ana da Equipe já concedeu" in shown
    assert "só passa se você também marcar" in shown
    assert 'value="sim" checked' not in shown  # the second pair of eyes decides for itself
    assert "concedido. O endereço segue" in decide(rui, page, "conceder")
    assert [row.reason for row in portal.all_of(tables.password_reset)] == ["equipe"]
    assert portal.row("bass2016").email is None


def test_staff_change_the_address_of_the_login_by_a_checkbox_and_the_case_notes_it(
    portal: Portal,
) -> None:
    portal.set_login("bass2016", email="bass@example.org")
    team = portal.staff()
    for marked, email in ((False, "bass@example.org"), (True, "novo@example.org")):
        send(portal)
        page = f"/equipe/acessos/{portal.all_of(tables.access_case)[-1].id}"
        shown = team.get(page).text
        assert "trocar o e-mail do login pelo e-mail de contato" in shown
        assert 'id="novo_email" name="novo_email" type="checkbox" value="sim" checked' not in shown
        decide(team, page, "conceder", **({"novo_email": "sim"} if marked else {}))
        assert portal.row("bass2016").email == email
        assert ("passou a ser o e-mail do login" in team.get(page).text) == marked


def test_a_case_that_was_blanked_shows_its_answer_and_no_comparison(portal: Portal) -> None:
    send(portal)
    team = portal.staff()
    page = f"/equipe/acessos/{portal.all_of(tables.access_case)[-1].id}"
    decide(team, page, "recusar", "Faltam provas.")
    with portal.database.begin() as connection:
        access_cases.forget(connection, now=portal.clock.now() + access_cases.PERSONAL_DATA_KEPT)
    shown = team.get(page).text
    assert "foram apagados 180 dias depois" in shown
    assert "Faltam provas." in shown
    assert "novo@example.org" not in shown
    assert "comparado com a base" not in shown
    assert "dados apagados" in team.get("/equipe/acessos?situacao=recusado").text


def test_what_is_missing_is_named_and_what_is_too_much_waits(portal: Portal) -> None:
    empty = dict.fromkeys(FIELDS, "")
    _, status, text = send(portal, **empty | {"email": "sem arroba", "ano": "14"})
    assert status == 422
    for words in ("Digite o login", "nome completo", "e-mail completo", "quatro", "Conte por que"):
        assert words in text
    for _ in range(BRAKE.per_pair):
        assert send(portal)[1] == 303
    assert send(portal)[1] == 429
    assert len(portal.all_of(tables.access_case)) == BRAKE.per_pair
    assert portal.browser().get(f"{FORM}/recebido").location == FORM
    for path in ("/equipe/acessos", "/equipe/acessos/1"):
        assert portal.enter().get(path).location == f"/equipe/entrar?voltar={path}"
    assert portal.staff().get("/equipe/acessos/0").status_code == 404
