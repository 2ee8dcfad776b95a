"""One `normaliza up` a home: two would start the same servers on the same data."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from normaliza.errors import AlreadyRunning


@contextmanager
def hold(home: Path) -> Iterator[None]:
    """Hold the home's lock; the system lets it go when this process ends, however it ends.

    Args:
        home: Made when missing.

    Yields:
        Nothing; the lock is held inside.

    Raises:
        AlreadyRunning: Another program holds it.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "up.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(
                f"Another `normaliza up` runs on {home}. End it, or give this one another "
                "NORMALIZA_HOME and other ports."
            ) from None
        yield
