"""Each limit of the wire taken out in turn: what it alone stops then gets through, and is seen."""

import contextlib
import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import ModuleType

import httpx
import pytest

from govbr import keys, wire
from govbr.errors import Uncertain
from govbr.testing import ScriptedProvider

from .test_each_check_alone import without

URL = "https://sso.exemplo.gov.br/userinfo"
Answering = Callable[[httpx.Request], httpx.Response]

LIMITS: dict[str, tuple[str, str, Answering]] = {
    "size": (
        "if len(body) > LARGEST_ANSWER:",
        "if False:",
        lambda _: httpx.Response(200, content=b"x" * (wire.LARGEST_ANSWER + 1)),
    ),
    "compression": (
        'if response.headers.get("Content-Encoding", "identity") != "identity":',
        "if False:",
        lambda _: httpx.Response(
            200,
            content=gzip.compress(b"x" * 500_000),
            headers={"Content-Encoding": "gzip"},
        ),
    ),
}


def _get(module: ModuleType, answer: Answering) -> "wire.Answer":
    with module.Wire(httpx.MockTransport(answer)).line() as line:
        found: wire.Answer = line.get("userinfo", URL, headers={"Authorization": "Bearer t"})
    return found


@pytest.mark.parametrize("name", LIMITS)
def test_without_the_limit_the_answer_is_taken(name: str) -> None:
    check, instead, answer = LIMITS[name]
    with pytest.raises(Uncertain):
        _get(wire, answer)
    assert _get(without("govbr.wire", check, instead), answer).status == 200


def test_without_the_rule_of_redirects_the_token_goes_to_the_same_hosts_every_page() -> None:
    asked: list[tuple[str, str | None]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.url.path, request.headers.get("Authorization")))
        if request.url.path == "/userinfo":
            return httpx.Response(302, headers={"Location": "/elsewhere"})
        return httpx.Response(200)

    assert _get(wire, answer).status == 302
    assert asked == [("/userinfo", "Bearer t")]
    weak = without("govbr.wire", "follow_redirects=False", "follow_redirects=True")
    assert _get(weak, answer).status == 200
    assert asked[-1] == ("/elsewhere", "Bearer t")


@pytest.fixture
def slow_address() -> Iterator[str]:
    """A server that gives its answer byte by byte, and does come to an end."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def answer() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection, contextlib.suppress(OSError):
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
                    for _ in range(6):
                        connection.sendall(b"x")
                        over.wait(0.05)

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        over.set()
        thread.join(5)


def test_without_the_limit_of_time_a_trickle_is_waited_for(slow_address: str) -> None:
    with wire.Wire(whole_seconds=0.15).line() as line, pytest.raises(Uncertain, match="in time"):
        line.get("userinfo", slow_address)
    weak = without(
        "govbr.wire",
        "return time.monotonic() >= self._ends",
        "return False",
        ("self._timer.start()", "pass"),
        ("self._timer.cancel()", "pass"),
    )
    with weak.Wire(whole_seconds=0.15).line() as line:
        assert line.get("userinfo", slow_address).body == b"xxxxxx"


def _printing(provider: ScriptedProvider) -> Callable[[], bytes]:
    """Print the provider's key set, as it is then."""
    return lambda: json.dumps(provider.key_set()).encode()


@pytest.mark.parametrize(("module", "readings"), [("as it is", 2), ("without the pause", 11)])
def test_without_the_pause_every_forged_token_is_a_call_to_gov_br(
    provider: ScriptedProvider, now: datetime, module: str, readings: int
) -> None:
    """Keys changed under one kid are found anew once, and then not for a while."""
    chosen = keys
    if module == "without the pause":
        chosen = without(
            "govbr.keys", "if last is not None and last <= now < last + PAUSE:", "if False:"
        )
    told = 0

    def read() -> bytes:
        nonlocal told
        told += 1
        return json.dumps(provider.key_set()).encode()

    cache = chosen.KeyCache(provider.settings.issuer, read, lambda: now)
    for _ in range(10):
        used = cache.find("rsa1")
        assert used is not None
        assert cache.replaced("rsa1", used) is None
    assert told == readings


def test_a_key_that_was_taken_back_verifies_nothing_once_the_change_is_known(
    provider: ScriptedProvider, now: datetime
) -> None:
    """Also the way back is closed: the old key under the same kid is good no more."""
    before, provider.key = provider.key, provider.new_key()
    moment = now
    cache = keys.KeyCache(provider.settings.issuer, _printing(provider), lambda: moment)
    found = cache.find("rsa1")
    assert found is not None
    assert found.thumbprint() == provider.key.thumbprint() != before.thumbprint()
    provider.key = before
    assert cache.replaced("rsa1", found) is not None
    moment += timedelta(seconds=1)
    again = cache.find("rsa1")
    assert again is not None
    assert again.thumbprint() == before.thumbprint()
