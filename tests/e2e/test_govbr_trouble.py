"""gov.br answers badly, or not at all, while somebody is on the road."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from orquestra.store import tables

from .conftest import NewPerson, Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

CAETANO = "744.613.386-49"
SERRA = "86537678000123"
JONAS = "757.673.277-69"
RETRIES_MS = 40_000


def test_while_govbr_is_down_the_page_says_so_and_the_road_goes_on_when_it_is_back(
    stack: Stack, new_person: NewPerson
) -> None:
    person = new_person()
    person.enter(SERRA)
    stack.order_fault(endpoint="userinfo", kind="status", status=503, times=2)
    person.go_to_govbr()
    person.go_through_govbr(CAETANO)
    person.says("O gov.br não está respondendo")
    person.says("Tentaremos de novo às")
    assert stack.login(SERRA).state == "legacy"

    expect(person.page.get_by_role("link", name="Continuar")).to_be_visible(timeout=RETRIES_MS)
    person.go_on()
    person.sees("heading", "É você?")
    person.confirm()
    assert stack.login(SERRA).state == "linked"
    assert stack.outcomes(SERRA) == ["autorizado"]


def test_a_code_that_govbr_refuses_leads_back_to_the_screen_with_a_sentence(
    stack: Stack, new_person: NewPerson
) -> None:
    person = new_person()
    person.enter("jonas.peixoto")
    stack.order_fault(endpoint="token", kind="invalid_grant", times=1)
    person.go_to_govbr()
    person.go_through_govbr(JONAS)
    notice = person.page.get_by_role("alert")
    on = person.page.get_by_role("link", name="Continuar")
    expect(notice.or_(on)).to_be_visible()
    if on.is_visible():
        on.click()
    expect(notice).to_contain_text("O gov.br não reconheceu mais este acesso")
    expect(person.page).to_have_url(f"{stack.url}/normalizacao")
    link = tables.account_link
    query = select(link).where(link.c.login_id == stack.id("jonas.peixoto"))
    assert stack.rows(query) == []
    assert stack.outcomes("jonas.peixoto") == ["falhou"]

    person.authorize(JONAS)
    person.confirm()
    assert stack.login("jonas.peixoto").state == "linked"
