"""What a private server must remember between two runs: its port and its password."""

import json
import os
import secrets
import socket
from dataclasses import asdict, dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Keepsake:
    """A server's port and password, kept under home in a file that only its owner reads."""

    port: int
    password: str


def recall(home: Path, name: str) -> Keepsake:
    """Read what was kept, or make it; a port that another program took meanwhile is replaced.

    Args:
        home: The program's home.
        name: The server's name.

    Returns:
        A free port and the server's password.
    """
    kept = look_up(home, name) or Keepsake(port=free_port(), password=secrets.token_urlsafe(24))
    if not is_free(kept.port):
        kept = Keepsake(port=free_port(), password=kept.password)
    write_private(home / f"{name}.json", json.dumps(asdict(kept)))
    return kept


def look_up(home: Path, name: str) -> Keepsake | None:
    """Read what was kept, changing nothing.

    Args:
        home: The program's home.
        name: The server's name.

    Returns:
        What the last start used; None when there was none.
    """
    path = home / f"{name}.json"
    if not path.exists():
        return None
    return Keepsake(**json.loads(path.read_text(encoding="utf-8")))


def write_private(path: Path, text: str) -> None:
    """Write a file that nobody else can read, also not for a moment.

    Args:
        path: The file, replaced when it is there.
        text: Its content.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def free_port() -> int:
    """A port of loopback that nobody listens on.

    Returns:
        The port.
    """
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether we could listen on a port of loopback now; one in TIME_WAIT counts as free.

    Args:
        port: The port.

    Returns:
        False when another program listens on it.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
