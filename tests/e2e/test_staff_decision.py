"""A login in doubt waits for the staff, who decide in their own pages."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from orquestra.documents import Cpf
from orquestra.store import tables

from .conftest import NewPerson, Person, Stack, eventually

pytestmark = [pytest.mark.browser, pytest.mark.stack]

FABIO = "893.067.625-18"
LOGIN = "compras.delta"
REASON = "A empresa confirmou por ofício que a conta passou a esta pessoa."


def test_a_cpf_that_differs_waits_for_the_staff_and_no_process_moves_before_they_approve(
    stack: Stack, new_person: NewPerson
) -> None:
    person, member = new_person(), new_person()
    person.enter(LOGIN)
    person.authorize(FABIO)
    person.press("Confirmar e vincular")
    person.says("A equipe do Inmetro vai decidir")

    question = tables.ownership_decision
    asked = select(question).where(question.c.login_id == stack.id(LOGIN))
    (waiting,) = stack.rows(asked)
    assert (waiting.doubt, waiting.verdict) == ("cpf_divergente", None)
    assert stack.login(LOGIN).state == "legacy"
    assert stack.owners(LOGIN)[0] == {None}

    _approve(stack, member)
    person.says("Sincronização concluída")
    person.go_on()
    person.sees("heading", "Meu Ambiente de Trabalho")

    (fabio,) = stack.rows(
        select(tables.person).where(tables.person.c.cpf == Cpf.parse(FABIO).digits)
    )
    (decided,) = stack.rows(asked)
    assert (decided.verdict, decided.reason) == ("aprovar", REASON)
    assert decided.staff_id is not None
    assert eventually(lambda: stack.login(LOGIN).state == "linked")
    assert stack.login(LOGIN).person_id == fabio.id
    assert stack.owners(LOGIN)[0] == {fabio.id}
    link = tables.account_link
    (linked,) = stack.rows(select(link).where(link.c.login_id == stack.id(LOGIN)))
    assert linked.rule == "decisao"
    assert linked.in_progress_before + linked.concluded_before == 5


def _approve(stack: Stack, member: Person) -> None:
    password = (stack.home / "staff-password").read_text(encoding="ascii")
    member.page.goto(f"{stack.url}/equipe/entrar")
    member.page.get_by_label("Usuário").fill("equipe")
    member.page.get_by_label("Senha").fill(password)
    member.press("Entrar")
    expect(member.page).to_have_url(f"{stack.url}/equipe")
    member.page.goto(f"{stack.url}/equipe/decisoes")
    member.page.get_by_role("link", name=LOGIN).click()
    member.says("O CPF do login é diferente do CPF de quem voltou do gov.br.")
    member.says("Fábio Queiroz Antunes")
    member.page.get_by_label("Aprovar").check()
    member.page.get_by_label("Motivo").fill(REASON)
    member.press("Registrar a decisão")
    member.says("Decisão registrada.")
