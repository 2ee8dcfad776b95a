"""A whole running program on a trap base, and its gov.br: the world of `make walk`."""

import itertools
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
from browsing import AtGovbr

from normaliza.private_servers.postgres import kept_database_url

READY = "Ctrl-C encerra"
GOVBR_PASSWORD = "Senha#2026"
_HIDDEN = re.compile(r'name="authorization_id" value="([^"]+)"')
_LINK = re.compile(r"https?://[^/\s]+(/nova-senha/[\w-]+)")
# The newest mail that somebody asked for; a login that may not choose one has a mail without link.
_ADDRESS = """
    SELECT notice.address FROM orquestra.notice JOIN orquestra.login ON login.id = notice.login_id
    WHERE login.login = %s AND notice.kind = 'senha_redefinir' AND notice.address IS NOT NULL
      AND notice.sealed_link IS NOT NULL
"""
_PATIENCE_SECONDS = 90.0
_PAUSE = 0.25
_PORTS = (
    "NORMALIZA_PORT",
    "NORMALIZA_SIMULATOR_PORT",
    "NORMALIZA_SIMULATOR_API_PORT",
    "NORMALIZA_MAILBOX_PORT",
    "NORMALIZA_MAILBOX_SMTP_PORT",
)


class Stack:
    """One `normaliza up` in a folder of its own.

    Args:
        home: The folder; what is in it stays.
        first_port: Its ports are this one and those behind it.
    """

    def __init__(self, home: Path, *, first_port: int) -> None:
        self.home = home
        own = {name: str(first_port + place) for place, name in enumerate(_PORTS)}
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("NORMALIZA_", "GOVBR_"))},
            **own,
            "NORMALIZA_HOME": str(home),
            "NORMALIZA_PASSWORD_COST": "cheap",
            "NORMALIZA_PASSWORD_ADAPTERS": str(home / "demo" / "adapters.toml"),
            # Every browser of the walk says where it comes from, as a proxy in front would.
            "NORMALIZA_TRUSTED_PROXIES": "1",
            "NORMALIZA_WORKERS": "4",
        }
        self.portal = f"http://localhost:{own['NORMALIZA_PORT']}"
        self.simulator = f"http://127.0.0.1:{own['NORMALIZA_SIMULATOR_PORT']}"
        self._mailbox = f"http://127.0.0.1:{own['NORMALIZA_MAILBOX_PORT']}"
        self._words: list[str] = []
        self._addresses = itertools.count(1)

    def command(self, *arguments: str) -> str:
        """Run `normaliza …` on this home; before there is a base no adapters can be named."""
        environment = dict(self.environment)
        if not (self.home / "demo" / "adapters.toml").exists():
            del environment["NORMALIZA_PASSWORD_ADAPTERS"]
        return subprocess.run(
            [sys.executable, "-m", "normaliza", *arguments],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def start(self) -> None:
        """Start it; the first start brings the base in and enrols it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "normaliza", "up"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ready = threading.Event()
        threading.Thread(target=self._read, args=(ready,), daemon=True).start()
        ready.wait()
        if self._process.poll() is not None:
            raise SystemExit("".join(self._words))

    def stop(self) -> None:
        """End it in order."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(120)

    def database(self) -> psycopg.Connection:
        """Open its database."""
        kept = kept_database_url(self.home) or ""
        return psycopg.connect(kept.replace("+psycopg", ""), autocommit=True)

    def client(self) -> httpx.Client:
        """Open a browser with a network of its own."""
        number = next(self._addresses)
        network = f"10.{number // 65_536 % 256}.{number // 256 % 256}.{number % 256}"
        return httpx.Client(
            base_url=self.portal,
            timeout=60,
            headers={"X-Forwarded-For": network},
            # The server lets a quiet connection go after two seconds; a browser asks anew, httpx
            # fails where both come at once.
            limits=httpx.Limits(keepalive_expiry=1),
        )

    def mailed_link(self, login: str) -> str:
        """Wait for the mail that the program sends, and take the link out of it."""
        with self.database() as connection:
            row = connection.execute(_ADDRESS, (login,)).fetchone()
        if row is None:
            return ""
        for _ in self.patience():
            answer = httpx.get(f"{self._mailbox}/mensagens.json", params={"para": row[0]})
            for mail in answer.json():
                if found := _LINK.search(str(mail)):
                    return found.group(1)
        return ""

    def settle(self) -> None:
        """Do nothing: the workers do it."""

    def patience(self) -> Iterator[None]:
        """Look again and again for a while."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            yield
            time.sleep(_PAUSE)

    def at_govbr(self, client: httpx.Client, address: str, cpf: str, choice: AtGovbr) -> str:
        """Log in at the simulator and answer its question; gives where it leads back."""
        if choice is AtGovbr.CODE_REFUSED:
            self._order(endpoint="token", kind="invalid_grant", cpf=cpf)
        if choice is AtGovbr.COMPANIES_DOWN:
            self._order(endpoint="empresas", kind="status", status=503, times=2)
        page = self._follow(client, client.get(address))
        for path, form in (("/login", {"cpf": cpf}), ("/login/senha", {"senha": GOVBR_PASSWORD})):
            if not isinstance(page, str) and page.url.path == path:
                page = self._send(client, page, **form)
        if not isinstance(page, str):
            decision = "negar" if choice is AtGovbr.DENIES else "autorizar"
            page = self._send(client, page, decisao=decision)
        if not isinstance(page, str):
            raise AssertionError(page.text)  # noqa: TRY004 - a page that nobody expected
        return page

    def _send(
        self, client: httpx.Client, page: httpx.Response, **form: str
    ) -> httpx.Response | str:
        """Send the form of one of the simulator's pages."""
        found = _HIDDEN.search(page.text)
        form["authorization_id"] = found.group(1) if found else ""
        address = page.url.copy_with(query=None)
        return self._follow(client, client.post(address, data=form))

    def _follow(self, client: httpx.Client, answer: httpx.Response) -> httpx.Response | str:
        """Follow the simulator's redirections; one to the portal is where they end."""
        while answer.is_redirect:
            target = answer.url.join(answer.headers["Location"])
            if f"{target.scheme}://{target.host}:{target.port}" != self.simulator:
                split = urlsplit(str(target))
                return f"{split.path}?{split.query}"
            answer = client.get(target)
        return answer

    def _order(self, **fault: object) -> None:
        """Let gov.br's next answers fail."""
        httpx.post(f"{self.simulator}/simulador/faults", json=fault).raise_for_status()

    def _read(self, ready: threading.Event) -> None:
        """Keep what it says, and tell when it is ready or over."""
        for line in self._process.stdout or ():
            self._words.append(line)
            if READY in line:
                ready.set()
        ready.set()
