"""Acts out transport faults: answers that are no answers, and connections that break."""

import os
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from govbr.simulator.faults import Fault

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_PIECE = 64 * 1024  # bytes
_HUGE = 4 * 1024 * 1024  # bytes
_PAUSE = 0.05  # seconds between two pieces of an answer that does not end


def act_out(
    fault: Fault, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    """Answer as a fault says.

    Args:
        fault: A transport fault other than a delay.
        environ: The request (PEP 3333).
        start_response: Where the answer's head goes.

    Returns:
        The answer's body; a generator for one that does not end by itself.

    Raises:
        ConnectionAbortedError: The connection is broken, as asked.
    """
    _read_body(environ)
    if fault.kind in ("reset", "closed"):
        _break(environ["werkzeug.socket"], reset=fault.kind == "reset")
    if fault.kind == "silence":
        _wait_for_hanging_up(environ["werkzeug.socket"], float(fault.options["seconds"]))
        _break(environ["werkzeug.socket"], reset=False)
    return _ANSWERS[fault.kind](fault.options, start_response)


def _status(options: Mapping[str, Any], start_response: "StartResponse") -> list[bytes]:
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    if "retry_after" in options:
        headers.append(("Retry-After", _retry_after(options)))
    start_response(f"{int(options['status'])} Falha simulada", headers)
    return [b'{"error":"temporarily_unavailable","error_description":"Falha simulada"}']


def _retry_after(options: Mapping[str, Any]) -> str:
    """Write seconds, or a date (RFC 9110, section 10.2.3); the date is by the machine's clock."""
    seconds = int(options["retry_after"])
    if not options.get("retry_after_date"):
        return str(seconds)
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def _html(_options: Mapping[str, Any], start_response: "StartResponse") -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
    return ["<!doctype html><title>gov.br</title><p>Manutenção simulada.".encode()]


def _malformed(_options: Mapping[str, Any], start_response: "StartResponse") -> list[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return [b'{"access_token": "abc", "id_token']


def _huge(_options: Mapping[str, Any], start_response: "StartResponse") -> Iterator[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return (b" " * _PIECE for _ in range(_HUGE // _PIECE))


def _endless(options: Mapping[str, Any], start_response: "StartResponse") -> Iterator[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return _pieces(b" " * _PIECE, float(options["seconds"]))


def _trickle(options: Mapping[str, Any], start_response: "StartResponse") -> Iterator[bytes]:
    start_response("200 OK", [("Content-Type", "application/json")])
    return _pieces(b" ", float(options["seconds"]))


def _pieces(piece: bytes, seconds: float) -> Iterator[bytes]:
    """Send the same piece again and again, until the client hangs up or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield piece
        time.sleep(_PAUSE)


_ANSWERS: Mapping[str, Callable[[Mapping[str, Any], "StartResponse"], Iterable[bytes]]] = {
    "status": _status,
    "html": _html,
    "malformed": _malformed,
    "huge": _huge,
    "endless": _endless,
    "trickle": _trickle,
}


def _read_body(environ: "WSGIEnvironment") -> None:
    # An unread body would turn a plain close into a reset.
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length:
        environ["wsgi.input"].read(length)


def _wait_for_hanging_up(connection: Any, seconds: float) -> None:  # noqa: ANN401 - a raw socket
    """Say nothing until the client gives up, or the time is over."""
    connection.settimeout(seconds)
    try:
        connection.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        return


def _break(connection: Any, *, reset: bool) -> None:  # noqa: ANN401 - a raw socket
    if reset:
        # Zero linger makes closing send RST instead of FIN (socket(7)).
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())
    raise ConnectionAbortedError("The simulator broke the connection, as it was asked to.")
