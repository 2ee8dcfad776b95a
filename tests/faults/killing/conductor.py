"""Hears of every point that any process reaches, counts it, and says who dies there."""

import contextlib
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

#: A place in the code with a phase, in one kind of process.
Point = tuple[str, str, str]


@dataclass(kw_only=True)
class Trap:
    """What shall happen where.

    Args:
        point: At which point; its site may be a part of the real one.
        occurrence: The how-manieth time it is reached from now on; 1 for the next.
        verdict: "die", "die together" or "go".
        act: Done while the process stands at the point: a broker emptied, a lease run out.
        pid: Of the process that it fell on.
    """

    point: Point
    occurrence: int = 1
    verdict: str = "die"
    act: Callable[[], None] | None = None
    sprung: threading.Event = field(default_factory=threading.Event)
    pid: int | None = None

    def fits(self, point: Point) -> bool:
        """Tell whether it is set there."""
        (role, site, phase), (its_role, its_site, its_phase) = point, self.point
        return role == its_role and phase == its_phase and its_site in site


class Conductor:
    """A socket that every process of a world asks at every point.

    Args:
        address: Where the socket's file is made.
    """

    def __init__(self, address: Path) -> None:
        self.address = str(address)
        self.reached: Counter[Point] = Counter()
        self._lock = threading.Lock()
        self._traps: list[Trap] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.address)
        self._listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.close()

    def set(self, trap: Trap) -> Trap:
        """Wait for a process at a point."""
        with self._lock:
            self._traps.append(trap)
        return trap

    def clear(self) -> None:
        """Wait for nobody any more."""
        with self._lock:
            self._traps.clear()

    def count(self) -> Counter[Point]:
        """Give how often each point was reached since the last time, and begin anew."""
        with self._lock:
            found, self.reached = self.reached, Counter()
        return found

    def _accept(self) -> None:
        while True:
            try:
                process, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(process,), daemon=True).start()

    def _serve(self, process: socket.socket) -> None:
        # A process that died leaves an answer behind, which closing the file tries to send again.
        with (
            contextlib.suppress(OSError),
            process,
            process.makefile("rw", encoding="utf-8") as lines,
        ):
            for line in lines:
                lines.write(self._judge(line.rstrip("\n")) + "\n")
                lines.flush()

    def _judge(self, question: str) -> str:
        role, site, phase, pid = question.split("|")
        trap = self._sprung((role, site, phase))
        if trap is None:
            return "go"
        trap.pid = int(pid)
        if trap.act is not None:
            trap.act()
        trap.sprung.set()
        return trap.verdict

    def _sprung(self, point: Point) -> Trap | None:
        with self._lock:
            self.reached[point] += 1
            for trap in self._traps:
                if trap.fits(point):
                    trap.occurrence -= 1
                    if trap.occurrence == 0:
                        self._traps.remove(trap)
                        return trap
        return None


def gone(pid: int, *, seconds: float = 5.0) -> bool:
    """Wait until a process is over; a zombie is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state[0] == "Z":
            return True
        time.sleep(0.01)  # between two looks
    return False
