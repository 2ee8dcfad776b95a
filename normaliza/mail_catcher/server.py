"""Runs the SMTP server and the pages in one process, until it is told to end."""

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import FrameType
from typing import Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from normaliza.mail_catcher.mailbox import Mailbox
from normaliza.mail_catcher.pages import create_pages
from normaliza.mail_catcher.receiver import make_receiver

_log = logging.getLogger(__name__)
_HOST = "127.0.0.1"
_POLL = 0.1  # seconds until the pages' server notices that it must end


@dataclass(frozen=True, kw_only=True, slots=True)
class CatcherConfig:
    """What the catcher is told.

    Args:
        port: Of the pages, on loopback.
        smtp_port: Of the SMTP server, on loopback.
        clock: Dates what comes.
    """

    port: int
    smtp_port: int
    clock: Callable[[], datetime]


class _QuietRequestHandler(WSGIRequestHandler):
    """Logs no request lines: a search holds an address."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


class RunningCatcher:
    """Both servers, each in its own thread; as a context manager it ends what it started."""

    def __init__(self, config: CatcherConfig) -> None:
        mailbox = Mailbox()
        self._receiver = make_receiver(mailbox, port=config.smtp_port, clock=config.clock)
        self._pages: BaseWSGIServer = make_server(
            _HOST,
            config.port,
            create_pages(mailbox),
            threaded=True,
            request_handler=_QuietRequestHandler,
        )
        self._thread = threading.Thread(
            target=self._pages.serve_forever, args=(_POLL,), daemon=True
        )

    def __enter__(self) -> Self:
        """Begin to take mails and to show them."""
        self._receiver.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop both, and give the ports back."""
        self._receiver.stop()
        self._pages.shutdown()
        self._thread.join()
        self._pages.server_close()


def serve(config: CatcherConfig) -> None:
    """Run the catcher until SIGTERM or SIGINT; call it from the main thread.

    Args:
        config: The settings.
    """
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with RunningCatcher(config):
        facts = {"port": config.port, "smtp_port": config.smtp_port}
        _log.warning("Mail catcher ready: no mail leaves this machine", extra=facts)
        ended.wait()
