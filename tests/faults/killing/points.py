"""Wraps every commit and every message of a process, and asks the conductor at each.

A commit is psycopg's own, whoever asks for it: SQLAlchemy's and the pipeline's both end there.
"""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

import celery
import psycopg
from psycopg.pq import TransactionStatus

_ROOT = str(Path(__file__).parents[3])
_OURS = ("engine", "tasks", "orquestra", "govbr", "web", "normaliza", "tests")
#: Frames that every commit passes through tell nothing.
_PASSED = (
    "engine/store/pipeline.py",
    "engine/store/instances.py",
    "tests/faults/killing/points.py",
)
_FRAMES = 3

_local = threading.local()


def install(conductor: str, role: str) -> None:
    """Wrap what this process, and each that it forks, commits and sends.

    Args:
        conductor: The path of the conductor's socket.
        role: What this process is, in the names of its points.
    """

    def ask(phase: str) -> None:
        _obey(_answer(conductor, f"{role}|{_site()}|{phase}|{os.getpid()}"))

    _wrap_commits(ask)
    _wrap_messages(ask)


def _wrap_commits(ask: Callable[[str], None]) -> None:
    """Ask before each commit, and after it; in a pipeline also between sending and answer."""
    commit, pipeline = psycopg.Connection.commit, psycopg.Connection.pipeline

    def asking_commit(self: psycopg.Connection) -> None:
        if self.pgconn.transaction_status == TransactionStatus.IDLE:
            commit(self)
            return
        ask("before commit")
        commit(self)
        if _depth():
            _local.sent = True
            ask("commit sent")
        else:
            ask("after commit")

    @contextmanager
    def asking_pipeline(self: psycopg.Connection) -> Iterator[psycopg.Pipeline]:
        _local.depth = _depth() + 1
        try:
            with pipeline(self) as inner:
                yield inner
        finally:
            _local.depth -= 1
        if getattr(_local, "sent", False):
            _local.sent = False
            ask("after commit")

    psycopg.Connection.commit = asking_commit  # type: ignore[method-assign]
    psycopg.Connection.pipeline = asking_pipeline  # type: ignore[method-assign, assignment]


def _wrap_messages(ask: Callable[[str], None]) -> None:
    """Ask before and after each message to the broker."""
    send = celery.Celery.send_task

    @wraps(send)
    def asking_send(self: celery.Celery, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        ask("before message")
        sent = send(self, *args, **kwargs)
        ask("after message")
        return sent

    celery.Celery.send_task = asking_send  # type: ignore[method-assign]


def _depth() -> int:
    """Return how many pipelines this thread is in."""
    return int(getattr(_local, "depth", 0))


def _site() -> str:
    """Name the place in our code: the nearest functions, and what they are about."""
    names: list[str] = []
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and len(names) < _FRAMES:
        path = frame.f_code.co_filename.removeprefix(_ROOT).lstrip("/")
        if path.startswith(_OURS) and path not in _PASSED:
            names.append(frame.f_code.co_qualname + _about(frame))
        frame = frame.f_back
    return " < ".join(names) or "outside"


def _about(frame: FrameType) -> str:
    """Tell which command or job a frame of ours is about."""
    variables = frame.f_locals
    held, command = variables.get("held"), variables.get("command")
    if held is not None and hasattr(held, "topic"):
        return f"({held.topic})"
    return f"({type(command).__name__})" if command is not None else ""


def _answer(conductor: str, question: str) -> str:
    """Ask the conductor; one that is gone lets everybody go on."""
    kept = getattr(_local, "kept", None)
    try:
        if kept is None or kept[0] != os.getpid():
            made = socket.socket(socket.AF_UNIX)
            made.connect(conductor)
            kept = _local.kept = (os.getpid(), made.makefile("rw", encoding="utf-8"))
        kept[1].write(question + "\n")
        kept[1].flush()
        return kept[1].readline().strip() or "go"
    except OSError:
        _local.kept = None
        return "go"


def _obey(verdict: str) -> None:
    """Die as the kernel lets one die, alone or with the whole group."""
    if verdict == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif verdict == "die together":
        os.killpg(os.getpgrp(), signal.SIGKILL)
