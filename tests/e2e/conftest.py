"""The whole program in a folder of its own, and people with a real browser in front of it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import sqlalchemy
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from normaliza.private_servers.keepsake import free_port
from normaliza.private_servers.postgres import kept_database_url
from orquestra.store import tables

READY = "Ctrl-C encerra"
ARTIFACTS = Path(__file__).parents[1] / "artifacts"
PASSWORD = "Orquestra#2019"
GOVBR_PASSWORD = "Senha#2026"
PATIENCE_MS = 15_000

_PORTS = (
    "NORMALIZA_PORT",
    "NORMALIZA_SIMULATOR_PORT",
    "NORMALIZA_SIMULATOR_API_PORT",
    "NORMALIZA_MAILBOX_PORT",
    "NORMALIZA_MAILBOX_SMTP_PORT",
)
_CHROMIUM = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--no-first-run",
)
#: The portal's pages that a visit to gov.br can end on.
_BACK = re.compile(r"Andamento da sincronização|Entrando com gov\.br|Meu Ambiente de Trabalho")
_FAILED = pytest.StashKey[bool]()
#: Parameters of addresses that are worth something to whoever reads them.
_SECRET = ("state", "code", "nonce", "code_challenge")
_TOKEN_LENGTH = 21

#: Opens a fresh browser profile in front of a stack's first page.
NewPerson: TypeAlias = "Callable[..., Person]"


@dataclass
class Stack:
    """One run of `normaliza up`: every process of the program, on the demo base."""

    home: Path
    environment: dict[str, str]
    words: list[str] = field(default_factory=list)
    #: What browsers in front of it carried and nobody else may read.
    secrets: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where the portal is."""
        return f"http://localhost:{self.environment[_PORTS[0]]}"

    @property
    def simulator(self) -> str:
        """Where gov.br is, without the final slash."""
        return f"http://127.0.0.1:{self.environment[_PORTS[1]]}"

    def mails(self, to: str) -> list[dict[str, Any]]:
        """Read the mails that a mailbox got, the newest first."""
        mailbox = f"http://127.0.0.1:{self.environment['NORMALIZA_MAILBOX_PORT']}"
        answer = httpx.get(f"{mailbox}/mensagens.json", params={"para": to})
        found: list[dict[str, Any]] = answer.raise_for_status().json()
        return found

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "normaliza", "up"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ready = threading.Event()
        self.reader = threading.Thread(target=self._read, args=(ready,))
        self.reader.start()
        assert ready.wait(120), "".join(self.words)
        assert self.process.poll() is None, "".join(self.words)
        address = kept_database_url(self.home)
        assert address is not None
        self.database = sqlalchemy.create_engine(address, poolclass=sqlalchemy.NullPool)

    def stop(self) -> None:
        """End it, and let its last words be read."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def cli(self, *arguments: str) -> str:
        """Run `normaliza …` on the same home."""
        return subprocess.run(
            [sys.executable, "-m", "normaliza", *arguments],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def order_fault(self, **fault: Any) -> None:  # noqa: ANN401 - the control API's own words
        """Let gov.br's next answers fail."""
        httpx.post(f"{self.simulator}/simulador/faults", json=fault).raise_for_status()

    def note_secrets(self, request: Request) -> None:
        """Note what an address of the road to gov.br and back has in it."""
        query = dict(parse_qsl(urlsplit(request.url).query))
        self.secrets.update(query[name] for name in _SECRET if name in query)

    def note_cookies(self, context: BrowserContext) -> None:
        """Note the tokens of somebody's sessions."""
        values = (cookie.get("value", "") for cookie in context.cookies())
        self.secrets.update(value for value in values if len(value) >= _TOKEN_LENGTH)

    def rows(self, query: sqlalchemy.Select[Any]) -> list[Any]:
        """Read from the program's database."""
        with self.database.connect() as connection:
            return list(connection.execute(query))

    def login(self, name: str) -> Any:  # noqa: ANN401 - a row
        """Read a login's row."""
        (row,) = self.rows(sqlalchemy.select(tables.login).where(tables.login.c.login == name))
        return row

    def outcomes(self, login: str) -> list[str]:
        """Read what is on record about a login's visits to gov.br, in order."""
        record = tables.consent_record
        query = sqlalchemy.select(record.c.outcome).order_by(record.c.id)
        return [row.outcome for row in self.rows(query.where(record.c.login_id == self.id(login)))]

    def id(self, login: str) -> int:
        """Read a login's key."""
        return int(self.login(login).id)

    def owners(self, login: str) -> list[set[int | None]]:
        """Read to whom a login's processes and open tasks belong: two sets of people."""
        found = []
        for table in (tables.process_record, tables.open_task):
            owner = sqlalchemy.select(table.c.owner_person_id)
            found.append(
                {
                    row.owner_person_id
                    for row in self.rows(owner.where(table.c.login_id == self.id(login)))
                }
            )
        return found

    def _read(self, ready: threading.Event) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.words.append(line)
            if READY in line:
                ready.set()
        ready.set()


@dataclass
class Person:
    """Somebody with a browser profile of their own."""

    stack: Stack
    page: Page

    def enter(self, login: str, password: str = PASSWORD) -> None:
        """Type a legacy login into the left panel."""
        self.page.goto(self.stack.url)
        self.page.get_by_label("Usuário").fill(login)
        self.page.get_by_label("Senha").fill(password)
        self.press("Entrar")

    def go_to_govbr(self) -> None:
        """Press the button that leads to gov.br."""
        self.press("Entrar com gov.br")

    def identify(self, cpf: str) -> None:
        """Log in at gov.br."""
        self.page.get_by_label("CPF").fill(cpf)
        self.press("Continuar")
        self.page.get_by_label("Senha").fill(GOVBR_PASSWORD)
        self.press("Entrar")

    def press(self, name: str) -> None:
        """Press a button by its whole name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def go_on(self) -> None:
        """Follow "Continuar", once the page offers it."""
        self.page.get_by_role("link", name="Continuar").click()

    def go_through_govbr(self, cpf: str) -> None:
        """Do what gov.br still asks of this browser (it remembers people), until it leads back."""
        asks = self.page.get_by_label("CPF")
        consent = self.page.get_by_role("button", name="Autorizar")
        back = self.page.get_by_role("heading", name=_BACK)
        expect(asks.or_(consent).or_(back)).to_be_visible()
        if asks.is_visible():
            self.identify(cpf)
            expect(consent.or_(back)).to_be_visible()
        if consent.is_visible():
            self.press("Autorizar")

    def authorize(self, cpf: str) -> None:
        """Go to gov.br, log in, share the data, and come to the confirmation."""
        self.go_to_govbr()
        self.go_through_govbr(cpf)
        self.go_on()
        self.sees("heading", "É você?")

    def enter_directly(self, cpf: str) -> None:
        """Come in by "Entrar com gov.br" from the first page, naming no login."""
        self.page.goto(self.stack.url)
        self.go_to_govbr()
        self.go_through_govbr(cpf)
        workspace = self.page.get_by_role("heading", name="Meu Ambiente de Trabalho")
        on = self.page.get_by_role("link", name="Continuar")
        expect(workspace.or_(on)).to_be_visible()
        if on.is_visible():
            on.click()
        expect(workspace).to_be_visible()

    def confirm(self) -> None:
        """Confirm, wait for the end of the link, and go to the workspace."""
        self.press("Confirmar e vincular")
        self.says("Sincronização concluída")
        self.go_on()
        self.sees("heading", "Meu Ambiente de Trabalho")

    def open_a_task(self, message: str) -> tuple[int, Locator]:
        """From the workspace, open one of the own tasks and write; give it and its button."""
        tasks = self.page.get_by_role("table", name="Minhas tarefas")
        tasks.get_by_role("link").first.click()
        card = self.page.locator("section.card").filter(has_text="Esta tarefa espera por você")
        card.first.get_by_label("Mensagem para o Inmetro").fill(message)
        task_id = int((card.first.get_attribute("id") or "").removeprefix("tarefa-"))
        return task_id, card.first.get_by_role("button", name="Concluir")

    def is_back_at_the_screen(self) -> None:
        """Expect the normalization screen, at once or by "Continuar" where a worker was slow."""
        screen = self.page.get_by_role("heading", name="Normalização")
        onward = self.page.get_by_role("link", name="Continuar")
        expect(screen.or_(onward).first).to_be_visible()
        if onward.is_visible():
            onward.click()
        expect(screen).to_be_visible()

    def sees(self, role: Any, name: str) -> None:  # noqa: ANN401 - one of Playwright's roles
        """Expect an element of that role and name."""
        expect(self.page.get_by_role(role, name=name)).to_be_visible()

    def says(self, sentence: str) -> None:
        """Expect a sentence in the page's main part."""
        expect(self.page.get_by_role("main")).to_contain_text(sentence)

    def summary(self) -> list[str]:
        """Read the workspace's three counts, as they are printed."""
        expect(self.page).to_have_url(f"{self.stack.url}/area")
        items = self.page.get_by_role("list", name="Resumo").get_by_role("listitem")
        return [" ".join(text.split()) for text in items.all_inner_texts()]


def eventually(fact: Callable[[], bool], *, seconds: float = 20) -> bool:
    """Look again until a fact holds or the time is over."""
    deadline, pause = time.monotonic() + seconds, threading.Event()
    while not (held := fact()) and time.monotonic() < deadline:
        pause.wait(0.1)
    return held


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Read the logs last, when everybody has walked."""
    items.sort(key=lambda item: item.path.name == "test_nothing_private_in_logs.py")


@pytest.fixture(scope="session")
def new_stack() -> Iterator[Callable[[], Stack]]:
    """Start a whole program: `new_stack()`; all end with the run."""
    started: list[Stack] = []

    def make() -> Stack:
        home = Path(tempfile.mkdtemp(prefix="normaliza-e2e-"))
        home.chmod(0o755)
        own = ("NORMALIZA_", "GOVBR_")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(own)}
        environment |= {name: str(free_port()) for name in _PORTS} | {"NORMALIZA_HOME": str(home)}
        # What is written least often is most likely to say too much.
        environment["NORMALIZA_LOG_LEVEL"] = "DEBUG"
        stack = Stack(home, environment)
        started.append(stack)
        stack.start()
        return stack

    yield make
    for stack in started:
        stack.stop()
        shutil.rmtree(stack.home)


@pytest.fixture(scope="session")
def stack(new_stack: Callable[[], Stack]) -> Stack:
    """The program that most tests share; each walks with logins of its own."""
    return new_stack()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium: the machine's, or else Playwright's own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(_CHROMIUM)
        )
        yield chromium
        chromium.close()


@pytest.fixture
def new_person(
    request: pytest.FixtureRequest, browser: Browser, stack: Stack
) -> Iterator[NewPerson]:
    """Let somebody open a browser: `new_person()`; what they saw last is kept on failure."""
    people: list[Person] = []

    def make(at: Stack = stack) -> Person:
        context = browser.new_context(locale="pt-BR", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE_MS)
        context.on("request", at.note_secrets)
        people.append(Person(at, context.new_page()))
        return people[-1]

    expect.set_options(timeout=PATIENCE_MS)
    yield make
    for number, person in enumerate(people, 1):
        if request.node.stash.get(_FAILED, False):
            picture = ARTIFACTS / f"{request.node.name}-{number}.png"
            person.page.screenshot(path=picture, full_page=True)
        person.stack.note_cookies(person.page.context)
        person.page.context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:  # noqa: ANN401 - a generator of pytest's
    """Note a failure where the browser's fixture sees it."""
    report = yield
    if report.when == "call":
        item.stash[_FAILED] = report.failed
    return report
