import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from normaliza.errors import AlreadyRunning, NotReady
from normaliza.running import home_lock
from normaliza.running.children import Child
from normaliza.running.supervision import Supervisor, told_to_end

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); "


def child(tmp_path: Path, program: str, *, patience: float = 10) -> Child:
    log = tmp_path / "child.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdout=file, stderr=file, start_new_session=True
        )
    return Child(name="child", process=process, log=log, patience=patience)


def test_a_child_that_ends_by_itself_is_named_with_its_last_words(tmp_path: Path) -> None:
    supervisor = Supervisor(threading.Event())
    supervisor.take(child(tmp_path, "print('no memory left'); raise SystemExit(3)"))

    with pytest.raises(NotReady, match=r"(?s)child ended by itself with code 3.*no memory left"):
        supervisor.watch()


def test_a_child_that_does_not_listen_is_killed_after_its_patience(tmp_path: Path) -> None:
    deaf = child(tmp_path, DEAF + "time.sleep(60)", patience=0.2)
    while not deaf.log.stat().st_size:
        assert deaf.process.poll() is None
    deaf.end()

    assert deaf.process.returncode == -signal.SIGKILL


def test_children_are_asked_to_end_in_the_opposite_order_and_before_any_is_waited_for(
    tmp_path: Path,
) -> None:
    told: list[str] = []

    class Told(Child):
        def ask_to_end(self) -> None:
            told.append(f"ask {self.name}")
            super().ask_to_end()

        def end(self) -> None:
            told.append(f"end {self.name}")
            self.process.wait(self.patience)

    supervisor = Supervisor(threading.Event())
    for name in ("simulator", "worker", "web"):
        one = child(tmp_path, "import time; time.sleep(60)")
        supervisor.take(Told(name=name, process=one.process, log=one.log, patience=10))
    supervisor.end()

    names = ["web", "worker", "simulator"]
    assert told == [*(f"ask {name}" for name in names), *(f"end {name}" for name in names)]


def test_waiting_stops_when_all_shall_end(tmp_path: Path) -> None:
    with told_to_end() as told:
        supervisor = Supervisor(told)
        supervisor.take(running := child(tmp_path, "import time; time.sleep(60)"))
        os.kill(os.getpid(), signal.SIGTERM)
        assert not supervisor.wait_for("Nothing", lambda: False)
        supervisor.end()

    assert running.process.returncode == -signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_two_programs_do_not_share_a_home(tmp_path: Path) -> None:
    with (
        home_lock.hold(tmp_path),
        pytest.raises(AlreadyRunning, match="Another"),
        home_lock.hold(tmp_path),
    ):
        pass
