"""The staff's pages of the links: found, looked at, undone, counted again."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from engine.jobs import JobRunner
from engine.store.tables import instance
from engine.sweep import Sweep
from orquestra import campaign, linking, notices, passwords
from orquestra import staff as members
from orquestra.store import tables
from tests.integration.orquestra.snapshots import snapshot
from web.services import EXTENSION

from .conftest import DEADLINE, OTHER_CPF, Browser, Portal

WHY = "Vinculado à conta errada"
NEW_PASSWORD = "uma-frase-bem-longa"
OLD_EMAIL = "contato@bass.example"


def _plain(html: str) -> str:
    """The page's words, without markup, as a person reads them."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def _link(portal: Portal, browser: Browser | None = None) -> Browser:
    """Link bass2016; answers with the person's browser."""
    browser = browser or portal.enter()
    portal.until_confirmation(browser)
    portal.answer(browser, "confirmar")
    portal.work()
    assert portal.row("bass2016").state == "linked"
    return browser


def _stuck(portal: Portal) -> None:
    """Link bass2016 while a process appears that nobody counted."""
    browser = portal.enter()
    portal.until_confirmation(browser)
    portal.answer(browser, "confirmar")
    while portal.nudges:
        nudge = portal.nudges.pop(0)
        JobRunner(runtime=portal.runtime).run(nudge.job_id)
        if nudge.topic == "account.link":
            _write_process(portal)
    assert portal.row("bass2016").state == "linking"


def _write_process(portal: Portal) -> None:
    """Write a process that nobody counted."""
    with portal.database.begin() as connection:
        connection.execute(
            insert(tables.process_record).values(
                number=1,
                code="P070",
                name="Análise",
                version="3",
                area="DICOR",
                login_id=portal.row("bass2016").id,
                situation="concluido",
                opened_at=portal.clock.now() - timedelta(days=9),
            )
        )


def _reference(portal: Portal) -> str:
    """The newest link's reference."""
    return str(portal.all_of(tables.account_link)[-1].reference)


def _page(portal: Portal, staff: Browser) -> str:
    """The link's page, as a person reads it."""
    return _plain(staff.get(f"/equipe/vinculos/{_reference(portal)}").text)


def _act(portal: Portal, staff: Browser, action: str, reason: str = WHY) -> str:
    """Send one of the page's forms; answers with what the page says then."""
    page = f"/equipe/vinculos/{_reference(portal)}"
    answer = staff.post(f"{page}/{action}", page=page, motivo=reason)
    assert (answer.status_code, answer.location) == (303, page)
    return _plain(staff.get(page).text)


def _second_staff(portal: Portal) -> Browser:
    """Another member of staff, signed in."""
    with portal.database.begin() as connection:
        members.add(
            connection,
            username="rui",
            name="Rui da Equipe",
            password="senha-da-equipe",
            now=portal.clock.now(),
            profile=passwords.CHEAP,
        )
    browser = portal.browser()
    page = "/equipe/entrar"
    browser.post(page, page=page, usuario="rui", senha="senha-da-equipe")
    return browser


def _with_four_eyes(portal: Portal) -> None:
    """Switch four eyes on."""
    services = portal.app.extensions[EXTENSION]
    settings = replace(services.settings, four_eyes=True)
    portal.app.extensions[EXTENSION] = replace(services, settings=settings)


def _mailed_link(portal: Portal) -> str:
    """The path that only the old mailbox's mail shows."""
    (sent,) = [row for row in portal.all_of(tables.notice) if row.sealed_link]
    assert (sent.kind, sent.address) == ("vinculo_desfeito", OLD_EMAIL)
    sealer = portal.app.extensions[EXTENSION].sealer
    address = sealer.open(sent.sealed_link, purpose=notices.LINK_PURPOSE, bound_to=sent.key)
    return str(address.decode()).removeprefix("http://localhost")


def _snapshot(portal: Portal) -> dict[str, Any]:
    with portal.database.connect() as connection:
        return snapshot(connection)


@pytest.mark.row("3.2 one login used by a whole company: undo for staff, with new password")
def test_a_link_to_the_wrong_person_is_undone_and_made_again_to_the_right_one(
    portal: Portal,
) -> None:
    portal.set_login("bass2016", email=OLD_EMAIL)
    staff, wrong = portal.staff(), portal.enter()
    before = _snapshot(portal)
    _link(portal, wrong)
    assert "849701" in wrong.get("/area").text

    said = _act(portal, staff, "desfazer")

    assert "o e-mail antigo dele recebeu um endereço" in said
    assert _snapshot(portal) == before
    area = wrong.get("/area").text
    assert "849701" not in area
    assert "bass2016" not in area
    assert wrong.get("/normalizacao").status_code == 404
    assert "foi desfeita" in _plain(wrong.get(f"/recibo/{_reference(portal)}").text)
    told = [
        (n.address, n.person_id)
        for n in portal.all_of(tables.notice)
        if n.kind == "vinculo_desfeito"
    ]
    assert len(told) == 2

    right = portal.browser()
    right.get(_mailed_link(portal))
    answer = right.post(
        "/nova-senha", page="/nova-senha", senha=NEW_PASSWORD, repetida=NEW_PASSWORD
    )
    assert answer.status_code == 303, answer.text
    answer = right.post("/", page="/", usuario="bass2016", senha=NEW_PASSWORD)
    assert answer.status_code == 303
    assert "Prezado(a) bassdrill" in _plain(right.get("/normalizacao").text)
    portal.provider.userinfo = {"sub": OTHER_CPF, "name": "Outra Pessoa"}
    portal.provider.claims = {"sub": OTHER_CPF}
    portal.until_confirmation(right)
    portal.answer(right, "confirmar")
    portal.work()
    assert portal.row("bass2016").state == "linked"
    assert "849701" in right.get("/area").text
    assert "849701" not in wrong.get("/area").text
    login_id = portal.row("bass2016").id
    roads = [(row.business_key, row.state) for row in portal.all_of(instance)]
    assert roads == [
        (f"login:{login_id}", "completed"),
        (f"login:{login_id}:2", "completed"),
    ]
    assert [link.state for link in portal.all_of(tables.account_link)] == ["undone", "done"]


def test_the_page_shows_what_allowed_the_link_what_moved_and_what_became_of_it(
    portal: Portal,
) -> None:
    staff = portal.staff()
    _link(portal)
    page = _page(portal, staff)
    for sentence in (
        "valeu a senha dele",
        "Autorizou em 10/03/2026",
        "CPF, ",
        "***.456.789-**",
        "O total de processos é o mesmo do começo.",
        "A vinculação começou",
        "Maria Exemplo",
        "A vinculação terminou",
        "No começo: 1 em andamento, 0 concluídos, 1 tarefa aberta.",
        "Desfazer o vínculo",
    ):
        assert sentence in page
    assert staff.get("/equipe/vinculos/0000-0000-0000").status_code == 404


def test_links_are_found_by_login_receipt_and_name_and_the_address_names_nobody(
    portal: Portal,
) -> None:
    staff = portal.staff()
    page = "/equipe/vinculos"
    assert "Nenhum vínculo para mostrar" in staff.get(page).text
    _link(portal)
    for text in ("BASS", _reference(portal)[:6], "maria", "drill"):
        answer = staff.post(page, page=page, busca=text, estado="todos")
        assert answer.location == "/equipe/vinculos?estado=todos&busca=1"
        assert "1 vínculo encontrado" in staff.get(str(answer.location)).text
    answer = staff.post(page, page=page, busca="%", estado="todos")
    assert "Nenhum vínculo" in staff.get(str(answer.location)).text
    for which, total in (("concluidos", 1), ("em_andamento", 0), ("desfeitos", 0), ("x", 1)):
        assert f"{total} vínculo" in staff.get(f"{page}?estado={which}").text
    _act(portal, staff, "desfazer")
    assert "1 vínculo" in staff.get(f"{page}?estado=desfeitos").text


def test_only_staff_see_links(portal: Portal) -> None:
    person = _link(portal)
    page = f"/equipe/vinculos/{_reference(portal)}"
    for path in ("/equipe/vinculos", page):
        assert person.get(path).location == f"/equipe/entrar?voltar={path}"
    for action in ("pedido", "retirada", "desfazer", "conferencia"):
        assert person.post(f"{page}/{action}", motivo=WHY).location == "/equipe/entrar"
    assert portal.row("bass2016").state == "linked"


def test_an_undo_takes_a_reason_and_that_nothing_new_was_done(portal: Portal) -> None:
    staff, person = portal.staff(), _link(portal)
    address = f"/equipe/vinculos/{_reference(portal)}"
    for action, reason in (("pedido", ""), ("desfazer", " "), ("retirada", "x" * 2001)):
        answer = staff.post(f"{address}/{action}", page=address, motivo=reason)
        assert answer.status_code == 422
        assert "Escreva" in answer.text
    person.post("/processos/849701/mensagens", page="/processos/849701", mensagem="Segue.")
    page = _page(portal, staff)
    assert "mensagem escrita no processo 849701, em 10/03/2026" in page
    assert "Fica registrado com o seu nome" not in page
    assert "veja abaixo o que impede" in _act(portal, staff, "desfazer")
    assert portal.row("bass2016").state == "linked"


@pytest.mark.row("3.2 one login used by a whole company: a second pair of eyes")
def test_with_four_eyes_the_one_who_asks_does_not_undo(portal: Portal) -> None:
    _with_four_eyes(portal)
    ana, rui = portal.staff(), _second_staff(portal)
    _link(portal)
    assert "Não há pedido" in _act(portal, ana, "desfazer")
    assert "Pedido registrado" in _act(portal, ana, "pedido")
    assert "cabe a outra pessoa" in _act(portal, ana, "desfazer")
    assert "pediu primeiro" in _act(portal, rui, "pedido")
    assert "Pedido retirado" in _act(portal, rui, "retirada", "Confere")
    assert "Pedido registrado" in _act(portal, rui, "pedido")
    assert "1 vínculo" in ana.get("/equipe/vinculos?estado=desfazer_pedido").text
    assert "Pedido por Rui da Equipe" in _page(portal, ana)
    assert "Vinculação desfeita" in _act(portal, ana, "desfazer")
    assert "por Ana da Equipe, a pedido de Rui da Equipe" in _page(portal, rui)
    assert "já desfez" in _act(portal, rui, "desfazer")


def test_a_count_that_does_not_match_is_counted_again_until_it_does(portal: Portal) -> None:
    staff = portal.staff()
    _stuck(portal)
    page = _page(portal, staff)
    assert "A contagem do fim não confere" in page
    assert "A contagem do fim não conferiu" in page
    assert "1 vínculo parou" in staff.get("/equipe/vinculos").text
    overview = staff.get("/equipe").text
    assert "<strong>1</strong> <span>vínculo parado</span>" in overview
    assert "Não há nada esperando" not in overview
    assert "1 vínculo" in staff.get("/equipe/vinculos?estado=contagem_divergente").text
    assert "está sendo feita de novo" in _act(portal, staff, "conferencia")
    assert "já está sendo feita" in _act(portal, staff, "conferencia")
    portal.work()
    assert portal.row("bass2016").state == "linking"
    with portal.database.begin() as connection:
        connection.execute(delete(tables.process_record).where(tables.process_record.c.number == 1))
    assert "Agora a contagem confere" in _page(portal, staff)
    _act(portal, staff, "conferencia")
    portal.work()
    assert portal.row("bass2016").state == "linked"
    kinds = [row.kind for row in portal.all_of(tables.link_event)]
    assert kinds == ["comecou", "contagem_divergente", "contagem_divergente", "terminou"]
    assert "não espera mais" in _act(portal, staff, "conferencia")


def test_a_link_that_is_stuck_can_be_undone_and_its_process_ends(portal: Portal) -> None:
    staff = portal.staff()
    _stuck(portal)
    # its mailbox is unknown, so that no link to a new password can be sent
    assert "precisa pedir acesso em “Esqueci minha senha”" in _act(portal, staff, "desfazer")
    assert portal.all_of(tables.password_reset) == []
    row = portal.row("bass2016")
    assert (row.state, row.person_id) == ("legacy", None)
    assert [each.state for each in portal.all_of(instance)] == ["cancelled", "running"]
    owners = {each.owner_person_id for each in portal.all_of(tables.process_record)}
    assert owners == {None}
    portal.work_again()
    assert portal.row("bass2016").state == "legacy"


def _sweep(portal: Portal) -> None:
    """What a beat's tick and the workers do."""
    sweep = Sweep(runtime=portal.runtime)
    sweep.fire(sweep.run().timers)
    portal.work()


def test_a_block_of_before_the_link_stands_again_and_is_not_told_twice(portal: Portal) -> None:
    staff = portal.staff()
    waiting = portal.enter()
    portal.go_to_govbr(waiting)
    deadline = campaign.end_of_day(DEADLINE)
    portal.clock.instant = deadline
    _sweep(portal)
    portal.clock.advance(timedelta(minutes=31))
    _sweep(portal)
    browser = portal.browser()
    browser.post("/", page="/", usuario="bass2016", senha="senha-de-teste")
    portal.until_confirmation(browser)
    portal.answer(browser, "confirmar")
    portal.work()
    assert portal.row("bass2016").blocked_at is None
    staff = _again(portal)

    _act(portal, staff, "desfazer")
    _sweep(portal)

    assert portal.row("bass2016").blocked_at == deadline
    kinds = [row.kind for row in portal.all_of(tables.notice)]
    assert kinds.count("prazo_encerrado") == 1


def test_a_deadline_that_passed_since_the_link_blocks_at_once(portal: Portal) -> None:
    portal.staff()
    _link(portal)
    portal.clock.instant = campaign.end_of_day(DEADLINE) + timedelta(days=2)
    staff = _again(portal)

    _act(portal, staff, "desfazer")
    assert portal.row("bass2016").blocked_at is None
    _sweep(portal)

    assert portal.row("bass2016").blocked_at == portal.clock.now()
    with portal.database.connect() as connection:
        key = linking.road_key(connection, portal.row("bass2016").id)
        rows = connection.execute(select(instance.c.state).where(instance.c.business_key == key))
        assert rows.scalar_one() == "running"


def _again(portal: Portal) -> Browser:
    """Sign Ana in once more, after her session's time was up."""
    browser = portal.browser()
    page = "/equipe/entrar"
    browser.post(page, page=page, usuario="ana", senha="senha-da-equipe")
    return browser
