"""Hands orders to issuers, and takes their answers; one that dies leaves its order unanswered."""

import json
import queue
import socket
import threading
from pathlib import Path
from typing import Any, TextIO

_ANSWER_SECONDS = 20.0


class Desk:
    """A socket that issuers come to for orders.

    Args:
        address: Where the socket's file is made.
    """

    def __init__(self, address: Path) -> None:
        self.address = str(address)
        self._free: queue.SimpleQueue[tuple[socket.socket, TextIO]] = queue.SimpleQueue()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.address)
        self._listener.listen(16)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take nobody in any more."""
        self._listener.close()

    def ask(self, order: dict[str, Any]) -> dict[str, Any] | None:
        """Have an order carried out.

        Args:
            order: A command's name as `kind`, and its fields.

        Returns:
            The answer; None where the issuer died over it, or none came in time.
        """
        try:
            process, lines = self._free.get(timeout=_ANSWER_SECONDS)
        except queue.Empty:
            return None
        try:
            lines.write(json.dumps(order) + "\n")
            lines.flush()
            answer = lines.readline()
        except OSError:
            answer = ""
        if not answer:
            process.close()
            return None
        self._free.put((process, lines))
        found: dict[str, Any] = json.loads(answer)
        return found

    def _accept(self) -> None:
        while True:
            try:
                process, _ = self._listener.accept()
            except OSError:
                return
            process.settimeout(_ANSWER_SECONDS)
            self._free.put((process, process.makefile("rw", encoding="utf-8")))
