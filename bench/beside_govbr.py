# ruff: noqa: INP001 - scripts, not a package
"""How fast pages are that do not need gov.br, while it answers late, in errors, or not at all.

The program's own web, worker and simulator run, and customers go to gov.br again and again. The
limit is the same pages with the same customers while gov.br works: p95 against p95, the worst kind
of trouble counts.
"""

import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import sqlalchemy
from harness import (
    REPEATED_FROM,
    Claim,
    commit_rate,
    fresh_database,
    repeated,
    scale,
    server,
)
from sqlalchemy import insert, select
from storming import LOGIN, PASSWORD, Page, Program, add_customer, p95, until

from normaliza.private_servers import PrivatePostgres, PrivateRedis
from normaliza.wiring.definitions import deploy_shipped
from normaliza.wiring.runtime import build_runtime
from orquestra import campaign, passwords
from orquestra.store import tables

SECONDS = 20.0
LATE = 10.0 if scale() >= REPEATED_FROM else 1.5
CUSTOMERS = 4
#: Made-up people of the simulator, and everybody's password there.
PEOPLE = ("71263890512", "53409287647", "48156723007", "96301475801")
GOVBR_PASSWORD = "Senha#2026"  # noqa: S105 - of made-up people, and public
TROUBLES = (
    {"kind": "silence", "seconds": LATE},
    {"kind": "delay", "seconds": LATE},
    {"kind": "status", "status": 503},
)
ENDPOINTS = ("discovery", "token", "jwk", "userinfo", "empresas", "participante")
_HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Customer:
    """Somebody who goes to gov.br again and again.

    Args:
        portal: Its port.
        simulator: Where gov.br is.
        number: Which customer.
    """

    def __init__(self, portal: int, simulator: str, number: int) -> None:
        self._client = httpx.Client(timeout=60, verify=False)  # noqa: S501 - plain HTTP on loopback
        self._portal, self._simulator = f"http://localhost:{portal}", simulator
        self._login, self._cpf = f"{LOGIN}.{number}", PEOPLE[number]
        self.visits = 0

    def go(self) -> None:
        """Sign in where that is needed, go to gov.br, come back, and begin again."""
        address = self._post("/normalizacao/entrar", page="/normalizacao").headers.get(
            "Location", ""
        )
        if not address.startswith(self._simulator):
            self._post("/", page="/", usuario=self._login, senha=PASSWORD)
            self._post(
                "/normalizacao/confirmar", page="/normalizacao/confirmar", resposta="recomecar"
            )
            return
        back = self._at_govbr(address)
        if back.startswith(self._portal):
            self._client.get(back)
        self._client.get(f"{self._portal}/normalizacao/andamento.json")
        self.visits += 1

    def _at_govbr(self, address: str) -> str:
        """Identify oneself where gov.br asks; give where it sends the browser."""
        page = self._client.get(address)
        forms = ({"cpf": self._cpf}, {"senha": GOVBR_PASSWORD}, {"decisao": "autorizar"})
        for _ in range(8):
            if page.is_redirect:
                where = httpx.URL(str(page.url)).join(page.headers["Location"])
                if urlsplit(str(where)).netloc != urlsplit(self._simulator).netloc:
                    return str(where)
                page = self._client.get(where)
                continue
            form = next((form for form in forms if f'name="{next(iter(form))}"' in page.text), None)
            if form is None:
                return ""
            data = dict(_HIDDEN.findall(page.text)) | form
            data.pop("voltar", None)
            path = "/autorizacao" if "decisao" in form else str(page.url)
            page = self._client.post(httpx.URL(str(page.url)).join(path), data=data)
        return ""

    def _post(self, path: str, *, page: str, **form: str) -> httpx.Response:
        found = _TOKEN.search(self._client.get(f"{self._portal}{page}").text)
        token = found.group(1) if found else ""
        return self._client.post(f"{self._portal}{path}", data={**form, "csrf_token": token})


@contextmanager
def going(customers: list[Customer]) -> Iterator[None]:
    """Let customers go all the while."""
    over = threading.Event()

    def go(customer: Customer) -> None:
        while not over.is_set():
            try:
                customer.go()
            except httpx.TransportError:
                continue
            over.wait(0.2)

    threads = [threading.Thread(target=go, args=(each,), daemon=True) for each in customers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(2 * LATE)


def main() -> int:
    """Measure; fail where pages are slower than the bar allows."""
    told: dict[str, float] = {}
    with server() as running, tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o755)
        with PrivateRedis(Path(home)) as redis:
            pairs = repeated(lambda: _measure(running, redis, Path(home), told))
        held = Claim(name="beside_govbr", unit="ms p95", bar=1.2, smaller_is_better=True).report(
            pairs, commits=round(commit_rate(running.url)), **told
        )
    return 0 if held else 1


def _measure(
    running: PrivatePostgres, redis: PrivateRedis, home: Path, told: dict[str, float]
) -> tuple[float, float]:
    """Return p95 in the worst trouble and while gov.br works."""
    with fresh_database(running) as url, ExitStack() as stack:
        program = Program(home, url, redis.url)
        _prepare(program, url)
        stack.enter_context(program.running("web", "worker", "simulator"))
        page = Page(program.port)
        page.enter()
        govbr = f"http://127.0.0.1:{program.simulator_port}"
        until(lambda: _answers(govbr))
        customers = [Customer(program.port, govbr, number) for number in range(CUSTOMERS)]
        stack.enter_context(going(customers))
        until(lambda: all(customer.visits for customer in customers))
        fine = _asked(page)
        worst = 0.0
        for trouble in TROUBLES if scale() >= REPEATED_FROM else TROUBLES[:1]:
            for endpoint in ENDPOINTS:
                order = {"endpoint": endpoint, "times": 1_000_000, **trouble}
                httpx.post(f"{govbr}/simulador/faults", json=order).raise_for_status()
            took = _asked(page)
            told[str(trouble["kind"])] = round(took, 1)
            worst = max(worst, took)
            httpx.delete(f"{govbr}/simulador/faults").raise_for_status()
    return worst, fine


def _asked(page: Page) -> float:
    """Ask for the page for a while; return p95 in milliseconds."""
    with page.asked() as took:
        time.sleep(max(4.0, SECONDS * scale()))
    return p95(took)


def _answers(govbr: str) -> bool:
    try:
        return httpx.get(f"{govbr}/simulador").is_success
    except httpx.TransportError:
        return False


def _prepare(program: Program, url: str) -> None:
    """Deploy the processes, open a campaign, and write the customers."""
    database = sqlalchemy.create_engine(url)
    now = datetime.now(UTC)
    operators = build_runtime(program.settings()).operators
    add_customer(database)
    with database.begin() as connection:
        deploy_shipped(connection, operators=operators, now=now)
        opened = campaign.open_campaign(
            connection,
            name="Normalização",
            opens_at=now - timedelta(days=1),
            deadline_on=(now + timedelta(days=60)).date(),
            reminders=[],
            now=now,
        )
        password = connection.execute(select(tables.login.c.password_hash)).scalar_one()
        for number in range(CUSTOMERS):
            connection.execute(
                insert(tables.login).values(
                    login=f"{LOGIN}.{number}",
                    name="Cliente",
                    cpf=PEOPLE[number],
                    password_hash=password,
                    password_format=passwords.ARGON2ID,
                    imported_at=now,
                    campaign_id=opened.id,
                )
            )
    database.dispose()


if __name__ == "__main__":
    sys.exit(main())
