"""One process of the program, started and ended by `normaliza up`."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from normaliza.lifeline import end_with_parent

#: A log larger than this is put aside at the next start.
_LARGEST_LOG = 10 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Child:
    """A running process.

    Args:
        name: As in `normaliza <name>`, or the server's.
        process: The process.
        log: Where its words go.
        patience: Seconds that it gets to end in order.
    """

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    patience: float

    def ask_to_end(self) -> None:
        """Ask it to end, and wait for nothing."""
        if self.process.poll() is None:
            self.process.terminate()

    def end(self) -> None:
        """Wait for it to end, and after its patience make it; ask first where nobody has."""
        self.ask_to_end()
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def last_words(self) -> str:
        """The end of its log, for an error's text."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-15:])


def start_child(
    name: str,
    *,
    environment: Mapping[str, str],
    logs: Path,
    patience: float,
    command: Sequence[str] | None = None,
) -> Child:
    """Start one of the program's own processes.

    It leads a process group of its own: the terminal's Ctrl-C reaches only `normaliza up`, which
    ends the others in order. When `up` is killed, the system ends them.

    Args:
        name: Its name, and its log's.
        environment: Added to ours.
        logs: The folder for its log.
        patience: Seconds that it gets to end in order.
        command: What it runs, as in `normaliza <command>`; its name, unless it is given.

    Returns:
        The running process.
    """
    logs.mkdir(parents=True, exist_ok=True)
    path = logs / f"{name}.log"
    if path.exists() and path.stat().st_size > _LARGEST_LOG:
        path.replace(path.with_suffix(".log.old"))
    with path.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 — our own program
            [sys.executable, "-m", "normaliza", *(command or [name])],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509 — see lifeline
        )
    return Child(name=name, process=process, log=path, patience=patience)
