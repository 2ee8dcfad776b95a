"""What stands before both apps: the log of requests, and the faults that break a connection."""

import os
import re
import socket
import struct
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from govbr.simulator import faults, storage
from govbr.simulator.storage import Storage

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ENDPOINTS = (
    ("/.well-known/openid-configuration", "discovery"),
    ("/authorize", "authorize"),
    ("/token", "token"),
    ("/jwk", "jwk"),
    ("/userinfo", "userinfo"),
    ("/empresas/", "empresas"),
    ("/logout", "logout"),
)
_UNLOGGED = ("/simulador", "/static/", "/favicon.ico")
# CPF and CNPJ are part of the API's paths; the log has no personal data.
_NUMBERS = re.compile(r"(?<=/)[0-9A-Za-z]{9,12}[0-9]{2}(?=/|$)")
_KEPT = 20_000


class Traffic:
    """A WSGI application around another: notes each request, and acts out transport faults."""

    def __init__(
        self, inner: "WSGIApplication", store: Storage, clock: Callable[[], datetime]
    ) -> None:
        self._inner = inner
        self._store = store
        self._clock = clock

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Serve one request (PEP 3333)."""
        path = str(environ.get("PATH_INFO", ""))
        if path.startswith(_UNLOGGED):
            return self._inner(environ, start_response)
        note = _Note(self._store, self._clock, str(environ["REQUEST_METHOD"]), path)
        try:
            broken = self._broken(note.endpoint, environ, note.watch(start_response))
            return self._inner(environ, note.watch(start_response)) if broken is None else broken
        finally:
            note.write()

    def _broken(
        self, endpoint: str, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> list[bytes] | None:
        if endpoint not in faults.ENDPOINTS:
            return None
        delay = faults.take(self._store, endpoint=endpoint, kinds=(faults.DELAY,))
        broken = faults.take(self._store, endpoint=endpoint, kinds=faults.BREAKS)
        if delay is not None:
            time.sleep(float(delay.options["seconds"]))
        return None if broken is None else _act_out(broken, environ, start_response)


class _Note:
    """One line of the request log, written when the answer is known."""

    def __init__(
        self, store: Storage, clock: Callable[[], datetime], method: str, path: str
    ) -> None:
        self.endpoint = next((name for start, name in _ENDPOINTS if path.startswith(start)), "page")
        self._store = store
        self._values = {"method": method, "path": _NUMBERS.sub("***", path)}
        self._values["at"] = clock().isoformat()
        self._status: int | None = None
        self._began = time.perf_counter()

    def watch(self, start_response: "StartResponse") -> "StartResponse":
        """Listen for the status on its way out."""

        def noting(
            status: str,
            headers: list[tuple[str, str]],
            exc_info: tuple[type[BaseException], BaseException, TracebackType]
            | tuple[None, None, None]
            | None = None,
        ) -> Callable[[bytes], object]:
            self._status = int(status.split(" ", 1)[0])
            return start_response(status, headers, exc_info)

        return noting

    def write(self) -> None:
        """Store the line, and forget the oldest ones."""
        table = storage.request_log
        spent = (time.perf_counter() - self._began) * 1000
        with self._store.writing() as connection:
            added = connection.execute(
                sa.insert(table).values(
                    endpoint=self.endpoint,
                    status=self._status,
                    milliseconds=round(spent, 1),
                    **self._values,
                )
            )
            key = added.inserted_primary_key
            if key and key[0] > _KEPT:
                connection.execute(sa.delete(table).where(table.c.id <= key[0] - _KEPT))


def _act_out(
    fault: faults.Fault, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> list[bytes]:
    if fault.kind != "status":
        _read_body(environ)
        _break_connection(environ["werkzeug.socket"], reset=fault.kind == "reset")
        raise ConnectionAbortedError("The simulator broke the connection, as it was asked to.")
    status = int(fault.options["status"])
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    if "retry_after" in fault.options:
        headers.append(("Retry-After", str(fault.options["retry_after"])))
    start_response(f"{status} Falha simulada", headers)
    return [b'{"error":"temporarily_unavailable","error_description":"Falha simulada"}']


def _read_body(environ: "WSGIEnvironment") -> None:
    # An unread body would turn a plain close into a reset.
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length:
        environ["wsgi.input"].read(length)


def _break_connection(connection: Any, *, reset: bool) -> None:  # noqa: ANN401 - a raw socket
    if reset:
        # Zero linger makes closing send RST instead of FIN (socket(7)).
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())
