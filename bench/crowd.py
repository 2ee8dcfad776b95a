# ruff: noqa: INP001 - scripts, not a package
"""Who is at the portal in `beside_govbr`: people on their way to gov.br, and readers."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
from crowd_base import LOGIN, PASSWORD, STAFF, login_of

from orquestra.sample.registry_numbers import cpf

GOVBR_PASSWORD = "Senha#2026"  # noqa: S105 - of made-up people, and public
_HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_READS_AGAIN, _GOES_AGAIN = 0.2, 1.0  # seconds


class Browser:
    """One browser of a made-up person.

    Args:
        portal: The portal's origin.
        govbr: Where gov.br is.
        number: Which person.
    """

    def __init__(self, portal: str, govbr: str, number: int = 0) -> None:
        self.client = httpx.Client(timeout=60, verify=False)  # noqa: S501 - plain HTTP on loopback
        self._portal, self._govbr, self._number = portal, govbr, number
        self.visits = 0

    def get(self, path: str) -> httpx.Response:
        """Open a page of the portal."""
        return self.client.get(f"{self._portal}{path}")

    def post(self, path: str, *, page: str, **form: str) -> httpx.Response:
        """Send a form with the token that a page shows."""
        found = _TOKEN.search(self.get(page).text)
        token = found.group(1) if found else ""
        return self.client.post(f"{self._portal}{path}", data={**form, "csrf_token": token})

    def enter(self, login: str | None = None) -> None:
        """Sign a legacy login in."""
        self.post("/", page="/", usuario=login or login_of(self._number), senha=PASSWORD)

    def begin(self) -> str:
        """Stand before gov.br: give its address, signed in and at the screen."""
        for _ in range(3):
            answer = self.post("/normalizacao/entrar", page="/normalizacao")
            if answer.headers.get("Location", "").startswith(self._govbr):
                return str(answer.headers["Location"])
            self.enter()
            page = "/normalizacao/confirmar"
            self.post(page, page=page, resposta="recomecar")
        return ""

    def go_and_come_back(self) -> None:
        """Go to gov.br, come back, look how it goes, and begin again."""
        if address := self.begin():
            self._come_back(address)
            self.get("/normalizacao/andamento.json")

    def go_in_directly(self) -> None:
        """Enter by gov.br alone, in a browser that knows nobody, and look whether one is in."""
        self.client.cookies.clear()
        answer = self.post("/govbr/entrar", page="/")
        self._come_back(answer.headers.get("Location", ""))

    def confirm(self) -> None:
        """Answer that one is who came back."""
        page = "/normalizacao/confirmar"
        self.post(page, page=page, resposta="confirmar")
        self.get("/normalizacao/andamento")

    def leave(self) -> None:
        """Leave the portal and gov.br."""
        self.post("/sair", page="/area")

    def stands_at(self, path: str) -> bool:
        """Tell whether a page is open to this browser."""
        return self.get(path).status_code == httpx.codes.OK

    def _come_back(self, address: str) -> None:
        """Identify oneself, and follow gov.br to the page that shows how it goes."""
        back = self._at_govbr(address) if address else ""
        if back.startswith(self._portal):
            next_page = self.client.get(back).headers.get("Location", "/")
            self.get(next_page)
            self.visits += 1

    def _at_govbr(self, address: str) -> str:
        """Identify oneself where gov.br asks; give where it sends the browser."""
        page = self.client.get(address)
        forms = ({"cpf": cpf(self._number)}, {"senha": GOVBR_PASSWORD}, {"decisao": "autorizar"})
        for _ in range(8):
            if page.is_redirect:
                where = httpx.URL(str(page.url)).join(page.headers["Location"])
                if urlsplit(str(where)).netloc != urlsplit(self._govbr).netloc:
                    return str(where)
                page = self.client.get(where)
                continue
            form = next((form for form in forms if f'name="{next(iter(form))}"' in page.text), None)
            if form is None:
                return ""
            data = dict(_HIDDEN.findall(page.text)) | form
            data.pop("voltar", None)
            path = "/autorizacao" if "decisao" in form else str(page.url)
            page = self.client.post(httpx.URL(str(page.url)).join(path), data=data)
        return ""


@contextmanager
def all_the_while(
    acts: Sequence[Callable[[], object]], *, every: float = _GOES_AGAIN
) -> Iterator[None]:
    """Let each act be done again and again; what a busy portal refuses is tried again."""
    over = threading.Event()

    def keep_on(act: Callable[[], object]) -> None:
        while not over.wait(every):
            try:
                act()
            except httpx.TransportError:
                continue

    threads = [threading.Thread(target=keep_on, args=(act,), daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(30)


class Readers:
    """Somebody in front of each kind of page that does not need gov.br.

    Args:
        portal: The portal's origin.
        staff_password: Of the staff's account.
        process: The number of a process of `LOGIN`'s.
        waiting: The browser of somebody whose road waits for the staff.
    """

    def __init__(self, portal: str, staff_password: str, process: int, waiting: Browser) -> None:
        customer, staff, visitor = Browser(portal, ""), Browser(portal, ""), Browser(portal, "")
        customer.enter(LOGIN)
        page = "/equipe/entrar"
        staff.post(page, page=page, usuario=STAFF, senha=staff_password)
        self.pages: dict[str, Callable[[], httpx.Response]] = {
            "first page": lambda: httpx.get(f"{portal}/", verify=False),  # noqa: S501 - plain HTTP
            "legacy login": lambda: self._enter(visitor),
            "screen": lambda: customer.get("/normalizacao"),
            "progress": lambda: waiting.get("/normalizacao/andamento"),
            "workspace": lambda: customer.get("/area"),
            "process": lambda: customer.get(f"/processos/{process}"),
            "staff list": lambda: staff.get("/equipe/decisoes"),
            "health": lambda: customer.get("/health/ready"),
        }

    def read(self, seconds: float) -> dict[str, list[float]]:
        """Open each page all the while; give how many milliseconds each answer took.

        Raises:
            SystemExit: One of them is not what it should be.
        """
        took: dict[str, list[float]] = {name: [] for name in self.pages}
        wrong: set[str] = set()
        acts = [self._timed(name, took[name], wrong) for name in self.pages]
        with all_the_while(acts, every=_READS_AGAIN):
            time.sleep(seconds)
        if wrong:
            raise SystemExit(f"Pages answered something else: {', '.join(sorted(wrong))}.")
        return took

    def _timed(self, name: str, took: list[float], wrong: set[str]) -> Callable[[], None]:
        good = httpx.codes.SEE_OTHER if name == "legacy login" else httpx.codes.OK

        def ask() -> None:
            started = time.perf_counter()
            status = self.pages[name]().status_code
            took.append((time.perf_counter() - started) * 1_000)
            if status != good:
                wrong.add(f"{name} {status}")

        return ask

    @staticmethod
    def _enter(visitor: Browser) -> httpx.Response:
        """See the form and send it, in a browser that knows nobody."""
        visitor.client.cookies.clear()
        return visitor.post("/", page="/", usuario=LOGIN, senha=PASSWORD)
