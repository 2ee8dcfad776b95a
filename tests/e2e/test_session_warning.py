"""Nobody's visit ends without a warning, and no tab is warned while another is in use."""

import pytest
from playwright.sync_api import expect

from .additions import add_login
from .conftest import NewPerson, Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

LOGIN = "demorada.ensaios"


def test_a_page_warns_five_minutes_before_the_end_and_goes_on_at_a_click(
    stack: Stack, new_person: NewPerson
) -> None:
    add_login(stack, LOGIN, name="Demorada Ensaios")
    person = new_person()
    page = person.page
    page.clock.install()
    person.enter(LOGIN)
    person.sees("heading", "Normalização")
    other = page.context.new_page()
    other.goto(f"{stack.url}/area")
    warning = page.locator(".session-warning")

    page.clock.fast_forward("24:50")
    expect(warning).to_be_hidden()
    page.clock.fast_forward("00:11")
    expect(warning).to_contain_text("Sua sessão termina em 5 minutos por falta de uso.")
    other.reload()
    expect(warning).to_be_hidden()

    page.clock.fast_forward("25:01")
    expect(warning).to_be_visible()
    person.press("Continuar nesta sessão")
    expect(warning).to_be_hidden()
    page.clock.fast_forward("30:01")
    expect(warning).to_contain_text("Sua sessão terminou.")
    expect(warning.get_by_role("button")).to_be_hidden()
