"""A provider that never ends, on a real socket: limits of time cannot be shown in memory."""

import contextlib
import gzip
import itertools
import logging
import socket
import threading
import time
import traceback
from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest

from govbr.answers import Tokens
from govbr.client import GovbrClient
from govbr.errors import GovbrError, Uncertain, Unreachable
from govbr.testing import ScriptedProvider
from govbr.wire import LARGEST_ANSWER, Wire

VERIFIER, NONCE = "v" * 43, "the-nonce"


def endless() -> Iterator[bytes]:
    return itertools.repeat(b"x" * 65536)


def test_an_endless_answer_is_cut_at_one_mebibyte(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    sent = 0

    def fault(_: httpx.Request) -> httpx.Response:
        def pieces() -> Iterator[bytes]:
            nonlocal sent
            for piece in endless():
                sent += len(piece)
                yield piece

        return httpx.Response(200, content=pieces())

    provider.faults["userinfo"] = fault
    with pytest.raises(Uncertain, match="1 MiB"):
        client.fetch_facts("token", provider.cpf)
    assert sent <= LARGEST_ANSWER + 65536


def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    packed = gzip.compress(b"x" * 10_000_000)
    headers = {"Content-Encoding": "gzip"}
    provider.faults["userinfo"] = lambda _: httpx.Response(200, content=packed, headers=headers)
    with pytest.raises(Uncertain, match="compressed"):
        client.fetch_facts("token", provider.cpf)


def test_a_deeply_nested_answer_is_no_json(provider: ScriptedProvider, client: GovbrClient) -> None:
    body = b"[" * 400_000
    provider.faults["userinfo"] = lambda _: httpx.Response(200, content=body)
    with pytest.raises(Uncertain):
        client.fetch_facts("token", provider.cpf)


def test_a_redirect_is_not_followed_with_the_token(
    provider: ScriptedProvider, client: GovbrClient
) -> None:
    headers = {"Location": "https://evil.example/"}
    provider.faults["userinfo"] = lambda _: httpx.Response(302, headers=headers)
    with pytest.raises(Uncertain):
        client.fetch_facts("token", provider.cpf)
    assert {request.url.host for request in provider.requests} == {"sso.exemplo.gov.br"}


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A port of this machine that accepts and then does what the test says."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_provider_that_trickles_is_cut_off_after_the_whole_time(
    listener: socket.socket, first: bytes
) -> None:
    over = threading.Event()

    def trickle() -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(first)
            while first and not over.wait(0.05):
                connection.sendall(b"x")
            over.wait(5)

    server = threading.Thread(target=trickle)
    server.start()
    began = time.monotonic()
    port = listener.getsockname()[1]
    with Wire(whole_seconds=0.4).line() as line, pytest.raises(Uncertain):
        line.get("userinfo", f"http://127.0.0.1:{port}/")
    assert time.monotonic() - began < 2
    over.set()
    server.join(5)


def test_a_closed_port_is_unreachable(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    with Wire().line() as line, pytest.raises(Unreachable):
        line.get("userinfo", f"http://127.0.0.1:{port}/")


def test_nothing_private_is_logged_or_told_in_a_whole_road(
    provider: ScriptedProvider, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider.companies = {"12345678000195": {"atuacao": "SOCIO"}}
    client = GovbrClient(provider.settings, lambda: now, provider.transport)
    url = client.authorization_url(state="the-state", nonce=NONCE, verifier=VERIFIER)
    code = provider.authorize(url)["code"]
    tokens = client.exchange(code, VERIFIER, NONCE)
    client.fetch_facts(tokens.access_token, tokens.claims.sub)
    told = _failures(provider, client, tokens)
    told += [record.getMessage() for record in caplog.records]
    private = [code, tokens.access_token, VERIFIER, "the-state", NONCE, provider.cpf]
    private += [provider.settings.client_secret, "filtrar-por-participante", "Maria", "12345678"]
    assert told
    for text in told:
        assert not [value for value in private if value in text], text


def _failures(provider: ScriptedProvider, client: GovbrClient, tokens: Tokens) -> list[str]:
    """Make each call fail in each way, and give all that is told of it."""
    told = []
    for call, fault in itertools.product(
        ["token", "userinfo", "empresas"], [_down, _silent, _garbled, _forbidden]
    ):
        provider.faults = {call: fault}
        try:
            url = client.authorization_url(state="s", nonce=NONCE, verifier=VERIFIER)
            code = provider.authorize(url)["code"]
            client.exchange(code, VERIFIER, NONCE)
            client.fetch_facts(tokens.access_token, provider.cpf)
        except GovbrError as error:
            told += ["".join(traceback.format_exception(error)), repr(error.__context__)]
    provider.faults = {}
    return told


def _down(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError(str(request.url), request=request)


def _silent(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout(str(request.content), request=request)


def _garbled(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, content=request.content + b"<" + str(request.url).encode())


def _forbidden(request: httpx.Request) -> httpx.Response:
    private = f"{request.url} {request.content!r} {request.headers['Authorization']}"
    echoed = {"error": private, "error_description": private, "errors": [{"code": private}]}
    return httpx.Response(403, json=echoed)


def test_httpx_would_have_logged_the_cpf(
    provider: ScriptedProvider, caplog: pytest.LogCaptureFixture
) -> None:
    """The filter is what keeps it out: without it the line stands in the log."""
    caplog.set_level(logging.DEBUG, logger="httpx")
    logger = logging.getLogger("httpx")
    filters, logger.filters = logger.filters, []
    try:
        with httpx.Client(transport=provider.transport) as bare:
            bare.get(f"https://api.exemplo.gov.br/empresas/v2/empresas?cpf={provider.cpf}")
        assert provider.cpf in caplog.text
    finally:
        logger.filters = filters
