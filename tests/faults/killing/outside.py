"""A small outside world with a log of its own: every call by its key, and what was applied.

A key that comes again is answered and applied no second time, as gov.br or a bank would. Some
first calls are applied and never answered.
"""

import json
import sqlite3
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_TABLES = """
    CREATE TABLE IF NOT EXISTS call (id INTEGER PRIMARY KEY, key TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS applied (key TEXT PRIMARY KEY);
"""
#: One in so many keys is not answered when it first comes; another one is sent away.
_SHARE = 6


class Outside:
    """The log of the outside world.

    Args:
        path: Of its SQLite file.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.executescript(_TABLES)

    def call(self, key: str) -> str:
        """Note a call; says "answered", "silent" or "refused"."""
        with self._lock:
            self._connection.execute("INSERT INTO call (key) VALUES (?)", (key,))
            (times,) = self._connection.execute(
                "SELECT count(*) FROM call WHERE key = ?", (key,)
            ).fetchone()
            drawn = zlib.crc32(key.encode()) % _SHARE
            if times == 1 and drawn == 0:
                return "refused"
            self._connection.execute("INSERT OR IGNORE INTO applied (key) VALUES (?)", (key,))
        return "silent" if times == 1 and drawn == 1 else "answered"


def serve(path: Path, port_file: Path) -> None:
    """Answer until killed.

    Args:
        path: Of the log.
        port_file: Where the port is written once it listens.
    """
    outside = Outside(path)

    class Handler(BaseHTTPRequestHandler):
        """Takes one call."""

        def do_POST(self) -> None:
            """Note the call, and answer or not."""
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            how = outside.call(body["key"])
            if how == "silent":
                self.close_connection = True
                return
            self.send_response(200 if how == "answered" else 503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — http.server's name
            """Say nothing: the log is a table."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fresh = port_file.with_suffix(".new")
    fresh.write_text(str(server.server_port), encoding="ascii")
    fresh.replace(port_file)
    server.serve_forever()


def log_of(path: Path) -> dict[str, tuple[int, int]]:
    """Read the log: key → how often it was called, how often applied."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT key, count(*), (SELECT count(*) FROM applied WHERE applied.key = call.key)"
            " FROM call GROUP BY key"
        ).fetchall()
    connection.close()
    return {key: (called, applied) for key, called, applied in rows}
