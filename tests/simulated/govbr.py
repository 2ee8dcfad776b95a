"""gov.br's simulator as a process of its own, and people in front of it, by HTTP alone."""

import os
import re
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx

#: Of every made-up person.
PASSWORD = "Senha#2026"
_PATIENCE = 20.0
#: Everything here is plain HTTP on loopback: certificates need not be read for each client.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Lost(Exception):
    """gov.br did not send the browser back to the callback; the text says what it showed."""


@dataclass
class Simulator:
    """The simulator, running.

    Args:
        environment: What it and the program are told.
        log: Where it writes.
    """

    environment: dict[str, str]
    log: Path

    @property
    def origin(self) -> str:
        """Where its pages are, without the final slash."""
        return f"http://127.0.0.1:{self.environment['NORMALIZA_SIMULATOR_PORT']}"

    def __enter__(self) -> Self:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "normaliza", "simulator"],
                env=os.environ | self.environment,
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + _PATIENCE
        while not self._answers():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.05)  # between two looks
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait(10)

    def control(self, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401 - JSON
        """Use the control API."""
        answer = httpx.request(method, f"{self.origin}/simulador/{path}", verify=_NO_TLS, **more)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.origin}/simulador", verify=_NO_TLS).is_success
        except httpx.TransportError:
            return False

    def visit(self, address: str, cpf: str) -> dict[str, str]:
        """Sign in, release the data, and come back; gives the query of the way back.

        Raises:
            Lost: The browser did not come back.
        """
        with httpx.Client(base_url=self.origin, timeout=5, verify=_NO_TLS) as person:
            try:
                page = self._follow(person, person.get(address))
                page = self._send(person, page, cpf=cpf)
                page = self._send(person, page, senha=PASSWORD)
                page = self._send(person, page, decisao="autorizar")
            except httpx.HTTPError as error:
                raise Lost(type(error).__name__) from error
            back = urlsplit(page.headers.get("Location", ""))
            if back.path != "/govbr/callback":
                raise Lost(back.path or page.text[:200])
            return dict(parse_qsl(back.query))

    def _follow(self, person: httpx.Client, page: httpx.Response) -> httpx.Response:
        """Follow redirects as long as they stay at the simulator."""
        while page.is_redirect and page.headers["Location"].startswith(("/", self.origin)):
            page = person.get(page.headers["Location"])
        return page

    def _send(self, person: httpx.Client, page: httpx.Response, **form: str) -> httpx.Response:
        """Send the form of a page that has this field; pass over a page that has it not."""
        (field,) = form
        if page.is_redirect or f'name="{field}"' not in page.text:
            return page
        written = next(part for part in page.text.split("<form")[1:] if f'name="{field}"' in part)
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', written))
        action = re.match(r'[^>]*action="([^"]+)"', written)
        path = action.group(1) if action else str(page.url)
        return self._follow(person, person.post(path, data=hidden | form))
