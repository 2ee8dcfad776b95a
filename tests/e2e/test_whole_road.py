"""The whole road in a browser: legacy login, gov.br, confirmation, workspace."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from orquestra.documents import Cpf
from orquestra.sample.registry_numbers import cpf
from orquestra.store import tables

from .conftest import GOVBR_PASSWORD, NewPerson, Person, Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

BARBARA = "028.461.973-69"
#: Nobody has this CPF, neither at gov.br nor in the base.
NEWCOMER = Cpf(cpf(77))
NEWCOMER_EMAIL = "zilda@example.org"


def test_the_whole_road_ends_with_every_process_in_the_persons_account(
    stack: Stack, new_person: NewPerson
) -> None:
    person = new_person()
    person.enter("bass2016")
    person.says("Sua conta atual do Orquestra bass2016 deverá ser sincronizada")
    person.authorize(BARBARA)
    person.says("***.461.973-**")
    person.says("3 em andamento e 4 concluídos")
    assert stack.login("bass2016").state == "legacy"

    person.confirm()

    login = stack.login("bass2016")
    (owner,) = stack.rows(
        select(tables.person).where(tables.person.c.cpf == Cpf.parse(BARBARA).digits)
    )
    _workspace_shows_all(stack, person, owner.id)
    assert (login.state, login.person_id, login.password_hash) == ("linked", owner.id, None)
    assert stack.owners("bass2016") == [{owner.id}, {owner.id}]
    (link,) = stack.rows(
        select(tables.account_link).where(tables.account_link.c.login_id == login.id)
    )
    assert (link.state, link.rule) == ("done", "cpf_confere")
    assert (link.in_progress_before, link.concluded_before) == (3, 4)
    assert stack.outcomes("bass2016") == ["autorizado"]
    person.sees("heading", "Processos que posso iniciar")
    _old_login_is_refused_and_govbr_leads_straight_in(later := new_person())
    _workspace_shows_all(stack, later, owner.id)


def _old_login_is_refused_and_govbr_leads_straight_in(later: Person) -> None:
    later.enter("bass2016")
    alert = later.page.get_by_role("alert")
    expect(alert).to_contain_text("já foi sincronizado com o gov.br. Entre com gov.br.")
    later.enter_directly(BARBARA)


def _workspace_shows_all(stack: Stack, person: Person, owner_id: int) -> None:
    """The login's card has the counts of before; the summary, all that the person owns."""
    card = person.page.get_by_role("region", name="bass2016")
    expect(card).to_contain_text("3 processos em andamento, 4 concluídos")
    record = tables.process_record
    owned = [
        row.situation
        for row in stack.rows(
            select(record.c.situation).where(record.c.owner_person_id == owner_id)
        )
    ]
    tasks, in_progress, concluded = (int(line.split()[0]) for line in person.summary())
    assert tasks == _open_tasks(stack, owner_id)
    assert (in_progress, concluded) == (owned.count("em_andamento"), owned.count("concluido"))


def test_somebody_without_a_govbr_account_signs_up_on_the_road(
    stack: Stack, new_person: NewPerson
) -> None:
    person = new_person()
    person.enter("iris.valenca")
    person.go_to_govbr()
    _sign_up(person)
    person.press("Autorizar")
    person.go_on()
    person.says(NEWCOMER.masked)
    person.says("Zilda Prado Nogueira")
    person.confirm()

    login = stack.login("iris.valenca")
    (owner,) = stack.rows(select(tables.person).where(tables.person.c.cpf == NEWCOMER.digits))
    assert (login.state, login.person_id) == ("linked", owner.id)
    assert stack.owners("iris.valenca")[0] == {owner.id}
    (link,) = stack.rows(
        select(tables.account_link).where(tables.account_link.c.login_id == login.id)
    )
    assert (link.state, link.rule) == ("done", "sem_documento")
    assert link.in_progress_before + link.concluded_before == 3


def _sign_up(person: Person) -> None:
    """The four steps: data, a question, the code from the mailbox, a password."""
    page = person.page
    page.get_by_role("link", name="Crie sua conta gov.br").click()
    page.get_by_label("CPF").fill(NEWCOMER.formatted)
    page.get_by_label("Nome").fill("Zilda Prado Nogueira")
    page.get_by_label("E-mail").fill(NEWCOMER_EMAIL)
    page.get_by_label("Telefone").fill("(61) 98888-1234")
    person.press("Avançar")
    page.get_by_label("Zilda", exact=True).check()
    person.press("Avançar")
    page.get_by_label("E-mail").check()
    person.press("Avançar")
    page.get_by_label("Código de 6 caracteres").fill(_code(person))
    person.press("Avançar")
    page.get_by_label("Senha", exact=True).fill(GOVBR_PASSWORD)
    page.get_by_label("Confirme a senha").fill(GOVBR_PASSWORD)
    person.press("Criar conta")


def _code(person: Person) -> str:
    """Read the newest code in the mailbox page, in a tab beside."""
    person.page.get_by_label("Código de 6 caracteres").wait_for()
    mailbox = person.page.context.new_page()
    mailbox.goto(f"{person.stack.simulator}/simulador/caixa-de-entrada")
    letter = mailbox.get_by_role("article").filter(has_text=NEWCOMER_EMAIL).first
    code = letter.get_by_label("Código").inner_text()
    mailbox.close()
    return code


def _open_tasks(stack: Stack, person_id: int) -> int:
    task = tables.open_task
    return len(
        stack.rows(
            select(task.c.id).where(
                task.c.owner_person_id == person_id, task.c.concluded_at.is_(None)
            )
        )
    )
