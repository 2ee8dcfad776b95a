"""Runs both hosts of the simulator in one process, until it is told to end."""

import logging
import signal
import threading
from types import FrameType
from typing import Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from govbr.simulator.application import create_api, create_simulator
from govbr.simulator.configuration import SimulatorConfig
from govbr.simulator.storage import Storage

_log = logging.getLogger(__name__)
_POLL = 0.1  # seconds until a server notices that it must end


class QuietRequestHandler(WSGIRequestHandler):
    """Logs no request lines: they hold CPFs and codes; /simulador/requests has them masked."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


class RunningSimulator:
    """Both servers, each in its own thread; as a context manager it ends what it started."""

    def __init__(self, config: SimulatorConfig) -> None:
        self._store = Storage(config.data_dir)
        applications = (
            (create_simulator(config, self._store), config.port),
            (create_api(config, self._store), config.api_port),
        )
        self._servers: list[BaseWSGIServer] = [
            make_server(config.host, port, app, threaded=True, request_handler=QuietRequestHandler)
            for app, port in applications
        ]
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(_POLL,), daemon=True)
            for server in self._servers
        ]

    def __enter__(self) -> Self:
        """Begin to answer."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop taking requests, and give ports and database back."""
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.shutdown()
            thread.join()
            server.server_close()
        self._store.close()


def serve(config: SimulatorConfig) -> None:
    """Run the simulator until SIGTERM or SIGINT; call it from the main thread.

    Args:
        config: The settings.

    Raises:
        SystemExit: A port is taken; werkzeug has said which.
    """
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with RunningSimulator(config):
        _log.warning(
            "Simulator of gov.br ready", extra={"port": config.port, "api_port": config.api_port}
        )
        ended.wait()
