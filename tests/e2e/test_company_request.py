"""A collaborator asks for a company's login; who represents the company answers."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from orquestra.documents import Cpf
from orquestra.sample.registry_numbers import cpf
from orquestra.store import tables

from .additions import add_citizen
from .conftest import NewPerson, Person, Stack, eventually

pytestmark = [pytest.mark.browser, pytest.mark.stack]

LOGIN = "tecidos.parana"
COLLABORATOR = Cpf(cpf(81))
REPRESENTATIVE = Cpf(cpf(82))
REASON = "Trabalha conosco e cuida destes processos."


def test_the_companys_representative_approves_what_a_collaborator_asked(
    stack: Stack, new_person: NewPerson
) -> None:
    cnpj = stack.login(LOGIN).cnpj
    add_citizen(stack, COLLABORATOR, "Caio Reis Prado", cnpj=cnpj, role="COLABORADOR")
    add_citizen(stack, REPRESENTATIVE, "Rosa Lima Vidal", cnpj=cnpj, role="REPRESENTANTE_LEGAL")
    asking, answering = new_person(), new_person()
    asking.enter(LOGIN)
    asking.authorize(COLLABORATOR.formatted)
    asking.press("Confirmar e vincular")
    asking.says("quem a representa no gov.br também pode aprovar ou recusar")
    assert stack.owners(LOGIN)[0] == {None}

    _approve(answering)

    asking.says("Sincronização concluída")
    person = tables.person
    (owner,) = stack.rows(select(person).where(person.c.cpf == COLLABORATOR.digits))
    (representative,) = stack.rows(select(person).where(person.c.cpf == REPRESENTATIVE.digits))
    assert eventually(lambda: stack.login(LOGIN).state == "linked")
    assert stack.login(LOGIN).person_id == owner.id
    assert stack.owners(LOGIN)[0] == {owner.id}
    link = tables.account_link
    (linked,) = stack.rows(select(link).where(link.c.login_id == stack.id(LOGIN)))
    assert linked.rule == "representante_aprovou"
    decision = tables.ownership_decision
    (decided,) = stack.rows(select(decision).where(decision.c.login_id == stack.id(LOGIN)))
    assert (decided.representative_id, decided.staff_id) == (representative.id, None)


def _approve(person: Person) -> None:
    page = person.page
    person.enter_directly(REPRESENTATIVE.formatted)
    page.get_by_role("link", name="1 pedido da empresa espera por você").click()
    expect(page).to_have_url(f"{person.stack.url}/area/pedidos")
    page.get_by_role("link", name=f"Responder o pedido sobre o login {LOGIN}").click()
    person.says("Caio Reis Prado")
    page.get_by_label("Aprovar").check()
    page.get_by_label("Motivo").fill(REASON)
    person.press("Registrar a resposta")
    row = page.get_by_role("main")
    expect(row).not_to_contain_text(f"Responder o pedido sobre o login {LOGIN}")
    expect(page).to_have_url(f"{person.stack.url}/area/pedidos")
