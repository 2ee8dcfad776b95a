"""A member of staff who uses no mouse finds a request and refuses it."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from orquestra.sample.registry_numbers import cpf
from orquestra.store import tables

from .additions import add_login, enter_as_staff
from .conftest import NewPerson, Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

LOGIN = "teclado.pesos"
DEBORA = "460.764.799-30"
REASON = "O login é de outra pessoa da empresa."
#: No page of the staff's takes more of them.
MOST_TABS = 80

#: What a screen reader would say of the focused element, near enough.
FOCUSED = """() => {
    const it = document.activeElement
    return (it.labels?.length ? it.labels[0].innerText : it.innerText || '').trim()
}"""


def test_a_request_is_refused_by_the_keyboard_alone(stack: Stack, new_person: NewPerson) -> None:
    add_login(stack, LOGIN, name="Teclado Pesos", cpf=cpf(83))
    person, member = new_person(), new_person()
    person.enter(LOGIN)
    person.authorize(DEBORA)
    person.press("Confirmar e vincular")
    person.says("A equipe do Inmetro vai decidir")

    enter_as_staff(member)
    page = member.page
    _tab_to(page, "Decisões")
    page.keyboard.press("Enter")
    member.sees("heading", "Decisões de titularidade")
    _tab_to(page, LOGIN)
    page.keyboard.press("Enter")
    member.sees("heading", f"O login {LOGIN} é desta pessoa?")
    _tab_to(page, "Aprovar")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Recusar")).to_be_checked()
    _tab_to(page, "Motivo")
    page.keyboard.type(REASON)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    _tab_to(page, "Registrar a decisão")
    page.keyboard.press("Enter")
    member.says("Decisão registrada.")

    expect(person.page.get_by_role("main")).to_contain_text("A sincronização voltou ao começo")
    decision = tables.ownership_decision
    (decided,) = stack.rows(select(decision).where(decision.c.login_id == stack.id(LOGIN)))
    assert (decided.verdict, decided.reason) == ("recusar", REASON)
    assert decided.next_step
    assert stack.login(LOGIN).state == "legacy"


def _tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus stands on what begins with these words."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(words):
            return
    pytest.fail(f"{MOST_TABS} times Tab did not lead to {words!r}")
