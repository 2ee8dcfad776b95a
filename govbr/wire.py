"""The one file that talks to the network: a request out, a bounded answer in.

Every call has a limit of time for connecting, for each read and for the whole, and a limit of
size. Redirects are not followed, compressed answers are refused (a small one can be huge), and
what httpx raises, which holds addresses, never leaves this file.
"""

import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Self

import httpx

from govbr.circuit import Circuits
from govbr.errors import CallFailed, Uncertain, Unreachable

CONNECT_SECONDS: Final = 3.0
WHOLE_SECONDS: Final = 10.0
LARGEST_ANSWER: Final = 1024 * 1024  # bytes
_LONGEST_RETRY_AFTER: Final = 24 * 3600.0  # seconds
_BROKEN: Final = 500  # statuses from here on say that the host is

# These print addresses (the companies API has the CPF in its paths) and headers.
_TALKATIVE: Final = (
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)


@dataclass(frozen=True)
class Answer:
    """One answer, whole.

    Attributes:
        status: The HTTP status.
        body: At most LARGEST_ANSWER bytes.
        retry_after: What the server asked for, in seconds, or None.
    """

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None = None


class _OnlyWarnings(logging.Filter):
    """Lets warnings and errors pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


class Wire:
    """Makes bounded calls; `transport` is the seam at which a test puts its own provider."""

    def __init__(
        self,
        transport: httpx.BaseTransport | None = None,
        *,
        whole_seconds: float = WHOLE_SECONDS,
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        _quieten()
        self._given = transport
        self._whole_seconds = whole_seconds
        self._wall = wall
        #: How each host of gov.br fares.
        self.circuits = Circuits(now, longest_call=2 * whole_seconds)
        # The machine's own trust store: the one its administrators look after.
        self._trust = ssl.create_default_context()

    @contextlib.contextmanager
    def line(self) -> Iterator["Line"]:
        """Open a line for the calls of one piece of work; its connections end with it.

        Yields:
            The line.
        """
        # A given transport outlives the line, so the client does not own it.
        transport = _Borrowed(self._given) if self._given else httpx.HTTPTransport(self._trust)
        timeout = httpx.Timeout(self._whole_seconds, connect=CONNECT_SECONDS)
        with httpx.Client(
            transport=transport, timeout=timeout, follow_redirects=False, trust_env=False
        ) as client:
            yield Line(client, self._whole_seconds, self.circuits, self._wall)


class Line:
    """Calls that share their connections."""

    def __init__(
        self,
        client: httpx.Client,
        whole_seconds: float,
        circuits: Circuits,
        wall: Callable[[], datetime],
    ) -> None:
        self._circuits = circuits
        self._wall = wall
        self._client = client
        self._whole_seconds = whole_seconds
        # Kept for the line: a connection that is used again is not announced again.
        self._streams: list[Any] = []

    def get(self, call: str, url: str, *, headers: Mapping[str, str] | None = None) -> Answer:
        """Read.

        Args:
            call: A name for errors; the address stands in none.
            url: The absolute address.
            headers: More headers.

        Returns:
            The answer, whatever its status.

        Raises:
            Unreachable: No connection was made.
            Uncertain: No usable answer came.
        """
        return self._send(call, self._client.build_request("GET", url, headers=_asked(headers)))

    def post(self, call: str, url: str, *, form: str, headers: Mapping[str, str]) -> Answer:
        """Send a form.

        Args:
            call: A name for errors.
            url: The absolute address.
            form: The body, already form-encoded.
            headers: More headers.

        Returns:
            The answer, whatever its status.

        Raises:
            Unreachable: No connection was made, so nothing was sent.
            Uncertain: It may have arrived, but no usable answer came.
        """
        typed = {**_asked(headers), "Content-Type": "application/x-www-form-urlencoded"}
        return self._send(
            call, self._client.build_request("POST", url, content=form, headers=typed)
        )

    def _send(self, call: str, request: httpx.Request) -> Answer:
        host = request.url.netloc.decode("ascii")
        if (wait := self._circuits.closed_in(host)) is not None:
            raise Unreachable(
                f"gov.br failed again and again and was not asked for the call {call}; try later",
                retry_after=wait,
            )
        outcome = self._sent(call, request)
        if isinstance(outcome, CallFailed):
            self._circuits.failed(host)
            raise outcome  # here, so that what httpx raised is not even its context
        if outcome.status >= _BROKEN:
            self._circuits.failed(host)
        else:
            self._circuits.worked(host)
        return outcome

    def _sent(self, call: str, request: httpx.Request) -> Answer | CallFailed:
        with _Deadline(self._whole_seconds, self._streams) as deadline:
            request.extensions["trace"] = deadline.watch
            return self._attempt(call, request, deadline)

    def _attempt(
        self, call: str, request: httpx.Request, deadline: "_Deadline"
    ) -> Answer | CallFailed:
        try:
            response = self._client.send(request, stream=True)
            with contextlib.closing(response):
                return _read(call, response, deadline, self._wall())
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return Unreachable(f"gov.br could not be reached for the call {call}; try again")
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, ssl.SSLError, OSError):
            return Uncertain(f"gov.br gave no answer in time to the call {call}")


class _Deadline:
    """Ends a call whose time is over, even one that trickles byte by byte.

    httpx's limits are for each read, so a slow sender never meets them. After the whole time the
    sockets are shut down from outside, and the read that waits on one fails.
    """

    def __init__(self, seconds: float, streams: list[Any]) -> None:
        self._ends = time.monotonic() + seconds
        self._streams = streams
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    @property
    def over(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._ends

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of each connection (httpcore's "trace" extension)."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._streams.append(info["return_value"])
            if self.over:
                self._cut()

    def _cut(self) -> None:
        for stream in tuple(self._streams):
            with contextlib.suppress(OSError):  # it may have ended by itself
                stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


class _Borrowed(httpx.BaseTransport):
    """Passes requests to a transport that somebody else closes."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._transport.handle_request(request)


def _read(
    call: str, response: httpx.Response, deadline: _Deadline, now: datetime
) -> Answer | CallFailed:
    """Read an answer up to its limits."""
    retry_after = _seconds(response.headers.get("Retry-After"), now)
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return Uncertain(f"gov.br compressed its answer to the call {call} unasked")
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > LARGEST_ANSWER:
            return Uncertain(f"gov.br's answer to the call {call} is larger than 1 MiB")
        if deadline.over:
            break
    if deadline.over:  # also when the cut looked like the answer's own end
        return Uncertain(f"gov.br gave no answer in time to the call {call}")
    return Answer(response.status_code, bytes(body), retry_after)


def _asked(headers: Mapping[str, str] | None) -> dict[str, str]:
    return {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}


def _seconds(value: str | None, now: datetime) -> float | None:
    """Read Retry-After, seconds or a date (RFC 9110 section 10.2.3); all else says nothing."""
    if value is None or not value.isascii():
        return None
    if value.isdigit():
        return min(float(value), _LONGEST_RETRY_AFTER)
    try:
        asked = parsedate_to_datetime(value)
    except ValueError:
        return None
    if asked.tzinfo is None:
        return None
    return min(max((asked - now).total_seconds(), 0.0), _LONGEST_RETRY_AFTER)


def _quieten() -> None:
    """Keep addresses out of the log, whatever level the program logs at; once is enough."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        if not any(isinstance(existing, _OnlyWarnings) for existing in logger.filters):
            logger.addFilter(_OnlyWarnings())
