"""Watch the processes: they begin together, stay together, and end together, in order."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from normaliza.errors import NotReady
from normaliza.running.children import Child

_WAIT_SECONDS = 60
_LOOK_EVERY = 0.25


@contextmanager
def told_to_end() -> Iterator[threading.Event]:
    """Turn the signals that end a program into an event, for as long as the block lasts.

    Yields:
        Set once Ctrl-C, SIGTERM or the terminal's end has come.
    """
    told = threading.Event()

    def tell(_number: int, _frame: FrameType | None) -> None:
        told.set()

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, tell) for number in numbers}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Supervisor:
    """Holds the processes, in the order in which they end.

    Args:
        told: Set when all shall end.
    """

    def __init__(self, told: threading.Event) -> None:
        self._told = told
        self._servers: list[Child] = []
        self._children: list[Child] = []

    def take(self, child: Child) -> None:
        """Watch one more process.

        Args:
            child: Running.
        """
        self._children.append(child)

    def take_server(self, server: Child) -> None:
        """Watch a server too; whoever started it ends it, after the processes.

        Args:
            server: Running.
        """
        self._servers.append(server)

    def wait_for(self, what: str, is_ready: Callable[[], bool]) -> bool:
        """Wait until something answers.

        Args:
            what: For the error's text.
            is_ready: Asked again and again.

        Returns:
            True when it answers; False when all shall end before that.

        Raises:
            NotReady: A process ended, or time is up.
        """
        deadline = time.monotonic() + _WAIT_SECONDS
        while not self._told.is_set():
            self._check()
            if is_ready():
                return True
            if time.monotonic() > deadline:
                raise NotReady(f"{what} did not answer within {_WAIT_SECONDS} seconds.")
            self._told.wait(_LOOK_EVERY)
        return False

    def watch(self) -> None:
        """Wait until all shall end.

        Raises:
            NotReady: One of them ended by itself.
        """
        while not self._told.wait(_LOOK_EVERY):
            self._check()

    def end(self) -> None:
        """Ask all to end, the last one taken first; then wait for all of them together."""
        for child in reversed(self._children):
            child.ask_to_end()
        for child in reversed(self._children):
            child.end()

    def _check(self) -> None:
        """Raise for the first process that is no more."""
        if ended := _ended([*self._servers, *self._children]):
            raise NotReady(
                f"The process {ended.name} ended by itself with code {ended.process.returncode}; "
                f"everything else is ended with it. The end of {ended.log}:\n{ended.last_words()}"
            )


def _ended(children: Sequence[Child]) -> Child | None:
    """The first process that is no more; None when all run."""
    return next((child for child in children if child.process.poll() is not None), None)
