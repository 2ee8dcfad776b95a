"""A real simulator on free loopback ports, and a plain client written from gov.br's manual."""

# ruff: noqa: ANN401 - keyword arguments are handed on as they come

import base64
import hashlib
import re
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from govbr.simulator.configuration import SimulatorConfig
from govbr.simulator.server import RunningSimulator

CLIENT = "h-orquestra.exemplo.br"
SECRET = "segredo-de-teste"
CALLBACK = "http://localhost:8000/govbr/callback"
HOME = "http://localhost:8000/"
SCOPES = "openid email profile phone govbr_empresa govbr_confiabilidades_idtoken"
PASSWORD = "Senha#2026"


def free_ports() -> tuple[int, int]:
    """Find two ports that nobody listens on."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("127.0.0.1", 0))
        second.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def make_config(data_dir: Path, **changes: Any) -> SimulatorConfig:
    """Make settings for one test."""
    port, api_port = free_ports()
    config = SimulatorConfig(
        host="127.0.0.1",
        port=port,
        api_port=api_port,
        issuer=f"http://127.0.0.1:{port}/",
        client_id=CLIENT,
        client_secret=SECRET,
        redirect_uris=(CALLBACK,),
        post_logout_redirect_uris=(HOME,),
        home_url=HOME,
        data_dir=data_dir,
    )
    return replace(config, **changes)


def changed(values: dict[str, str], changes: dict[str, str | None]) -> dict[str, str]:
    """Change parameters; None leaves one out."""
    return {name: value for name, value in (values | changes).items() if value is not None}


@dataclass
class Citizen:
    """A browser at the simulator, and the client's back end beside it."""

    config: SimulatorConfig
    browser: httpx.Client
    #: Not the browser's: the client's own server.
    back_end: httpx.Client
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def query(self, **changes: str | None) -> dict[str, str]:
        """Make the parameters of passo 3; None leaves one out."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        parameters = {
            "response_type": "code",
            "client_id": CLIENT,
            "scope": SCOPES,
            "redirect_uri": CALLBACK,
            "nonce": self.nonce,
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return changed(parameters, changes)

    def authorize(self, **changes: str | None) -> httpx.Response:
        """Open /authorize, without following."""
        return self.browser.get("/authorize", params=self.query(**changes))

    def follow(self, response: httpx.Response) -> httpx.Response:
        """Follow redirects as long as they stay at the simulator."""
        while response.is_redirect and "localhost:8000" not in response.headers["Location"]:
            response = self.browser.get(response.headers["Location"])
        return response

    def post(self, page: httpx.Response, path: str, **values: str) -> httpx.Response:
        """Send the form of a page with its hidden fields, and follow."""
        hidden = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', page.text))
        hidden.pop("voltar", None)
        response = self.browser.post(path, data=hidden | values)
        return self.follow(response)

    def log_in(self, cpf: str, password: str = PASSWORD, **changes: str | None) -> httpx.Response:
        """Go from /authorize through CPF and password to what comes next."""
        page = self.follow(self.authorize(**changes))
        if page.is_redirect or "/autorizacao" in str(page.request.url):
            return page  # the session is still there
        page = self.post(page, "/login", cpf=cpf)
        return self.post(page, "/login/senha", senha=password)

    def obtain_code(self, cpf: str, **changes: str | None) -> str:
        """Log in, authorize where asked, and take the code out of the answer."""
        page = self.log_in(cpf, **changes)
        if not page.is_redirect:
            page = self.post(page, "/autorizacao", decisao="autorizar")
        return answer(page)["code"]

    def exchange(self, code: str, **changes: str | None) -> httpx.Response:
        """Ask /token for the tokens, with Basic (passo 6)."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": self.verifier,
        }
        url = f"{self.config.issuer}token"
        return self.back_end.post(url, data=changed(form, changes), auth=(CLIENT, SECRET))

    def tokens(self, cpf: str, **changes: str | None) -> dict[str, Any]:
        """Walk the whole road to the tokens."""
        response = self.exchange(self.obtain_code(cpf, **changes))
        assert response.status_code == 200, response.text
        return dict(response.json())

    def api(self, path: str, access_token: str) -> httpx.Response:
        """Call the companies API."""
        base = f"http://127.0.0.1:{self.config.api_port}"
        return self.back_end.get(base + path, headers={"Authorization": f"Bearer {access_token}"})

    def userinfo(self, access_token: str, path: str = "userinfo/") -> httpx.Response:
        """Call userinfo or one of its neighbours."""
        return self.back_end.get(
            f"{self.config.issuer}{path}", headers={"Authorization": f"Bearer {access_token}"}
        )

    def control(self, method: str, path: str, **keywords: Any) -> httpx.Response:
        """Call the control API."""
        return self.back_end.request(method, f"{self.config.issuer}simulador/{path}", **keywords)

    def fault(self, endpoint: str, kind: str, **options: Any) -> None:
        """Order a fault."""
        asked = {"endpoint": endpoint, "kind": kind, **options}
        assert self.control("POST", "faults", json=asked).status_code == 201

    def obtain_code_again(self) -> str:
        """Take another code while session and consent last."""
        return answer(self.authorize())["code"]

    @staticmethod
    def answer(response: httpx.Response) -> dict[str, str]:
        """Read the parameters of the redirect to the client."""
        return answer(response)

    @staticmethod
    def made_up_cpf() -> str:
        """Make a CPF with valid check digits that nobody has."""
        return made_up_cpf()


def answer(response: httpx.Response) -> dict[str, str]:
    """Read the parameters of the redirect to the client."""
    location = response.headers["Location"]
    assert location.startswith(CALLBACK)
    return dict(parse_qsl(urlsplit(location).query))


@contextmanager
def visiting(config: SimulatorConfig) -> Iterator[Citizen]:
    """Open a browser of its own."""
    with httpx.Client(base_url=config.issuer) as browser, httpx.Client() as back_end:
        yield Citizen(config, browser, back_end)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorConfig]:
    """Run one simulator for a module."""
    made = make_config(tmp_path_factory.mktemp("simulator"))
    with RunningSimulator(made):
        yield made


@pytest.fixture
def citizen(config: SimulatorConfig) -> Iterator[Citizen]:
    """Open a fresh browser at the module's simulator, with no faults waiting."""
    with visiting(config) as visitor:
        visitor.control("DELETE", "faults")
        yield visitor


@pytest.fixture
def start(tmp_path: Path) -> Callable[..., Any]:
    """Start simulators of a test's own, with other settings."""

    @contextmanager
    def running(data_dir: Path = tmp_path / "data", **changes: Any) -> Iterator[Citizen]:
        made = make_config(data_dir, **changes)
        with RunningSimulator(made), visiting(made) as visitor:
            yield visitor

    return running


@pytest.fixture
def unused_ports() -> tuple[int, int]:
    """Find two ports for a program of the test's own."""
    return free_ports()


@pytest.fixture
def new_ports() -> Callable[[], tuple[int, int]]:
    """Find two more ports."""
    return free_ports


@pytest.fixture
def new_person(config: SimulatorConfig) -> Callable[..., str]:
    """Make a person of one's own; gives the CPF."""

    def make(**fields: Any) -> str:
        body = {"cpf": made_up_cpf(), "name": "Pessoa de Teste"} | fields
        url = f"{config.issuer}simulador/people"
        response = httpx.post(url, json=body)
        assert response.status_code == 201, response.text
        return str(response.json()["cpf"])

    return make


def made_up_cpf() -> str:
    """Make a CPF with valid check digits."""
    digits = [secrets.randbelow(9) for _ in range(8)] + [9]
    for first in (10, 11):
        rest = sum(d * w for d, w in zip(digits, range(first, 1, -1), strict=False)) % 11
        digits.append(0 if rest < 2 else 11 - rest)
    return "".join(map(str, digits))
