"""The campaign's end of the nursery: asks for children, and hears which have died."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from normaliza.lifeline import end_with_parent

_HERE = Path(__file__).parent


class Nursery:
    """The process that forks others.

    Args:
        home: For its log.
    """

    def __init__(self, home: Path) -> None:
        with (home / "nursery.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(_HERE / "nursery.py")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                preexec_fn=end_with_parent(signal.SIGKILL),  # noqa: PLW1509 — see lifeline
            )
        self._changed = threading.Condition()
        self._pids: dict[str, int] = {}
        self._dead: set[int] = set()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def fork(self, **asked: Any) -> int:  # noqa: ANN401 — as JSON
        """Make a process and give its number."""
        with self._changed:
            self._pids.pop(asked["name"], None)
            _pipe(self._process.stdin).write(json.dumps(asked).encode() + b"\n")
            _pipe(self._process.stdin).flush()
            if not self._changed.wait_for(lambda: asked["name"] in self._pids, 30):
                raise TimeoutError("the nursery did not answer: see nursery.log")
            return self._pids[asked["name"]]

    def is_dead(self, pid: int) -> bool:
        """Tell whether one of its children is over."""
        with self._changed:
            return pid in self._dead

    def close(self) -> None:
        """End it; its children end with it."""
        _pipe(self._process.stdin).close()
        self._process.wait(10)
        self._reader.join(10)
        _pipe(self._process.stdout).close()

    def _read(self) -> None:
        for line in _pipe(self._process.stdout):
            said = json.loads(line)
            with self._changed:
                if "born" in said:
                    self._dead.discard(said["pid"])
                    self._pids[said["born"]] = said["pid"]
                else:
                    self._dead.add(said["died"])
                self._changed.notify_all()


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    """Return a pipe that was asked for."""
    if end is None:
        raise TypeError("no pipe")
    return end
