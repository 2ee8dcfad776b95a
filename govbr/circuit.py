"""A circuit for each host of gov.br: while one fails, nobody waits for it.

Closed, calls go through. After some failures within a while it opens: calls are answered at once as
never sent, which is true and lets an exchange be repeated. When its time is over one call is let
through as a probe; what comes of it closes the circuit or keeps it open for as long again.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

_log = logging.getLogger(__name__)

#: So many failures within a while open it.
FAILURES: Final = 5
WITHIN_SECONDS: Final = 60.0
#: As long as it stays open before a probe.
OPEN_SECONDS: Final = 15.0

State = Literal["closed", "open", "probing"]


@dataclass(slots=True)
class _Circuit:
    """What is known of one host.

    Attributes:
        failed_at: When calls failed lately.
        opened_at: Since when it is open; None while it is closed.
        probe_at: When a probe was let through; None while none is out.
    """

    failed_at: deque[float] = field(default_factory=lambda: deque(maxlen=FAILURES))
    opened_at: float | None = None
    probe_at: float | None = None

    @property
    def state(self) -> State:
        """How it stands."""
        if self.opened_at is None:
            return "closed"
        return "open" if self.probe_at is None else "probing"


class Circuits:
    """The circuits of all hosts, shared by the threads of a process.

    Args:
        now: Seconds of a clock that only goes forward (time.monotonic).
        longest_call: After so many seconds a probe that said nothing is taken for lost.
    """

    def __init__(self, now: Callable[[], float], *, longest_call: float = 60.0) -> None:
        self._now = now
        self._longest_call = longest_call
        self._circuits: dict[str, _Circuit] = {}
        self._lock = threading.Lock()

    def closed_in(self, host: str) -> float | None:
        """Ask for leave to call a host.

        Args:
            host: Host and port.

        Returns:
            None: call, and tell what came of it. Otherwise seconds until it is worth asking again.
        """
        with self._lock:
            circuit = self._circuits.get(host)
            if circuit is None or circuit.opened_at is None:
                return None
            now = self._now()
            probe_is_out = (
                circuit.probe_at is not None and now < circuit.probe_at + self._longest_call
            )
            left = circuit.opened_at + OPEN_SECONDS - now
            if left > 0:
                return left
            if probe_is_out:
                return OPEN_SECONDS
            circuit.probe_at = now
            return None

    def worked(self, host: str) -> None:
        """Tell that a host answered."""
        with self._lock:
            circuit = self._circuits.get(host)
            if circuit is None or circuit.state == "open":  # a call from before it opened
                return
            del self._circuits[host]
        if circuit.opened_at is not None:
            _log.warning("gov.br answers again", extra={"action": "circuit_closed", "host": host})

    def failed(self, host: str) -> None:
        """Tell that a host gave no answer, or one that says that it is broken."""
        with self._lock:
            now = self._now()
            circuit = self._circuits.setdefault(host, _Circuit())
            circuit.failed_at.append(now)
            if circuit.opened_at is not None:
                if circuit.probe_at is not None:  # a call from before it opened says nothing new
                    circuit.opened_at, circuit.probe_at = now, None
                return
            many = len(circuit.failed_at) == FAILURES
            if not many or circuit.failed_at[0] < now - WITHIN_SECONDS:
                return
            circuit.opened_at = now
        facts = {"action": "circuit_opened", "host": host, "seconds": OPEN_SECONDS}
        _log.error("gov.br fails again and again and is left alone for a while", extra=facts)

    def states(self) -> dict[str, State]:
        """Return how each host's circuit stands; hosts that work are not listed."""
        with self._lock:
            return {host: circuit.state for host, circuit in self._circuits.items()}
