"""The simulator's pages, looked at: by axe in both contrasts, in a narrow window, by keyboard."""

import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from govbr.simulator.configuration import SimulatorConfig
from govbr.simulator.server import RunningSimulator

from .axe import complaints, scrolls_sideways
from .conftest import GOVBR_PASSWORD

pytestmark = pytest.mark.browser

#: The pictures of the guide; PICTURES=1 takes them anew.
KEPT = (
    "ajustes",
    "autorizacao",
    "caixa",
    "cpf",
    "duas-etapas",
    "empresas",
    "falhas",
    "pessoas",
    "recuperar",
)
IMAGES = Path(__file__).parents[2] / "docs/images"
CLIENT, HOME = "h-portal.exemplo.br", "http://localhost:9/"
REPRESENTATIVE, TWO_STEPS, NEW = "28461935764", "94580730224", "65923170434"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorConfig]:
    """A simulator of the test's own, whose client nobody answers for."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        port, api_port = first.getsockname()[1], second.getsockname()[1]
    config = SimulatorConfig(
        host="127.0.0.1",
        port=port,
        api_port=api_port,
        issuer=f"http://127.0.0.1:{port}/",
        client_id=CLIENT,
        client_secret="segredo",
        redirect_uris=(f"{HOME}volta",),
        post_logout_redirect_uris=(HOME,),
        home_url=HOME,
        data_dir=tmp_path_factory.mktemp("simulator"),
        require_pkce=False,
    )
    with RunningSimulator(config):
        yield config


Look = Callable[[str], None]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser profile of one's own."""
    context = browser.new_context(locale="pt-BR", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def look(page: Page) -> Look:
    """Look at the page as it stands, in both contrasts and narrow; keep its picture."""

    def looked(name: str) -> None:
        expect(page.get_by_text("Simulador local — não é o gov.br")).to_be_visible()
        if name in KEPT and os.environ.get("PICTURES"):
            page.screenshot(path=IMAGES / f"simulador-{name}.png", full_page=True)
        assert complaints(page) == []
        assert not scrolls_sideways(page)
        page.evaluate("document.documentElement.classList.add('alto-contraste')")
        assert complaints(page, only="color-contrast") == []
        page.evaluate("document.documentElement.classList.remove('alto-contraste')")

    return looked


def _authorize(simulator: SimulatorConfig) -> str:
    scope = "openid email profile phone govbr_empresa govbr_confiabilidades_idtoken"
    query = {
        "response_type": "code",
        "client_id": CLIENT,
        "scope": scope,
        "redirect_uri": f"{HOME}volta",
        "state": "s",
        "nonce": "n",
    }
    return f"{simulator.issuer}authorize?{urlencode(query)}"


def _code(simulator: SimulatorConfig) -> str:
    found = httpx.get(f"{simulator.issuer}simulador/mailbox").json()
    return str(found[0]["code"])


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_the_pages_of_a_login_and_of_the_consent(
    simulator: SimulatorConfig, page: Page, look: Look
) -> None:
    page.goto(_authorize(simulator))
    look("cpf")
    page.get_by_label("CPF").fill("123")
    _press(page, "Continuar")
    look("cpf-errado")
    page.get_by_role("link", name="Seu certificado digital", exact=True).click()
    look("certificado")
    page.goto(_authorize(simulator))
    page.get_by_label("CPF").fill(REPRESENTATIVE)
    _press(page, "Continuar")
    look("senha")
    page.get_by_label("Senha").fill(GOVBR_PASSWORD)
    _press(page, "Entrar")
    look("autorizacao")


def test_the_pages_of_a_second_factor_and_of_a_recovery(
    simulator: SimulatorConfig, page: Page, look: Look
) -> None:
    page.goto(_authorize(simulator))
    page.get_by_label("CPF").fill(TWO_STEPS)
    _press(page, "Continuar")
    page.get_by_role("link", name="Esqueci minha senha").click()
    look("recuperar")
    _press(page, "Enviar código")
    look("recuperar-codigo")
    page.get_by_label("Código de 6 números").fill(_code(simulator))
    _press(page, "Avançar")
    look("recuperar-senha")
    page.goto(_authorize(simulator))
    page.get_by_label("CPF").fill(TWO_STEPS)
    _press(page, "Continuar")
    page.get_by_label("Senha").fill(GOVBR_PASSWORD)
    _press(page, "Entrar")
    look("duas-etapas")
    page.get_by_label("Código de 6 números").fill("000000")
    _press(page, "Entrar")
    look("duas-etapas-erro")


def test_the_pages_of_a_sign_up(simulator: SimulatorConfig, page: Page, look: Look) -> None:
    page.goto(_authorize(simulator))
    page.get_by_label("CPF").fill(NEW)
    _press(page, "Continuar")
    look("cadastro-dados")
    page.get_by_label("Nome").fill("Pessoa Inventada")
    page.get_by_label("E-mail").fill("pessoa@example.org")
    page.get_by_label("Telefone").fill("61 99999-0000")
    _press(page, "Avançar")
    look("cadastro-validar")
    page.get_by_text("Pessoa", exact=True).click()
    _press(page, "Avançar")
    look("cadastro-habilitar")
    _press(page, "Avançar")
    look("cadastro-codigo")
    page.get_by_label("Código de 6 caracteres").fill(_code(simulator))
    _press(page, "Avançar")
    look("cadastro-senha")


def test_the_pages_of_the_account(simulator: SimulatorConfig, page: Page, look: Look) -> None:
    _log_in_by_keyboard(simulator, page)
    for address, name in (
        ("conta", "conta"),
        ("conta/permissoes", "permissoes"),
        ("conta/empresas", "empresas"),
    ):
        page.goto(f"{simulator.issuer}{address}")
        look(name)
    page.get_by_label("CPF do colaborador").press("Enter")
    expect(page.get_by_text("CPF inválido")).to_be_visible()
    look("colaborador-erro")
    _press(page, "Vincular empresa")
    look("empresas-erro")
    query = urlencode({"client_id": CLIENT, "niveis": "3", "redirect_uri": HOME})
    page.goto(f"http://127.0.0.1:{simulator.api_port}/?{query}")
    look("catalogo")
    page.goto(f"{simulator.issuer}logout")
    look("saiu")


def _log_in_by_keyboard(simulator: SimulatorConfig, page: Page) -> None:
    """Come in without touching the mouse: the field has the focus, Enter sends."""
    page.goto(_authorize(simulator))
    expect(page.get_by_label("CPF")).to_be_focused()
    page.keyboard.type(REPRESENTATIVE)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/login/senha"))
    expect(page.get_by_label("Senha")).to_be_focused()
    page.keyboard.type(GOVBR_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/autorizacao"))


def test_the_pages_of_the_control(simulator: SimulatorConfig, page: Page, look: Look) -> None:
    httpx.post(
        f"{simulator.issuer}simulador/faults",
        json={"endpoint": "logout", "kind": "status", "status": 503, "cpf": REPRESENTATIVE},
    ).raise_for_status()
    for address, name in (
        ("simulador", "pessoas"),
        ("simulador/caixa-de-entrada", "caixa"),
        ("simulador/falhas", "falhas"),
        ("simulador/ajustes", "ajustes"),
        ("authorize?client_id=ninguem", "erro"),
        ("login?authorization_id=velha", "passou"),
    ):
        page.goto(f"{simulator.issuer}{address}")
        look(name)
