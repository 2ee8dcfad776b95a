"""What a browser's test adds to the demo base, and ways through pages that several tests take."""

from datetime import UTC, datetime, timedelta

import httpx
from playwright.sync_api import expect
from sqlalchemy import insert, select

from orquestra import passwords
from orquestra.documents import Cpf
from orquestra.store import tables

from .conftest import GOVBR_PASSWORD, PASSWORD, Person, Stack, eventually

#: The number of a login's first process, far from those of the demo base.
_NUMBERS = 970_000


def add_login(stack: Stack, login: str, *, name: str, processes: int = 2, **values: object) -> int:
    """Write a login of the running campaign, with processes in progress."""
    now = datetime.now(UTC)
    row = {
        "login": login,
        "name": name,
        "email": mailbox_of(login),
        "password_hash": passwords.hash_new(PASSWORD, passwords.CHEAP),
        "password_format": passwords.ARGON2ID,
        "campaign_id": select(tables.campaign.c.id).scalar_subquery(),
        "imported_at": now,
    }
    with stack.database.begin() as connection:
        login_id: int = connection.execute(
            insert(tables.login).values(**row | values).returning(tables.login.c.id)
        ).scalar_one()
        for number in range(processes):
            connection.execute(
                insert(tables.process_record).values(
                    number=_NUMBERS + 100 * login_id + number,
                    code="P070",
                    name="Análise de Licença de Importação para Anuência",
                    version="3",
                    area="DICOR",
                    login_id=login_id,
                    situation="em_andamento",
                    opened_at=now - timedelta(days=30),
                )
            )
    return login_id


def mailbox_of(login: str) -> str:
    """The old e-mail of a login."""
    return f"{login}@example.com"


def add_citizen(stack: Stack, cpf: Cpf, name: str, *, cnpj: str, role: str) -> None:
    """Let gov.br know a person with a tie to a company."""
    tie = {"cnpj": cnpj, "name": "Empresa", "role": role}
    person = {"cpf": cpf.digits, "name": name, "email": f"{cpf.digits}@example.org"}
    httpx.post(
        f"{stack.simulator}/simulador/people",
        json={**person, "password": GOVBR_PASSWORD, "companies": [tie]},
    ).raise_for_status()


def enter_as_staff(person: Person) -> None:
    """Sign in on the staff's page, by the keyboard alone."""
    page = person.page
    page.goto(f"{person.stack.url}/equipe/entrar")
    page.get_by_label("Usuário").focus()
    page.keyboard.type("equipe")
    page.keyboard.press("Tab")
    page.keyboard.type((person.stack.home / "staff-password").read_text(encoding="ascii"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{person.stack.url}/equipe")


def choose_password_by_mail(person: Person, login: str, subject: str, password: str) -> None:
    """Open a mail on the catcher's page, follow its address, and choose a password."""
    page, to = person.page, mailbox_of(login)
    assert eventually(lambda: any(m["subject"] == subject for m in person.stack.mails(to)))
    catcher = f"http://127.0.0.1:{person.stack.environment['NORMALIZA_MAILBOX_PORT']}/"
    page.goto(catcher)
    page.get_by_label("Destinatário").fill(to)
    person.press("Filtrar")
    page.get_by_role("link", name=subject).first.click()
    page.locator(f'article a[href^="{person.stack.url}/nova-senha"]').click()
    person.sees("heading", "Criar uma senha nova")
    person.says(login)
    page.get_by_label("Senha nova", exact=True).fill(password)
    page.get_by_label("Repita a senha nova").fill(password)
    person.press("Trocar a senha")
