"""What each request needs: the settings and the storage, kept on the app and nowhere global."""

from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app

from govbr.simulator.configuration import SimulatorConfig
from govbr.simulator.storage import Storage

_EXTENSION = "govbr_simulator"


@dataclass(frozen=True)
class Simulator:
    """One simulator: both of its apps share this."""

    config: SimulatorConfig
    store: Storage

    def now(self) -> datetime:
        """Read the clock of the settings."""
        return self.config.clock()

    def timestamp(self) -> float:
        """Read the clock as seconds since 1970, the form of JWTs (RFC 7519, NumericDate)."""
        return self.now().timestamp()


def attach(app: Flask, simulator: Simulator) -> None:
    """Give an app its simulator."""
    app.extensions[_EXTENSION] = simulator


def current() -> Simulator:
    """Find the simulator of the app that serves the present request."""
    simulator = current_app.extensions[_EXTENSION]
    assert isinstance(simulator, Simulator)  # noqa: S101 - narrows the type
    return simulator
