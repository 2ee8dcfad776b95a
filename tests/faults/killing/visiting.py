"""People in front of the portal, who come again where a request breaks.

The walk itself is that of `make walk`: by HTTP alone, with answers drawn by a seed.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

sys.path.append(str(Path(__file__).parents[2] / "soak"))

from browsing import Case
from running_stack import Stack
from walking import Walk

from killing.runs import Run, drawing

_VISITS = 8
#: Whoever signs in again is another session than the one that went to gov.br; it may end later.
_ELSEWHERE = "A sincronização está em andamento em outro navegador"
_PATIENCE_SECONDS = 40.0


class Interrupted(Exception):
    """A request broke, or the portal asked to come again."""


class _Patience(httpx.BaseTransport):
    """A browser's network: what breaks, and what says "come again", ends the visit."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport(limits=httpx.Limits(keepalive_expiry=1))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        try:
            answer = self._inner.handle_request(request)
        except httpx.TransportError as error:
            raise Interrupted(str(error)) from error
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise Interrupted("busy")
        return answer

    def close(self) -> None:
        """Hang up."""
        self._inner.close()


class Browsers(Stack):
    """The walk's world, on the processes of ours."""

    def client(self) -> httpx.Client:
        """Open a browser with a network of its own."""
        number = next(self._addresses)
        network = f"10.{number // 65_536 % 256}.{number // 256 % 256}.{number % 256}"
        return httpx.Client(
            base_url=self.portal,
            timeout=60,
            transport=_Patience(),
            headers={"X-Forwarded-For": network},
        )

    def mailed_link(self, login: str) -> str:
        """Say that no mail arrives: no mail server runs."""
        del login
        return ""

    def patience(self) -> Iterator[None]:
        """Look again and again for a while."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            yield
            time.sleep(0.1)  # between two looks


def visit(browsers: Browsers, logins: list[Case], made: Run) -> None:
    """Walk; after an interruption begin again."""
    for number in range(_VISITS):
        walking = Walk(browsers, drawing(made.seed, str(number)).randrange(10**6))
        try:
            walking.unit(list(logins))
        except Interrupted:
            time.sleep(0.2)  # before somebody comes again
        except AssertionError as error:
            if _ELSEWHERE in str(error):
                return
            made.wrong.append(f"{logins[0].login}: {str(error)[:300]}")
            return
        else:
            return
    made.wrong.append(f"{logins[0].login}: interrupted {_VISITS} times")
