"""Whoever forgot the old password chooses another by mail and goes on to the road."""

import pytest
from playwright.sync_api import expect

from .additions import add_login, choose_password_by_mail
from .conftest import NewPerson, Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

LOGIN = "esquecida.ensaios"
SUBJECT = "Crie uma senha nova para o seu login do Orquestra"
NEW = "Cinco lagoas azuis"


def test_a_forgotten_password_is_replaced_by_mail_and_leads_to_the_screen(
    stack: Stack, new_person: NewPerson
) -> None:
    add_login(stack, LOGIN, name="Esquecida Ensaios")
    person = new_person()
    person.page.goto(stack.url)
    person.page.get_by_role("link", name="Esqueci minha senha").click()
    person.page.get_by_label("Login do Orquestra").fill(LOGIN)
    person.press("Enviar mensagem")
    person.says("Se o login existir, a mensagem está a caminho")

    choose_password_by_mail(person, LOGIN, SUBJECT, NEW)

    person.enter(LOGIN)
    expect(person.page.get_by_role("alert")).to_be_visible()
    person.enter(LOGIN, NEW)
    person.sees("heading", "Normalização")
    person.says(f"Sua conta atual do Orquestra {LOGIN} deverá ser sincronizada")
    assert stack.login(LOGIN).password_source == "escolhida"
