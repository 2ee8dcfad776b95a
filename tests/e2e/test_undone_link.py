"""A link to the wrong person is undone by staff, and the login walks the road anew."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from orquestra.documents import Cpf
from orquestra.store import tables

from .additions import add_login, choose_password_by_mail, enter_as_staff
from .conftest import NewPerson, Person, Stack, eventually

pytestmark = [pytest.mark.browser, pytest.mark.stack]

LOGIN = "engano.calibra"
DEBORA = "460.764.799-30"
LEDA = "473.824.690-93"
REASON = "Entrou com a conta gov.br de outra pessoa."
NEW = "Sete pontes de pedra"


def test_staff_undo_a_link_and_the_login_goes_to_the_right_person(
    stack: Stack, new_person: NewPerson
) -> None:
    add_login(stack, LOGIN, name="Engano Calibra")
    wrong, member, right = new_person(), new_person(), new_person()
    wrong.enter(LOGIN)
    wrong.authorize(DEBORA)
    wrong.confirm()

    _undo(member)
    login = stack.login(LOGIN)
    assert (login.state, login.person_id) == ("legacy", None)
    assert stack.owners(LOGIN)[0] == {None}

    subject = "A sincronização do seu login do Orquestra foi desfeita"
    choose_password_by_mail(right, LOGIN, subject, NEW)
    right.enter(LOGIN, NEW)
    right.authorize(LEDA)
    right.confirm()
    (leda,) = stack.rows(select(tables.person).where(tables.person.c.cpf == Cpf.parse(LEDA).digits))
    assert eventually(lambda: stack.login(LOGIN).state == "linked")
    assert stack.login(LOGIN).person_id == leda.id
    assert stack.owners(LOGIN)[0] == {leda.id}
    link = tables.account_link
    states = select(link.c.state).where(link.c.login_id == login.id).order_by(link.c.id)
    assert [row.state for row in stack.rows(states)] == ["undone", "done"]


def _undo(member: Person) -> None:
    enter_as_staff(member)
    page = member.page
    page.get_by_role("link", name="Vínculos").first.click()
    page.get_by_label("Login, recibo ou nome da pessoa").fill(LOGIN)
    member.press("Buscar")
    row = page.get_by_role("row").filter(has_text=LOGIN)
    row.get_by_role("link").click()
    member.says("Débora")
    page.get_by_label("Motivo").fill(REASON)
    member.press("Desfazer o vínculo")
    member.sees("heading", "Vínculo desfeito")
    expect(page.get_by_role("main")).to_contain_text(REASON)
