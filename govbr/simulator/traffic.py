"""What stands before both apps: the log of requests, and the faults that break a connection."""

import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING

import sqlalchemy as sa

from govbr.simulator import breaking, fault_kinds, faults, storage, whose
from govbr.simulator.storage import Storage

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ENDPOINTS = (
    ("/.well-known/openid-configuration", "discovery"),
    ("/authorize", "authorize"),
    ("/token", "token"),
    ("/jwk", "jwk"),
    ("/userinfo/picture", "picture"),
    ("/userinfo", "userinfo"),
    ("/empresas/", "empresas"),
    ("/confiabilidades/", "confiabilidades"),
    ("/api/x509/", "x509"),
    ("/catalogo", "catalogo"),
    ("/logout", "logout"),
)
_UNLOGGED = ("/simulador", "/static/", "/favicon.ico")
# CPF and CNPJ are part of the API's paths; the log has no personal data.
_NUMBERS = re.compile(r"(?<=/)[0-9A-Za-z.\-]{9,15}-?[0-9]{2}(?=/|$)")
_KEPT = 20_000
# Both versions of the API ask for one company by its number.
_ONE_COMPANY = re.compile(r"/empresas/[^/]+/participantes/|/representantes/[^/]+/empresas/[^/]+")


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
    ) -> Iterable[bytes] | None:
        if endpoint not in fault_kinds.ENDPOINTS:
            return None
        if not faults.any_waits(self._store):
            return None
        cpf = whose.person_of(self._store, environ)
        delay = faults.take(self._store, endpoint=endpoint, kinds=(fault_kinds.DELAY,), cpf=cpf)
        broken = faults.take(self._store, endpoint=endpoint, kinds=fault_kinds.BREAKS, cpf=cpf)
        if delay is not None:
            time.sleep(float(delay.options["seconds"]))
        return None if broken is None else breaking.act_out(broken, environ, start_response)


class _Note:
    """One line of the request log, written when the answer is known."""

    def __init__(
        self, store: Storage, clock: Callable[[], datetime], method: str, path: str
    ) -> None:
        self.endpoint = _endpoint(path)
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


def _endpoint(path: str) -> str:
    """Name the endpoint of a path; "page" for everything that people look at."""
    if path.startswith("/empresas/") and _ONE_COMPANY.search(path):
        return "participante"
    return next((name for start, name in _ENDPOINTS if path.startswith(start)), "page")
