"""What each request needs: the settings and the storage, kept on the app and nowhere global."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import Flask, current_app

from govbr.simulator import clients, switches
from govbr.simulator.clients import Client
from govbr.simulator.configuration import SimulatorConfig
from govbr.simulator.storage import Storage, recall
from govbr.simulator.switches import Switches

_EXTENSION = "govbr_simulator"
#: The name of the setting: seconds that the clock runs ahead.
CLOCK_AHEAD: Final = "clock_ahead"


@dataclass(frozen=True)
class Simulator:
    """One simulator: both of its apps share this."""

    config: SimulatorConfig
    store: Storage

    def now(self) -> datetime:
        """Read the clock of the settings, as far ahead as it was set."""
        with self.store.reading() as connection:
            ahead = recall(connection, name=CLOCK_AHEAD)
        return self.config.clock() + timedelta(seconds=float(ahead or 0))

    def timestamp(self) -> float:
        """Read the clock as seconds since 1970, the form of JWTs (RFC 7519, NumericDate)."""
        return self.now().timestamp()

    def switches(self) -> Switches:
        """Read how the simulator behaves now."""
        with self.store.reading() as connection:
            return switches.read(connection, self.config)

    def client(self, client_id: str | None) -> Client | None:
        """Find a registered service."""
        with self.store.reading() as connection:
            return clients.find(connection, client_id)


def attach(app: Flask, simulator: Simulator) -> None:
    """Give an app its simulator."""
    app.extensions[_EXTENSION] = simulator


def current() -> Simulator:
    """Find the simulator of the app that serves the present request."""
    simulator = current_app.extensions[_EXTENSION]
    assert isinstance(simulator, Simulator)  # noqa: S101 - narrows the type
    return simulator
