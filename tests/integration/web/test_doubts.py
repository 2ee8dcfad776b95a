"""A login in doubt, through the pages: warned of, asked about, decided by company or staff."""

import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from engine.commands import DeliverMessage
from engine.store.tables import job
from engine.sweep import Sweep
from govbr import attempts
from govbr.store.tables import attempt
from orquestra import access_cases, campaign, linking, passwords, work
from orquestra import staff as members
from orquestra.store import tables
from web.customer import road
from web.services import EXTENSION

from .conftest import CPF, DEADLINE, OTHER_CPF, Browser, Portal

CNPJ = "12ABC34501DE35"
ACTS = {"atuacao": "SOCIO", "cadastrador": "true"}
REFUSAL = {
    "decisao": "recusar",
    "motivo": "A pessoa saiu da empresa.",
    "proximo_passo": "pedir_ao_representante",
}
APPROVAL = {"decisao": "aprovar", "motivo": "Trabalha aqui."}


def _down(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("down", request=request)


def _plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def _play(portal: Portal, cpf: str, name: str) -> None:
    """Have another person sit at gov.br."""
    portal.provider.cpf = cpf
    portal.provider.userinfo |= {"sub": cpf, "name": name, "email": f"{name[:4].lower()}@x.br"}


def _ask(portal: Portal, browser: Browser) -> None:
    """Walk from the screen to the question."""
    portal.until_confirmation(browser)
    portal.answer(browser, "confirmar")
    portal.work()


def _representative(portal: Portal) -> Browser:
    """Come in directly as somebody who acts for the company."""
    _play(portal, OTHER_CPF, "Rita Sócia")
    portal.provider.companies = {CNPJ: ACTS}
    browser = portal.browser()
    portal.come_back(browser, str(browser.post("/govbr/entrar", page="/").location))
    portal.work()
    assert browser.get("/govbr/andamento").location == "/area"
    return browser


def _questions(portal: Portal) -> list[tuple[str, str | None]]:
    return [(row.doubt, row.verdict) for row in portal.all_of(tables.ownership_decision)]


def _colleague(portal: Portal, username: str) -> Browser:
    """Open a browser in which another member of staff is signed in."""
    with portal.database.begin() as connection:
        members.add(
            connection,
            username=username,
            name=username.title(),
            password="senha-da-equipe",
            now=portal.clock.now(),
            profile=passwords.CHEAP,
        )
    browser, page = portal.browser(), "/equipe/entrar"
    browser.post(page, page=page, usuario=username, senha="senha-da-equipe")
    return browser


def _path(staff: Browser) -> str:
    found = re.search(r'href="(/equipe/decisoes/\d+)"', staff.get("/equipe/decisoes").text)
    assert found is not None
    return found.group(1)


def _access(portal: Portal) -> work.Access:
    with portal.database.connect() as connection:
        return work.access_of_login(
            connection, login_id=portal.row("bass2016").id, now=portal.clock.now()
        )


def _sweep(portal: Portal) -> None:
    sweep = Sweep(runtime=portal.runtime)
    sweep.fire(sweep.run().timers)
    portal.work()


@pytest.mark.parametrize(
    ("login", "title"),
    [
        ({"cnpj": CNPJ}, "Este login é de uma empresa"),
        (
            {"signals": ["email_de_funcao"]},
            "Este login parece ser usado por mais de uma pessoa",
        ),
        ({}, None),
    ],
)
def test_the_warning_stands_before_linking_where_there_is_a_sign_and_nowhere_else(
    portal: Portal, login: dict[str, object], title: str | None
) -> None:
    portal.set_login("bass2016", locked=False, **login)
    browser = portal.enter()
    pages = [browser.get("/normalizacao").text]
    portal.until_confirmation(browser)
    pages.append(browser.get("/normalizacao/confirmar").text)
    for page in map(_plain, pages):
        if title is None:
            assert "conta pessoal" not in page
        else:
            assert title in page
            assert "Os processos passam para a conta pessoal." in page
            assert "terá de aprovar o seu pedido antes" in page


@pytest.mark.parametrize(
    ("login", "companies", "doubt"),
    [
        (
            {"cnpj": CNPJ},
            {CNPJ: ACTS | {"dataExpiracao": "2020-01-01T00:00:00.000-0300"}},
            "empresa_sem_vinculo",
        ),
        ({"cnpj": CNPJ, "cpf": CPF}, {CNPJ: {"cadastrador": "false"}}, "empresa_sem_vinculo"),
        ({"cpf": CPF, "signals": ["nome_de_empresa", "varias_redes"]}, {}, "login_compartilhado"),
        ({"document_text": "isento"}, {}, "documento_invalido"),
        ({"kind": "estrangeiro"}, {}, "estrangeiro"),
        ({"kind": "pessoa", "kind_rule": "equipe"}, {}, "tipo_alterado"),
        ({"cnpj": CNPJ}, {CNPJ: ACTS}, None),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_whoever_knows_the_password_waits_where_the_signs_speak_against_them(
    portal: Portal,
    login: dict[str, object],
    companies: dict[str, dict[str, object]],
    doubt: str | None,
) -> None:
    portal.set_login("bass2016", email="antigo@barzi.com.br", **login)
    portal.provider.companies = companies
    browser = portal.enter()
    _ask(portal, browser)
    sent = [row.kind for row in portal.all_of(tables.notice)]
    if doubt is None:
        assert portal.row("bass2016").state == "linked"
        assert portal.all_of(tables.account_link)[0].rule == "representante"
        assert sent == ["vinculo_concluido"]
    else:
        assert portal.row("bass2016").state == "legacy"
        assert _questions(portal) == [(doubt, None)]
        assert sent == ["decisao_pendente"]
        assert "A equipe do Inmetro vai decidir" in browser.get("/normalizacao/andamento").text


def test_companies_that_govbr_tells_later_link_by_rule_and_no_token_stays(portal: Portal) -> None:
    portal.set_login("bass2016", cnpj=CNPJ)
    portal.provider.faults["empresas"] = _down
    browser = portal.enter()
    portal.come_back(browser, portal.go_to_govbr(browser))
    portal.work()
    portal.clock.advance(timedelta(seconds=5))
    portal.work_again()
    portal.answer(browser, "confirmar")
    portal.work()
    page = _plain(browser.get("/normalizacao/andamento").text)
    assert "O gov.br não informou as suas empresas" in page
    assert "o prazo não bloqueia este login" in page
    assert _questions(portal) == [("vinculos_desconhecidos", None)]
    assert "Não há decisões esperando" in portal.staff().get("/equipe/decisoes").text
    with portal.database.connect() as connection:
        sealed = connection.execute(select(attempt)).one()
    assert (sealed.tokens_sealed is not None, sealed.facts_sealed) == (True, None)

    portal.provider.faults.clear()
    portal.provider.companies = {CNPJ: ACTS}
    portal.clock.advance(timedelta(seconds=15))
    portal.work_again()
    assert portal.row("bass2016").state == "linked"
    (link,) = portal.all_of(tables.account_link)
    assert (link.rule, link.decision_id) == ("representante", None)
    assert _questions(portal) == [("vinculos_desconhecidos", "por_regra")]
    with portal.database.connect() as connection:
        assert connection.execute(select(attempt.c.tokens_sealed)).scalar_one() is None


def test_companies_that_govbr_never_tells_go_to_staff_after_the_diagrams_retries(
    portal: Portal,
) -> None:
    portal.set_login("bass2016", cnpj=CNPJ, email="antigo@barzi.com.br")
    portal.provider.faults["empresas"] = _down
    browser = portal.enter()
    portal.come_back(browser, portal.go_to_govbr(browser))
    portal.work()
    portal.clock.advance(timedelta(seconds=5))
    portal.work_again()
    portal.answer(browser, "confirmar")
    portal.work()
    waits = []
    for _ in range(7):
        with portal.database.connect() as connection:
            (row,) = connection.execute(select(job).where(job.c.topic == "govbr.fetch_companies"))
        waits.append(row.due_at - portal.clock.now())
        assert portal.all_of(tables.notice) == []
        portal.clock.instant = row.due_at
        portal.work_again()
    assert waits == sorted(waits)
    assert waits[-1] > timedelta(minutes=15)
    assert _questions(portal) == [("vinculos_desconhecidos", None)]
    assert [row.kind for row in portal.all_of(tables.notice)] == ["decisao_pendente"]
    with portal.database.connect() as connection:
        assert connection.execute(select(attempt.c.tokens_sealed)).scalar_one() is None
    staff = portal.staff()
    page = _plain(staff.get(_path(staff)).text)
    assert "o gov.br não informou" in page
    staff.post(_path(staff), **APPROVAL)
    portal.work()
    assert portal.all_of(tables.account_link)[0].rule == "decisao"


def test_the_companies_are_not_asked_for_before_govbr_wants_to_be_asked(portal: Portal) -> None:
    portal.set_login("bass2016", cnpj=CNPJ)
    portal.provider.faults["empresas"] = lambda _: httpx.Response(
        429, headers={"Retry-After": "600"}
    )
    browser = portal.enter()
    portal.come_back(browser, portal.go_to_govbr(browser))
    portal.work()
    portal.clock.advance(timedelta(seconds=5))
    portal.work_again()
    portal.answer(browser, "confirmar")
    portal.work()
    with portal.database.connect() as connection:
        (row,) = connection.execute(select(job).where(job.c.topic == "govbr.fetch_companies"))
    assert row.due_at - portal.clock.now() == timedelta(seconds=600)


def test_a_token_that_expired_is_wiped_and_the_question_goes_to_people(portal: Portal) -> None:
    portal.set_login("bass2016", cnpj=CNPJ)
    portal.provider.faults["empresas"] = _down
    browser = portal.enter()
    portal.come_back(browser, portal.go_to_govbr(browser))
    portal.work()
    portal.clock.advance(timedelta(seconds=5))
    portal.work_again()
    portal.answer(browser, "confirmar")
    portal.work()
    portal.clock.advance(timedelta(minutes=61))
    with portal.database.begin() as connection:
        attempts.expire_old(connection, portal.clock.now())
        assert connection.execute(select(attempt.c.tokens_sealed)).scalar_one() is None
    portal.work_again()
    assert _path(portal.staff())


def test_the_companys_representative_approves_in_their_workspace_and_the_login_is_linked(
    portal: Portal,
) -> None:
    portal.set_login("bass2016", cnpj=CNPJ, email="antigo@barzi.com.br")
    _representative(portal)
    _play(portal, CPF, "Maria Exemplo")
    portal.provider.companies = {}
    asker = portal.enter()
    _ask(portal, asker)
    told = [(row.kind, row.address) for row in portal.all_of(tables.notice)]
    assert told == [
        ("decisao_pendente", "antigo@barzi.com.br"),
        ("pedido_da_empresa", "rita@x.br"),
    ]
    assert "Nenhum pedido espera por você" in asker.get("/area/pedidos").text
    assert asker.get("/area/pedidos/1").status_code == 404

    rita = _representative(portal)
    assert "1 pedido da empresa espera por você" in _plain(rita.get("/area").text)
    listed = _plain(rita.get("/area/pedidos").text)
    for fact in ("Maria Exemplo", "***.456.789-**", "bass2016", "1 em andamento e 0 concluídos"):
        assert fact in listed
    assert CPF not in listed
    assert rita.post("/area/pedidos/1", decisao="aprovar").status_code == 422
    done = rita.post("/area/pedidos/1", **APPROVAL)
    assert done.location == "/area/pedidos"
    assert rita.post("/area/pedidos/1", **APPROVAL).status_code == 409
    portal.work()
    (link,) = portal.all_of(tables.account_link)
    assert (link.rule, link.decision_id, link.state) == ("representante_aprovou", 1, "done")
    sent = [row.kind for row in portal.all_of(tables.notice)]
    assert sent[2:] == ["decisao_aprovada", "vinculo_concluido"]


def test_who_does_not_act_for_the_company_can_neither_see_nor_answer(portal: Portal) -> None:
    portal.set_login("bass2016", cnpj=CNPJ)
    _ask(portal, portal.enter())
    portal.provider.companies = {}
    _play(portal, OTHER_CPF, "Rui Alheio")
    stranger = portal.browser()
    portal.come_back(stranger, str(stranger.post("/govbr/entrar", page="/").location))
    portal.work()
    stranger.get("/govbr/andamento")
    assert "Nenhum pedido espera por você" in stranger.get("/area/pedidos").text
    assert stranger.get("/area/pedidos/1").status_code == 404
    assert stranger.post("/area/pedidos/1", **APPROVAL).status_code == 404
    assert portal.browser().get("/area/pedidos").location == "/?voltar=/area/pedidos"
    assert _questions(portal) == [("empresa_sem_vinculo", None)]


def test_a_refusal_names_reason_and_next_step_and_the_same_browser_may_try_again(
    portal: Portal,
) -> None:
    portal.set_login("bass2016", cnpj=CNPJ, email="antigo@barzi.com.br")
    browser = portal.enter()
    _ask(portal, browser)
    rita = _representative(portal)
    rita.post("/area/pedidos/1", **REFUSAL)
    portal.work()
    screen = _plain(browser.get("/normalizacao").text)
    assert "Quem representa a empresa não aprovou esta vinculação" in screen
    assert "A pessoa saiu da empresa." in screen
    assert "Peça ao representante legal" in screen
    assert "saia e entre de novo com o usuário e a senha antigos" in screen
    own = _plain(browser.get("/area/pedidos").text)
    assert "Recusado" in own
    assert "A pessoa saiu da empresa." in own
    bodies = [row.body for row in portal.all_of(tables.notice) if row.kind == "vinculo_recusado"]
    assert len(bodies) == 2
    assert all("Peça ao representante legal" in body for body in bodies)

    _play(portal, CPF, "Maria Exemplo")
    _ask(portal, browser)
    assert portal.row("bass2016").state == "linked"
    assert portal.all_of(tables.account_link)[0].rule == "representante"


def _grant_access(portal: Portal) -> None:
    now = portal.clock.now()
    with portal.database.begin() as connection:
        case_id = access_cases.open_case(
            connection,
            login_text="bass2016",
            name="Maria",
            email="maria@x.br",
            phone="",
            claims=access_cases.Claims(),
            statement="O login é meu.",
            now=now,
        )
        access_cases.grant(
            connection,
            case_id=case_id,
            staff_id=portal.all_of(tables.staff_member)[0].id,
            reason="Confere.",
            four_eyes=False,
            seal=lambda _token, _key: "sealed",
            now=now,
        )


def test_after_three_refusals_the_same_person_is_sent_to_an_access_case_until_one_is_granted(
    portal: Portal,
) -> None:
    portal.set_login("bass2016", cpf=OTHER_CPF, email="antigo@barzi.com.br")
    browser, staff, screens = portal.enter(), portal.staff(), []
    for _ in range(3):
        _ask(portal, browser)
        staff.post(_path(staff), **REFUSAL)
        portal.work()
        screens.append(_plain(browser.get("/normalizacao").text))
    assert ["tentar de novo por aqui" in screen for screen in screens] == [True, True, False]
    assert "três vezes" in screens[2]

    _ask(portal, browser)
    assert len(_questions(portal)) == 3
    assert "Não há decisões esperando" in staff.get("/equipe/decisoes").text
    refused = browser.get("/normalizacao").text
    assert "Este pedido já foi recusado três vezes" in refused
    assert 'href="/esqueci-minha-senha/' in refused

    _grant_access(portal)
    _ask(portal, browser)
    assert _questions(portal)[3:] == [("cpf_divergente", None)]


def test_who_was_refused_three_times_is_linked_by_a_rule_and_so_is_the_logins_holder(
    portal: Portal,
) -> None:
    portal.set_login("bass2016", cnpj=CNPJ)
    browser, staff = portal.enter(), portal.staff()
    for _ in range(3):
        _ask(portal, browser)
        staff.post(_path(staff), **REFUSAL)
        portal.work()
    portal.provider.companies = {CNPJ: ACTS}
    _ask(portal, browser)
    assert portal.row("bass2016").state == "linked"
    assert portal.all_of(tables.account_link)[0].rule == "representante"


def test_after_a_refusal_the_old_login_still_works_with_its_password(portal: Portal) -> None:
    portal.set_login("bass2016", cnpj=CNPJ)
    browser = portal.enter()
    _ask(portal, browser)
    staff = portal.staff()
    staff.post(_path(staff), **REFUSAL)
    portal.work()
    browser.post("/sair", page="/normalizacao")
    portal.enter(browser=browser)
    assert "1 em andamento" not in browser.get("/area").text.casefold()
    assert browser.get("/area").status_code == 200
    assert "A equipe do Inmetro não aprovou" in browser.get("/normalizacao").text


def test_the_staffs_page_shows_both_sides_what_was_before_and_no_whole_document(
    portal: Portal,
) -> None:
    now = portal.clock.now()
    portal.set_login(
        "bass2016",
        cnpj=CNPJ,
        kind="empresa",
        signals=["cnpj", "varias_redes"],
        email="maria@exemplo.org",
        last_entry_at=now - timedelta(days=9),
    )
    login_id = portal.row("bass2016").id
    with portal.database.begin() as connection:
        for network in ("a", "b", "c"):
            connection.execute(
                tables.login_network.insert().values(
                    login_id=login_id, day=now.date(), network=network
                )
            )
    portal.provider.companies = {CNPJ: {"atuacao": "CONTADOR", "cadastrador": "false"}}
    portal.provider.userinfo["reliability_info"] = {"level": "silver"}
    browser = portal.enter()
    _ask(portal, browser)
    staff = portal.staff()
    staff.post(_path(staff), **REFUSAL)
    portal.work()
    _ask(portal, browser)
    page = _plain(staff.get(_path(staff)).text)
    for fact in (
        "cliente, empresa",
        "foi usado de várias redes no mesmo dia",
        "4 redes em 90 dias, no máximo 4 num dia",
        "o nome é outro",
        "igual ao e-mail antigo",
        "Contador",
        "não representa a empresa no Orquestra",
        "Prata",
        "recusado por Ana da Equipe",
        "A pessoa saiu da empresa.",
    ):
        assert fact in page, fact
    for secret in (CPF, "12.ABC.345/01DE-35"):
        assert secret not in page


def test_with_four_eyes_the_first_approval_is_shown_and_links_nothing(portal: Portal) -> None:
    services = portal.app.extensions[EXTENSION]
    portal.app.extensions[EXTENSION] = replace(
        services, settings=replace(services.settings, four_eyes=True)
    )
    portal.set_login("bass2016", cpf=OTHER_CPF)
    _ask(portal, portal.enter())
    ana, bia = portal.staff(), _colleague(portal, "bia")
    path = _path(ana)
    assert ana.post(path, **APPROVAL).location == "/equipe/decisoes"
    portal.work()
    assert portal.row("bass2016").state == "legacy"
    listed = ana.get("/equipe/decisoes").text
    assert "Falta a segunda aprovação" in listed
    assert "a primeira foi sua" in listed
    again = ana.post(path, **APPROVAL)
    assert again.status_code == 422
    assert "tem de ser de outra pessoa" in again.text
    assert "Ana da Equipe aprovou em" in _plain(bia.get(path).text)
    bia.post(path, **APPROVAL)
    portal.work()
    assert portal.row("bass2016").state == "linked"


def test_whoever_waits_is_not_blocked_by_the_deadline_and_is_at_once_after_a_refusal(
    portal: Portal,
) -> None:
    portal.set_login("bass2016", cnpj=CNPJ, email="antigo@barzi.com.br")
    portal.clock.instant = campaign.end_of_day(DEADLINE) - timedelta(minutes=10)
    browser = portal.enter()
    _ask(portal, browser)
    portal.clock.advance(timedelta(minutes=11))
    _sweep(portal)
    assert portal.row("bass2016").blocked_at is None
    assert _access(portal) is work.Access.WORK
    staff = portal.staff()
    staff.post(_path(staff), **REFUSAL)
    assert _access(portal) is work.Access.BLOCKED
    portal.work()
    assert portal.row("bass2016").blocked_at == portal.clock.now()
    kinds = [row.kind for row in portal.all_of(tables.notice)]
    assert kinds.count("prazo_encerrado") == 1
    with portal.database.connect() as connection:
        assert road.read(connection, portal.row("bass2016").id).step is road.Step.SCREEN


def test_an_approval_past_the_deadline_links(portal: Portal) -> None:
    portal.set_login("bass2016", cpf=OTHER_CPF)
    portal.clock.instant = campaign.end_of_day(DEADLINE) - timedelta(minutes=10)
    _ask(portal, portal.enter())
    portal.clock.advance(timedelta(minutes=11))
    _sweep(portal)
    staff = portal.staff()
    staff.post(_path(staff), **APPROVAL)
    portal.work()
    linked = portal.row("bass2016")
    assert (linked.state, linked.blocked_at) == ("linked", None)


def test_a_postponement_while_the_decision_waits_arms_the_new_deadline(portal: Portal) -> None:
    portal.set_login("bass2016", cnpj=CNPJ)
    login = portal.row("bass2016")
    portal.clock.instant = campaign.end_of_day(DEADLINE) - timedelta(minutes=10)
    _ask(portal, portal.enter())
    portal.clock.advance(timedelta(minutes=11))
    _sweep(portal)
    later = DEADLINE + timedelta(days=30)
    with portal.runtime.transaction() as connection:
        campaign.postpone(
            connection,
            campaign_id=login.campaign_id,
            new_deadline_on=later,
            reason="Enchentes",
            actor="staff:1",
            now=portal.clock.now(),
        )
        portal.runtime.execute(
            DeliverMessage(
                name="prazo_prorrogado",
                process=road.PROCESS,
                business_key=linking.road_key(connection, login.id),
                payload={"prazo": campaign.end_of_day(later).isoformat()},
            ),
            connection=connection,
        )
    portal.work()
    staff = portal.staff()
    staff.post(_path(staff), **REFUSAL)
    portal.work()
    assert _access(portal) is work.Access.WORK
    assert portal.row("bass2016").blocked_at is None
    portal.clock.instant = campaign.end_of_day(later) + timedelta(seconds=1)
    _sweep(portal)
    assert portal.row("bass2016").blocked_at == portal.clock.now()
