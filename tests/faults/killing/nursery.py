"""Imports everything once and forks the program's processes on demand: a fresh one is cheap.

Runs as a process of one thread: lines of JSON come in, each a role to fork; lines go out, each a
birth or a death.
"""

import json
import os
import select
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from killing import roles
from normaliza.lifeline import end_with_parent


def main() -> None:
    """Fork until the campaign's end of the pipe closes."""
    wakeup, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    pending = b""
    while True:
        ready, _, _ = select.select([0, wakeup], [], [])
        if wakeup in ready:
            os.read(wakeup, 4096)
            _bury()
        if 0 in ready:
            read = os.read(0, 65536)
            if not read:
                return
            *lines, pending = (pending + read).split(b"\n")
            for line in lines:
                _fork(json.loads(line), (wakeup, waker))


def _fork(asked: dict[str, Any], pipe: tuple[int, int]) -> None:
    """Make one process, in a group of its own that ends with the nursery."""
    tie = end_with_parent(signal.SIGKILL)
    pid = os.fork()
    if pid:
        _say({"born": asked["name"], "pid": pid})
        return
    if tie:
        tie()
    _become(asked, pipe)
    code = 1
    try:
        roles.ROLES[asked["role"]](asked)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 — the end of a forked process: it is told in its log
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _become(asked: dict[str, Any], pipe: tuple[int, int]) -> None:
    """Leave the nursery's session, signals and files behind."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for end in pipe:
        os.close(end)
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)


def _bury() -> None:
    """Tell of each child that is over."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _say({"died": pid, "status": status})


def _say(what: dict[str, Any]) -> None:
    """Write one line to the campaign."""
    os.write(1, json.dumps(what).encode() + b"\n")


if __name__ == "__main__":
    main()
