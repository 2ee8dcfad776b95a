"""What else goes wrong in a run, drawn by its seed."""

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import timedelta

from celery.exceptions import CeleryError
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from killing.conductor import Point, Trap
from killing.world import LEASE_SECONDS, World
from tasks.celery_app import make_celery
from tasks.sweeping import FIRE_TIMERS, SWEEP

_BACKENDS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'normaliza'
    ORDER BY md5(pid::text || %(salt)s) LIMIT 1
"""
_OLD = """
    SELECT row_id FROM faults.wait WHERE kind = 'job' AND NOT over ORDER BY row_id DESC LIMIT 12
"""
#: Calls for workers that come in vain.
_CALLS = 3
#: Longer than a lease.
STALL_SECONDS = LEASE_SECONDS + 0.8
_CHANCES = {
    "broker emptied": 0.25,
    "connection cut": 0.15,
    "database restarted": 0.03,
    "process stalled": 0.12,
    "told twice": 0.3,
    "clock moved": 0.1,
    "stood still": 0.2,
}


def drawn(source: random.Random) -> list[str]:
    """Draw what shall go wrong."""
    return [name for name, chance in _CHANCES.items() if source.random() < chance]


class Disturber:
    """Lets things go wrong, each in the thread that looks after the run.

    PostgreSQL ends with the thread that started it, so nobody else may start it anew.

    Args:
        world: Where.
        source: Draws moments and victims.
        points: Known points, for a process that stalls.
    """

    def __init__(self, world: World, source: random.Random, points: list[Point]) -> None:
        self._world, self._source, self._points = world, source, points
        self._due: list[tuple[float, Callable[[], object]]] = []

    def begin(self, names: list[str], **more: Callable[[], None]) -> None:
        """Choose a moment for each.

        Args:
            names: What goes wrong.
            more: Acts that are not this one's own, by their names with "_" for blanks.
        """
        acts: dict[str, Callable[[], None]] = {
            "broker emptied": self._world.servers.empty_broker,
            "connection cut": self._cut,
            "database restarted": self._world.servers.restart_database,
            "told twice": self._tell_twice,
            "clock moved": lambda: self._world.advance(timedelta(days=1)),
            **{name.replace("_", " "): act for name, act in more.items()},
        }
        for name in names:
            moment = self._source.uniform(0.05, 1.2)
            if name == "process stalled":
                self._stall_somebody()
            else:
                self._later(moment, acts[name])

    def look(self) -> None:
        """Do what is due."""
        now = time.monotonic()
        for each in [each for each in self._due if each[0] <= now]:
            self._due.remove(each)
            each[1]()

    def end(self) -> None:
        """Wait until all of it has happened."""
        while self._due:
            self.look()
            time.sleep(0.01)  # between two looks

    def stall(self, trap: Trap) -> None:
        """Stop the process in a trap for longer than its lease, heartbeat and all."""
        pid = trap.pid or 0
        if _signal(pid, signal.SIGSTOP):
            self._later(STALL_SECONDS, lambda: _signal(pid, signal.SIGCONT))

    def _later(self, seconds: float, act: Callable[[], object]) -> None:
        self._due.append((time.monotonic() + seconds, act))

    def _cut(self) -> None:
        """End one session of the program, as a network would."""
        self._world.rows(_BACKENDS, salt=str(self._source.random()))

    def _stall_somebody(self) -> None:
        """Stop a worker at a drawn point."""
        workers = [point for point in self._points if point[0] == "worker"]
        trap = Trap(point=self._source.choice(workers), verdict="go")
        trap.act = lambda: self.stall(trap)
        self._world.conductor.set(trap)

    def _tell_twice(self) -> None:
        """Send messages again: of jobs that are over, too, and calls that nothing is due for."""
        celery = make_celery(self._world.broker)
        try:
            for (job_id,) in self._world.rows(_OLD):
                celery.send_task("faults.write", args=[job_id], queue="background")
            for _ in range(_CALLS):
                celery.send_task(FIRE_TIMERS, queue="timers")
                celery.send_task(SWEEP, queue="sweep")
        except (CeleryError, KombuError, RedisError):
            return
        finally:
            celery.close()


def _signal(pid: int, what: signal.Signals) -> bool:
    """Send a signal, if the process is there still."""
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        return False
    return True
