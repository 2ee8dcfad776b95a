"""Companies are read at an entry and at most daily; where gov.br does not tell, nobody waits."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from govbr.store.tables import attempt
from govbr.testing import ScriptedProvider
from orquestra import people
from orquestra.store import tables
from tasks.companies_later import FIRST, CompaniesLater

from .conftest import OTHER_CPF, Portal

COMPANY, OTHER = "12345678000195", "60701190000104"
MINUTE = timedelta(minutes=1)


def _asked(provider: ScriptedProvider) -> int:
    return provider.calls.count("empresas")


def _ties(portal: Portal) -> dict[str, str]:
    with portal.database.connect() as connection:
        person_id = connection.execute(select(tables.person.c.id)).scalar_one()
        return {tie.cnpj.digits: tie.role for tie in people.ties_of(connection, person_id)}


def _broken(portal: Portal, retry_after: int | None = None) -> None:
    """Let the API refuse; a host that breaks down would be left alone for a while."""
    headers = {"Retry-After": str(retry_after)} if retry_after else {}
    portal.provider.faults["empresas"] = lambda _: httpx.Response(429, headers=headers)


@pytest.fixture
def later(portal: Portal) -> CompaniesLater:
    """What asks again."""
    return CompaniesLater(runtime=portal.runtime, services=portal.services)


def test_companies_are_read_at_an_entry_and_not_again_within_a_day(portal: Portal) -> None:
    portal.provider.companies = {COMPANY: {"atuacao": "SOCIO"}}
    portal.enter_directly()
    assert (_asked(portal.provider), _ties(portal)) == (1, {COMPANY: "SOCIO"})
    portal.provider.companies = {OTHER: {"atuacao": "SOCIO"}}
    portal.clock.advance(timedelta(hours=23, minutes=59))
    page = portal.enter_directly().get("/area").text
    assert (_asked(portal.provider), _ties(portal)) == (1, {COMPANY: "SOCIO"})
    assert "Vínculos informados pelo gov.br em 10/03/2026 às 12:00" in page
    portal.clock.advance(MINUTE)
    portal.enter_directly()
    assert (_asked(portal.provider), _ties(portal)) == (2, {OTHER: "SOCIO"})


def test_the_workspace_names_each_role_and_which_of_them_lets_processes_be_started(
    portal: Portal,
) -> None:
    end = "2026-03-10T13:00:00.000-0300"
    portal.provider.companies = {
        COMPANY: {"atuacao": "REPRESENTANTE_LEGAL"},
        OTHER: {"cadastrador": "false", "dataExpiracao": end},
    }
    browser = portal.enter_directly()
    acting, _, others = browser.get("/area").text.partition("não permitem iniciar processos")
    assert "como Representante Legal" in acting
    assert "Colaborador, até 10/03/2026 às 13:00" in others
    portal.clock.advance(timedelta(hours=1, minutes=1))
    portal.provider.companies = {}
    assert (
        "Colaborador, encerrado em 10/03/2026 às 13:00" in portal.enter_directly().get("/area").text
    )


def test_the_link_of_a_companys_login_asks_in_any_case(portal: Portal) -> None:
    portal.provider.companies = {COMPANY: {"atuacao": "SOCIO"}}
    portal.enter_directly()
    portal.set_login("bass2016", cnpj=COMPANY)
    portal.until_confirmation(portal.enter())
    assert _asked(portal.provider) == 2


def test_companies_that_gov_br_did_not_tell_stop_nobody_and_are_asked_for_again(
    portal: Portal, later: CompaniesLater
) -> None:
    _broken(portal)
    browser = portal.enter_directly()
    page = browser.get("/area").text
    assert "O gov.br ainda não informou os seus vínculos com empresas." in page
    assert "até 10/03/2026 às 13:00" in page
    assert later.run() == 0
    portal.clock.advance(FIRST)
    assert later.run() == 1
    assert _ties(portal) == {}

    portal.provider.faults.clear()
    portal.provider.companies = {COMPANY: {"atuacao": "SOCIO"}}
    portal.clock.advance(2 * MINUTE)
    assert (later.run(), later.run()) == (1, 0)
    assert _ties(portal) == {COMPANY: "SOCIO"}
    (row,) = portal.all_of(attempt)
    assert (row.status, row.outcome, row.tokens_sealed) == ("closed", "entrou", None)
    assert "Vínculos informados pelo gov.br em 10/03/2026 às 12:03" in browser.get("/area").text


def test_the_link_of_a_persons_login_goes_on_and_asks_again_too(
    portal: Portal, later: CompaniesLater
) -> None:
    _broken(portal)
    browser = portal.enter()
    portal.until_confirmation(browser)
    portal.answer(browser, "confirmar")
    portal.work()
    assert portal.row("bass2016").state == "linked"
    portal.provider.faults.clear()
    portal.provider.companies = {COMPANY: {"cadastrador": "false"}}
    portal.clock.advance(FIRST)
    assert later.run() == 1
    assert _ties(portal) == {COMPANY: "COLABORADOR"}


def test_gov_br_is_not_asked_before_it_wants_to_be(portal: Portal, later: CompaniesLater) -> None:
    _broken(portal, retry_after=600)
    portal.enter_directly()
    portal.clock.advance(FIRST)
    assert later.run() == 1
    portal.clock.advance(9 * MINUTE)
    assert later.run() == 0
    portal.clock.advance(1 * MINUTE)
    assert later.run() == 1


def test_with_the_tokens_life_the_asking_ends_and_the_next_entry_asks(
    portal: Portal, later: CompaniesLater
) -> None:
    _broken(portal)
    browser = portal.enter_directly()
    for _ in range(4):
        portal.clock.advance(14 * MINUTE)
        browser.get("/area")
        later.run()
    portal.clock.advance(5 * MINUTE)
    asked = _asked(portal.provider)
    assert later.run() == 0
    assert "pergunta de novo na sua próxima entrada" in browser.get("/area").text
    portal.provider.faults.clear()
    portal.enter_directly()
    assert _asked(portal.provider) == asked + 1


def test_who_released_no_companies_is_not_asked_about_again(
    portal: Portal, later: CompaniesLater
) -> None:
    portal.provider.granted = "openid email profile"
    _broken(portal)
    portal.enter_directly()
    portal.clock.advance(FIRST)
    assert later.run() == 0
    (row,) = portal.all_of(attempt)
    assert (row.status, row.tokens_sealed) == ("closed", None)


def test_a_token_that_does_not_open_holds_up_nobody_behind_it(
    portal: Portal, later: CompaniesLater
) -> None:
    _broken(portal)
    portal.enter_directly()
    with portal.database.begin() as connection:
        connection.execute(update(attempt).values(tokens_sealed="altered"))
    portal.provider.cpf = portal.provider.userinfo["sub"] = OTHER_CPF
    portal.enter_directly()
    portal.provider.faults.clear()
    portal.provider.companies = {COMPANY: {"atuacao": "SOCIO"}}
    portal.clock.advance(FIRST)
    assert (later.run(), later.run()) == (2, 0)
    assert [row.companies_due_at for row in portal.all_of(attempt)] == [None, None]
    assert len(portal.all_of(tables.company_tie)) == 1


def test_a_worker_that_dies_while_it_asks_is_followed_by_another(
    portal: Portal, later: CompaniesLater
) -> None:
    _broken(portal)
    portal.enter_directly()
    portal.clock.advance(FIRST)

    def die(_: httpx.Request) -> httpx.Response:
        raise MemoryError

    portal.provider.faults["empresas"] = die
    with pytest.raises(MemoryError):
        later.run()
    portal.provider.faults.clear()
    portal.provider.companies = {COMPANY: {"atuacao": "SOCIO"}}
    assert later.run() == 0, "the lease still holds"
    portal.clock.advance(2 * MINUTE)
    assert later.run() == 1
    assert _ties(portal) == {COMPANY: "SOCIO"}
