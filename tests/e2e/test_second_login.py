"""Several legacy logins of one person, and a login that is somebody else's already."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from orquestra.documents import Cpf
from orquestra.store import tables

from .conftest import PASSWORD, NewPerson, Person, Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

BARBARA = "028.461.973-69"
HEITOR = "325.370.451-30"


def test_two_logins_go_to_one_account_and_a_third_person_is_refused_with_the_holder_masked(
    stack: Stack, new_person: NewPerson
) -> None:
    person = new_person()
    person.enter_directly(BARBARA)
    for login in ("barzi.motors", "bass.drill"):
        _name_old_login(person, login)
        person.authorize(BARBARA)
        person.confirm()

    (owner,) = stack.rows(
        select(tables.person).where(tables.person.c.cpf == Cpf.parse(BARBARA).digits)
    )
    own = person.page.get_by_role("region", name="Meus logins antigos")
    for login in ("barzi.motors", "bass.drill"):
        expect(own.get_by_role("region", name=login)).to_contain_text("Vinculado")
        assert (stack.login(login).state, stack.login(login).person_id) == ("linked", owner.id)
        assert stack.owners(login)[0] == {owner.id}
    assert _origins(person) >= {"barzi.motors", "bass.drill"}
    _stranger_is_refused(stack, new_person())
    assert stack.login("bass.drill").person_id == owner.id


def _stranger_is_refused(stack: Stack, stranger: Person) -> None:
    stranger.enter_directly(HEITOR)
    stranger.says("Nenhum login antigo do Orquestra está vinculado à sua conta gov.br.")
    assert [line[0] for line in stranger.summary()] == ["0", "0", "0"]
    _name_old_login(stranger, "bass.drill")
    alert = stranger.page.get_by_role("alert")
    expect(alert).to_contain_text("já foi vinculado à conta gov.br do CPF ***.461.973-**")
    expect(stranger.page.get_by_role("main")).not_to_contain_text(BARBARA)
    (heitor,) = stack.rows(
        select(tables.person).where(tables.person.c.cpf == Cpf.parse(HEITOR).digits)
    )
    link = tables.account_link
    assert stack.rows(select(link).where(link.c.person_id == heitor.id)) == []


def _name_old_login(person: Person, login: str) -> None:
    person.page.get_by_role("link", name="Vincular um login antigo").click()
    person.page.get_by_label("Usuário").fill(login)
    person.page.get_by_label("Senha").fill(PASSWORD)
    person.press("Continuar")


def _origins(person: Person) -> set[str]:
    """Read from which logins the processes in progress came."""
    table = person.page.get_by_role("table", name="Meus processos em andamento")
    return set(table.locator("td[data-column='Login de origem']").all_inner_texts())
