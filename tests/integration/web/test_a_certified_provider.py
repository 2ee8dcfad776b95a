"""Another provider than gov.br, by settings alone: a certified one (npm's oidc-provider).

It runs as a process of its own and is reached over HTTP. What breaks is put between it and us.
"""

import re
import secrets
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from jinja2 import BytecodeCache
from joserfc.jwk import RSAKey
from sqlalchemy import Engine

from engine.clock import ManualClock
from govbr.client import GovbrClient
from govbr.store.tables import attempt
from govbr.testing import ScriptedProvider
from normaliza.settings import Settings, read_settings
from normaliza.wiring.relying_party import relying_party
from orquestra.store import tables

from .conftest import Browser, Portal, open_portal

FOLDER = Path(__file__).parents[2] / "certified_provider"
NODE = Path(__file__).parents[3] / ".venv" / "node"
CPF = "12345678909"
SECRET = secrets.token_urlsafe(24)

Fault = Callable[[httpx.Request], httpx.Response | None]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """What the program is told of the provider, which runs."""
    port = _free_port()
    issuer = f"http://127.0.0.1:{port}"
    told = read_settings(
        {
            "NORMALIZA_HOME": str(tmp_path_factory.mktemp("home")),
            "NORMALIZA_PUBLIC_URL": "http://localhost",
            "GOVBR_ISSUER": issuer,
            "GOVBR_API_URL": issuer,
            "GOVBR_CLIENT_ID": "normaliza",
            "GOVBR_CLIENT_SECRET": SECRET,
            "GOVBR_SCOPES": "openid email profile",
            "GOVBR_AUTHORIZATION_ENDPOINT": f"{issuer}/auth",
            "GOVBR_JWKS_URI": f"{issuer}/jwks",
            "GOVBR_USERINFO_ENDPOINT": f"{issuer}/me",
            "GOVBR_END_SESSION_ENDPOINT": f"{issuer}/session/end",
            "GOVBR_RETURN_NAMES_ISSUER": "true",
        }
    )
    ours = relying_party(told)
    node = shutil.which("node", path=str(NODE)) or shutil.which("node")
    assert node, "node is missing: make test installs it"
    with subprocess.Popen(
        [node, "provider.mjs"],
        cwd=FOLDER,
        env={
            "PORT": str(port),
            "CLIENT_ID": ours.client_id,
            "CLIENT_SECRET": ours.client_secret,
            "REDIRECT_URI": ours.redirect_uri,
            "LOGOUT_URI": ours.post_logout_redirect_uri,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"listens\n"
        yield told
        process.stdin.close()
        process.wait(10)


@dataclass
class Between(httpx.BaseTransport):
    """The way to the provider, on which things go wrong."""

    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Let a request through, unless a fault answers it."""
        for fault in self.faults:
            if (answer := fault(request)) is not None:
                return answer
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Hang up."""
        self._inner.close()


@pytest.fixture
def between() -> Iterator[Between]:
    """The way to the provider."""
    with Between() as made:
        yield made


@pytest.fixture
def portal(
    database: Engine,
    settings: Settings,
    between: Between,
    compiled_templates: BytecodeCache,
    provider_key: RSAKey,
) -> Portal:
    """The portal at that provider; the provider's clock is the machine's."""
    clock, told = ManualClock(datetime.now(UTC)), relying_party(settings)
    govbr = GovbrClient(told, clock.now, between)
    made = open_portal(
        database, clock, told, govbr, provider=ScriptedProvider(told, clock.now, key=provider_key)
    )
    made.app.jinja_env.bytecode_cache = compiled_templates
    return made


def _visit(address: str, *, deny: bool = False) -> dict[str, str]:
    """Sign in at the provider and release the data; gives the query of the way back."""
    origin = "http://" + urlsplit(address).netloc
    with httpx.Client(base_url=origin) as person:
        page = _follow(person, person.get(address))
        form = _form(page.text)
        page = _follow(
            person, person.post(form, data={"prompt": "login", "login": CPF, "password": "x"})
        )
        if deny:
            page = _follow(person, person.get(f"{_form(page.text)}/abort"))
        else:
            page = _follow(person, person.post(_form(page.text), data={"prompt": "consent"}))
    back = urlsplit(page.headers["Location"])
    assert (back.hostname, back.path) == ("localhost", "/govbr/callback")
    return dict(parse_qsl(back.query))


def _follow(person: httpx.Client, page: httpx.Response) -> httpx.Response:
    """Follow redirects as long as they stay at the provider."""
    here = ("/", str(person.base_url))
    while page.is_redirect and page.headers["Location"].startswith(here):
        page = person.get(page.headers["Location"])
    return page


def _form(page: str) -> str:
    found = re.search(r'action="([^"]+)"', page)
    assert found, page
    return found.group(1)


def _linked(portal: Portal) -> bool:
    return bool(portal.all_of(tables.account_link))


def _walk(portal: Portal, browser: Browser) -> None:
    portal.back_with(browser, _visit(portal.go_to_govbr(browser)))
    portal.work()


def test_the_whole_road_ends_with_the_login_linked(portal: Portal) -> None:
    browser = portal.enter()
    _walk(portal, browser)
    assert "Maria Exemplo" in browser.get("/normalizacao/confirmar").text
    portal.answer(browser, "confirmar")
    portal.work()
    assert portal.row("bass2016").state == "linked"
    (person,) = portal.all_of(tables.person)
    assert person.cpf == CPF
    left = browser.post("/sair", page="/area").location
    assert str(left).startswith(f"{portal.provider.settings.issuer}/session/end?")


def test_whoever_denies_is_back_at_the_screen_and_nothing_is_linked(portal: Portal) -> None:
    browser = portal.enter()
    back = _visit(portal.go_to_govbr(browser), deny=True)
    assert (back["error"], back["iss"]) == ("access_denied", portal.provider.settings.issuer)
    portal.back_with(browser, back)
    portal.work()
    assert [row.failure for row in portal.all_of(attempt)] == ["negado"]
    assert not _linked(portal)


def test_a_return_that_does_not_say_who_it_is_from_is_refused(portal: Portal) -> None:
    browser = portal.enter()
    back = _visit(portal.go_to_govbr(browser))
    del back["iss"]
    portal.back_with(browser, back)
    portal.work()
    assert [row.failure for row in portal.all_of(attempt)] == ["resposta_invalida"]
    assert not _linked(portal)


def test_a_code_that_was_used_already_links_nothing(portal: Portal, between: Between) -> None:
    def used(request: httpx.Request) -> None:
        if request.url.path == "/token":
            with httpx.Client() as thief:  # the same request, sent before ours arrives
                again = thief.post(request.url, content=request.content, headers=request.headers)
                assert again.status_code == 200

    between.faults.append(used)
    browser = portal.enter()
    _walk(portal, browser)
    assert [row.failure for row in portal.all_of(attempt)] == ["codigo_recusado"]
    assert "O gov.br não reconheceu mais este acesso" in browser.get("/normalizacao").text
    assert not _linked(portal)


def test_keys_of_somebody_else_under_the_same_kid_link_nothing(
    portal: Portal, between: Between
) -> None:
    strange = RSAKey.generate_key(2048, {"kid": "rsa1", "alg": "RS256"}).as_dict(private=False)

    def swapped(request: httpx.Request) -> httpx.Response | None:
        is_keys = request.url.path == "/jwks"
        return httpx.Response(200, json={"keys": [strange]}) if is_keys else None

    between.faults.append(swapped)
    _walk(portal, portal.enter())
    assert [row.failure for row in portal.all_of(attempt)] == ["id_token_invalido"]
    assert not _linked(portal)


def test_a_provider_that_is_down_for_a_moment_is_asked_again(
    portal: Portal, between: Between
) -> None:
    down = [httpx.Response(503, headers={"Retry-After": "3"}), httpx.Response(503)]

    def once(request: httpx.Request) -> httpx.Response | None:
        return down.pop() if request.url.path == "/me" and down else None

    between.faults.append(once)
    browser = portal.enter()
    _walk(portal, browser)
    for _ in range(2):
        assert (
            not down or "gov.br não está respondendo" in browser.get("/normalizacao/andamento").text
        )
        portal.clock.advance(timedelta(minutes=1))
        portal.work_again()
    assert "Maria Exemplo" in browser.get("/normalizacao/confirmar").text
