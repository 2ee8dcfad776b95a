"""The ways off the road that are the person's own choice."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from orquestra.store import tables

from .conftest import NewPerson, Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

GILDA = "609.219.038-98"
GILDAS_LOGIN = "60921903898"
CAETANO = "744.613.386-49"


def _nothing_is_linked(stack: Stack, login: str) -> bool:
    row, link = stack.login(login), tables.account_link
    links = stack.rows(select(link).where(link.c.login_id == row.id))
    return (row.state, row.person_id, links) == ("legacy", None, [])


def test_negar_leads_back_with_a_sentence_links_nothing_and_can_be_tried_again(
    stack: Stack, new_person: NewPerson
) -> None:
    person = new_person()
    person.enter(GILDAS_LOGIN)
    person.go_to_govbr()
    person.identify(GILDA)
    person.press("Negar")
    person.is_back_at_the_screen()
    expect(person.page.get_by_role("alert")).to_contain_text("Você não autorizou no gov.br")
    person.says("Você escolheu Negar, e nada foi vinculado.")
    assert _nothing_is_linked(stack, GILDAS_LOGIN)
    assert stack.outcomes(GILDAS_LOGIN) == ["negado"]

    person.authorize(GILDA)
    person.confirm()
    assert stack.login(GILDAS_LOGIN).state == "linked"
    assert stack.outcomes(GILDAS_LOGIN) == ["negado", "autorizado"]


def test_nao_sou_eu_leads_back_with_a_sentence_links_nothing_and_can_be_tried_again(
    stack: Stack, new_person: NewPerson
) -> None:
    person = new_person()
    person.enter("norte.sul")
    person.authorize(GILDA)
    person.press("Não sou eu")
    on = person.page.get_by_role("link", name="Continuar")
    expect(on.or_(person.page.get_by_role("alert"))).to_be_visible()
    if on.is_visible():  # the worker was slower than the page
        on.click()
    expect(person.page).to_have_url(f"{stack.url}/normalizacao")
    person.says("Você disse que não é a pessoa que voltou do gov.br.")
    assert _nothing_is_linked(stack, "norte.sul")
    assert stack.outcomes("norte.sul") == ["autorizado", "nao_sou_eu"]

    person.go_to_govbr()
    person.identify(CAETANO)
    person.go_through_govbr(CAETANO)
    person.go_on()
    person.says("Caetano Furlan Lopes")
    person.confirm()
    assert stack.login("norte.sul").state == "linked"


def test_whoever_does_not_want_to_yet_works_on_in_the_legacy_workspace(
    stack: Stack, new_person: NewPerson
) -> None:
    person = new_person()
    person.enter("aurora.metal")
    person.page.get_by_role("link", name="clique aqui").last.click()
    person.sees("heading", "Meu Ambiente de Trabalho")
    person.says("Sincronize esta conta com o gov.br até")
    expect(person.page.get_by_text("Processos que posso iniciar")).to_have_count(0)

    task_id, conclude = person.open_a_task("Segue a documentação pedida.")
    conclude.click()
    person.says("concluída. O processo voltou para a análise do Inmetro.")
    person.says("Segue a documentação pedida.")

    task, message = tables.open_task, tables.process_message
    (row,) = stack.rows(select(task).where(task.c.id == task_id))
    assert row.concluded_by == f"login:{stack.id('aurora.metal')}"
    assert row.concluded_at is not None
    (said,) = stack.rows(select(message.c.body).where(message.c.task_id == task_id))
    assert said.body == "Segue a documentação pedida."
    assert _nothing_is_linked(stack, "aurora.metal")
