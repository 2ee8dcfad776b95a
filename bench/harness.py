# ruff: noqa: INP001 - scripts, not a package
"""What every benchmark here does the same way: a server of its own, repeats, one JSON line."""

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import sqlalchemy

from normaliza.migrations.running import upgrade
from normaliza.private_servers import PrivatePostgres

#: Repeats of a measurement; the median counts.
REPEATS = 3
#: Below this scale once is enough to catch a fall.
REPEATED_FROM = 0.1
#: Where a script is run small, it is to catch a fall, not the noise of a busy machine.
SHORT = 0.8


def scale() -> float:
    """Return how much of the whole work is done: SCALE, 1 unless it is set."""
    return float(os.environ.get("SCALE", "1"))


@contextmanager
def server() -> Iterator[PrivatePostgres]:
    """Run a PostgreSQL as `normaliza up` starts it, fsync on, with our tables."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL's own account must be able to enter
        with PrivatePostgres(Path(folder) / "home") as running:
            upgrade(running.url)
            yield running


@contextmanager
def fresh_database(running: PrivatePostgres) -> Iterator[str]:
    """Copy the migrated database; what was measured before lies on the disk by then."""
    name = sqlalchemy.make_url(running.url).database
    with connect(running.url_of("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE measured TEMPLATE {name}".encode())
        connection.execute("CHECKPOINT")
    yield running.url_of("measured")
    with connect(running.url_of("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE measured WITH (FORCE)")


def connect(url: str, *, autocommit: bool = False) -> psycopg.Connection:
    """Connect with psycopg alone."""
    address = sqlalchemy.make_url(url).set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=autocommit)


def commit_rate(url: str, seconds: float = 0.5) -> float:
    """Count how often a second one connection commits one row."""
    with connect(url) as connection:
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS probe (n int)")
        connection.execute("CREATE TABLE IF NOT EXISTS public.commit_probe (n int)")
        connection.commit()
        started, commits = time.perf_counter(), 0
        while (passed := time.perf_counter() - started) < seconds:
            connection.execute("INSERT INTO public.commit_probe VALUES (1)")
            connection.commit()
            commits += 1
    return commits / passed


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One line of `make bench`.

    Args:
        name: The claim's.
        unit: Of value and limit.
        bar: What the ratio must reach; for one that may not grow, what it must not pass.
        smaller_is_better: The bar is a ceiling.
    """

    name: str
    unit: str
    bar: float
    smaller_is_better: bool = False

    def report(self, pairs: list[tuple[float, float]], **more: object) -> bool:
        """Print the median of the repeats as one JSON line; return whether the bar is held.

        Args:
            pairs: Value and limit of each repeat, measured one after the other.
            more: What else the line shall tell.
        """
        value, limit = sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]
        ratio = statistics.median(value / limit for value, limit in pairs)
        line = {
            "name": self.name,
            "value": round(value, 3),
            "unit": self.unit,
            "limit": round(limit, 3),
            "ratio": round(ratio, 3),
            "bar": self.bar,
            **more,
        }
        print(json.dumps(line), flush=True)  # noqa: T201 - the result
        if self.smaller_is_better:
            return ratio <= (self.bar if scale() >= 1 else self.bar / SHORT)
        return ratio >= (self.bar if scale() >= 1 else self.bar * SHORT)


def repeated(
    measure: Callable[[], tuple[float, float]], *, always: bool = False
) -> list[tuple[float, float]]:
    """Measure value and limit in turns, so that a busy minute strikes both.

    Args:
        measure: Measures both.
        always: Repeat in a very small run, too: what it measures has little room to its bar.
    """
    return [measure() for _ in range(REPEATS if always or scale() >= REPEATED_FROM else 1)]
