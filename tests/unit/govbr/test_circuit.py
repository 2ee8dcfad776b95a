"""While gov.br fails again and again, nobody waits for it."""

import logging
from dataclasses import dataclass
from datetime import datetime
from threading import Barrier, Thread

import httpx
import pytest

from govbr.circuit import FAILURES, OPEN_SECONDS, WITHIN_SECONDS, Circuits
from govbr.errors import Uncertain, Unreachable
from govbr.wire import Answer, Wire

SSO, API = "https://sso.exemplo.gov.br/jwk", "https://api.exemplo.gov.br/empresas"


@dataclass
class Provider:
    """Two hosts that answer as told, and what they were asked."""

    now: datetime
    seconds: float = 0.0
    broken: bool = True
    status: int = 503
    retry_after: bytes | None = None

    def __post_init__(self) -> None:
        self.asked: list[str] = []
        self.wire = Wire(
            httpx.MockTransport(self._answer), now=lambda: self.seconds, wall=lambda: self.now
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.host)
        if not self.broken or request.url.host.startswith("api"):
            return httpx.Response(200)
        if not self.status:
            raise httpx.ConnectError("refused", request=request)
        headers = [(b"Retry-After", self.retry_after)] if self.retry_after else []
        return httpx.Response(self.status, headers=headers)

    def get(self, url: str = SSO) -> Answer:
        """Call once."""
        with self.wire.line() as line:
            return line.get("jwk", url)

    def fail(self, times: int = FAILURES) -> None:
        """Call in vain."""
        for _ in range(times):
            if self.status:
                assert self.get().status == self.status
            else:
                with pytest.raises(Unreachable):
                    self.get()


@pytest.fixture
def provider(now: datetime) -> Provider:
    """gov.br, of which the SSO host is broken."""
    return Provider(now)


@pytest.mark.parametrize("status", [500, 503, 0])
def test_after_failures_in_a_row_calls_are_answered_at_once_as_never_sent(
    provider: Provider, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    provider.status = status
    with caplog.at_level(logging.ERROR):
        provider.fail()
    assert [getattr(line, "action", "") for line in caplog.records] == ["circuit_opened"]
    asked = len(provider.asked)
    with pytest.raises(Unreachable, match="again and again") as refused:
        provider.get()
    assert len(provider.asked) == asked
    assert refused.value.retry_after == pytest.approx(OPEN_SECONDS)


def test_one_host_that_fails_leaves_the_other_alone(provider: Provider) -> None:
    provider.fail()
    assert provider.get(API).status == 200
    assert provider.wire.circuits.states() == {"sso.exemplo.gov.br": "open"}


def test_a_probe_that_works_closes_it(provider: Provider) -> None:
    provider.fail()
    provider.seconds += OPEN_SECONDS
    provider.broken = False
    assert provider.get().status == 200
    assert provider.wire.circuits.states() == {}
    provider.broken = True
    provider.fail(FAILURES - 1)
    assert provider.get().status == 503, "it counts from the start again"


def test_a_probe_that_fails_keeps_it_open_for_as_long_again(provider: Provider) -> None:
    provider.fail()
    provider.seconds += OPEN_SECONDS
    assert provider.get().status == 503
    provider.seconds += OPEN_SECONDS - 1
    with pytest.raises(Unreachable):
        provider.get()
    provider.seconds += 1
    assert provider.get().status == 503


def test_refusals_are_answers_and_open_nothing(provider: Provider) -> None:
    provider.status = 400
    provider.fail(FAILURES + 1)
    provider.status = 429
    provider.fail(FAILURES + 1)


def test_failures_far_apart_open_nothing(provider: Provider) -> None:
    for _ in range(FAILURES + 3):
        provider.fail(1)
        provider.seconds += WITHIN_SECONDS / (FAILURES - 1) + 1


def test_of_many_threads_one_is_the_probe() -> None:
    seconds = 0.0
    circuits = Circuits(lambda: seconds)
    for _ in range(FAILURES):
        circuits.failed("sso")
    seconds = OPEN_SECONDS
    together, leave = Barrier(8), []

    def ask() -> None:
        together.wait(timeout=10)
        leave.append(circuits.closed_in("sso"))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(answer is None for answer in leave) == 1


def test_a_call_from_before_it_opened_closes_nothing() -> None:
    seconds = 0.0
    circuits = Circuits(lambda: seconds)
    assert circuits.closed_in("sso") is None  # this call takes its time
    for _ in range(FAILURES):
        circuits.failed("sso")
    circuits.worked("sso")
    assert circuits.states() == {"sso": "open"}
    seconds = OPEN_SECONDS
    assert circuits.closed_in("sso") is None
    circuits.worked("sso")
    assert circuits.states() == {}


def test_a_probe_that_never_comes_back_is_followed_by_another() -> None:
    seconds = 0.0
    circuits = Circuits(lambda: seconds, longest_call=20)
    for _ in range(FAILURES):
        circuits.failed("sso")
    seconds = OPEN_SECONDS
    assert circuits.closed_in("sso") is None
    seconds += 19
    assert circuits.closed_in("sso") == OPEN_SECONDS
    seconds += 1
    assert circuits.closed_in("sso") is None


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("120", 120),
        ("99999999", 24 * 3600),
        ("Tue, 10 Mar 2026 15:02:00 GMT", 120),
        ("Tue, 10 Mar 2026 14:00:00 GMT", 0),
        ("Tue, 10 Mar 2099 14:00:00 GMT", 24 * 3600),
        ("soon", None),
        ("\u0661\u0662", None),
        ("-5", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date_within_a_day(
    provider: Provider, asked: str, seconds: float | None
) -> None:
    provider.now = datetime.fromisoformat("2026-03-10T15:00:00+00:00")
    provider.retry_after = asked.encode()
    assert provider.get().retry_after == seconds


def test_a_call_that_broke_half_way_counts_too() -> None:
    def cut(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("reset", request=request)

    wire = Wire(httpx.MockTransport(cut), now=lambda: 0.0)
    with wire.line() as line:
        for _ in range(FAILURES):
            with pytest.raises(Uncertain):
                line.get("jwk", SSO)
        with pytest.raises(Unreachable):
            line.get("jwk", SSO)
