"""The web process: the pages behind gunicorn."""

import logging
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

from normaliza.logging_setup import log_as_json
from normaliza.settings import Settings
from normaliza.wiring.database import choose_clock
from normaliza.wiring.front_end import require_front_end
from normaliza.wiring.mail import HELP_CONTACT
from normaliza.wiring.relying_party import relying_party, sealer
from normaliza.wiring.runtime import build_runtime
from web.application import create_app
from web.secret_links import loggable
from web.services import WebServices, WebSettings

_PROCESSES = 2
_THREADS = 4
#: Seconds that requests get to finish when told to end.
_GRACE = 10


def build_web(settings: Settings) -> Flask:
    """Build the pages with everything real.

    Args:
        settings: The program's settings.

    Returns:
        The WSGI application.

    Raises:
        FrontEndMissing: `make run`, or npm, has not built style and scripts.
    """
    require_front_end()
    runtime = build_runtime(settings)
    return create_app(
        WebServices(
            database=runtime.database,
            runtime=runtime,
            clock=choose_clock(settings),
            relying_party=relying_party(settings),
            sealer=sealer(settings),
            settings=WebSettings(
                public_url=settings.public_url,
                secret_key=settings.secret_key,
                development=settings.development,
                simulator_notice=settings.uses_simulator,
                trusted_proxies=settings.trusted_proxies,
                session_limits=settings.session_limits,
                four_eyes=settings.four_eyes,
                help_contact=HELP_CONTACT,
                password_profile=settings.password_profile,
            ),
        )
    )


def serve_web(settings: Settings) -> None:
    """Serve the pages until told to end.

    Args:
        settings: The program's settings.
    """
    _Server(settings).run()


class _JsonLogger(Logger):
    """Writes gunicorn's events as ours, and each request without its query string."""

    def setup(self, cfg: Config) -> None:  # noqa: ARG002 — gunicorn's own shape
        """Leave both loggers to the root's handler."""
        for log in (self.error_log, self.access_log):
            log.handlers[:] = []
            log.propagate = True
            log.setLevel(logging.INFO)

    def access(self, resp: Any, req: Any, environ: Any, request_time: timedelta) -> None:  # noqa: ANN401, ARG002 — gunicorn publishes no types
        """Write one request, without its query and a mailed link's secret, which open something."""
        self.access_log.info(
            "request",
            extra={
                "action": "request",
                "method": environ["REQUEST_METHOD"],
                "path": loggable(environ["PATH_INFO"]),
                "status": int(str(resp.status).split(maxsplit=1)[0]),
                "milliseconds": round(request_time.total_seconds() * 1000),
            },
        )

    def now(self) -> str:
        """The instant, where gunicorn asks for one."""
        return datetime.now().astimezone().isoformat()


class _Server(BaseApplication):
    """gunicorn, told in code: the application is made in each process, after the fork."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Choose threads over processes: pages wait for the database, they compute little."""
        for name, value in {
            "bind": f"{self._settings.bind}:{self._settings.port}",
            "worker_class": "gthread",
            "workers": _PROCESSES,
            "threads": _THREADS,
            "graceful_timeout": _GRACE,
            "accesslog": "-",
            "logger_class": _JsonLogger,
            "forwarded_allow_ips": "127.0.0.1",
            "control_socket_disable": True,
        }.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 — gunicorn names a WSGI type that Flask fits only in part
        """Build the pages in the process that serves them."""
        log_as_json("web", self._settings.log_level)
        return build_web(self._settings)
