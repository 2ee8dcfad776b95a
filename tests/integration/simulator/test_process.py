# ruff: noqa: ANN401 - a fixture's class lives in conftest.py, which tests cannot import

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from govbr.simulator.errors import StorageRefused
from govbr.simulator.storage import Storage

SERVICE = {
    "client_id": "h-outro",
    "client_secret": "outro-segredo",
    "redirect_uris": ["http://localhost:9000/volta"],
}
FAULT = {"endpoint": "authorize", "kind": "denied"}
CONTROLLED = ("people", "clients", "faults", "switches")
PROGRAM = """
import sys
from pathlib import Path
from govbr.simulator.configuration import SimulatorConfig
from govbr.simulator.server import serve
port, api_port = int(sys.argv[1]), int(sys.argv[2])
serve(SimulatorConfig(
    host="127.0.0.1", port=port, api_port=api_port, issuer=f"http://127.0.0.1:{port}/",
    client_id="c", client_secret="s", redirect_uris=("http://localhost:8000/cb",),
    post_logout_redirect_uris=(), home_url="http://localhost:8000/", data_dir=Path(sys.argv[3])))
"""


def test_the_process_warns_serves_both_ports_and_ends_on_sigterm(
    tmp_path: Path, unused_ports: tuple[int, int]
) -> None:
    port, api_port = unused_ports
    command = [sys.executable, "-c", PROGRAM, str(port), str(api_port), str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        wait_for(f"http://127.0.0.1:{port}/jwk")
        assert httpx.get(f"http://127.0.0.1:{api_port}/empresas/v2/empresas").status_code == 401
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert b"simulator, not gov.br" in errors


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the simulator did not start")


def test_many_parallel_requests_are_all_answered(citizen: Any) -> None:
    token = citizen.tokens("28461935764")["access_token"]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(citizen.userinfo, [token] * 200))
    assert {each.status_code for each in answers} == {200}


@contextmanager
def started(folder: Path, ports: tuple[int, int]) -> Iterator[subprocess.Popen[bytes]]:
    """Run the simulator's process on a folder."""
    command = [sys.executable, "-c", PROGRAM, *map(str, ports), str(folder)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(f"http://127.0.0.1:{ports[0]}/jwk")
            yield process
        finally:
            process.kill()


def test_what_was_done_before_a_kill_is_there_after_it(
    tmp_path: Path, unused_ports: tuple[int, int], new_ports: Callable[[], tuple[int, int]]
) -> None:
    person = {"cpf": "39053344705", "name": "Pessoa Persistente"}
    with started(tmp_path, unused_ports) as process:
        at = f"http://127.0.0.1:{unused_ports[0]}"
        keys = httpx.get(f"{at}/jwk").json()
        for path, body in (("people", person), ("clients", SERVICE), ("faults", FAULT)):
            assert httpx.post(f"{at}/simulador/{path}", json=body).status_code == 201
        httpx.patch(f"{at}/simulador/switches", json={"require_pkce": False})
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    again = new_ports()
    with started(tmp_path, again):
        at = f"http://127.0.0.1:{again[0]}"
        assert httpx.get(f"{at}/jwk").json() == keys
        told = {name: httpx.get(f"{at}/simulador/{name}").json() for name in CONTROLLED}
    assert "Pessoa Persistente" in {each["name"] for each in told["people"]}
    assert "h-outro" in {each["client_id"] for each in told["clients"]}
    assert [each["kind"] for each in told["faults"]] == ["denied"]
    assert told["switches"]["require_pkce"] is False


def test_two_processes_on_one_file_lose_no_write(
    tmp_path: Path, unused_ports: tuple[int, int], new_ports: Callable[[], tuple[int, int]]
) -> None:
    other = new_ports()
    with started(tmp_path, unused_ports), started(tmp_path, other):

        def order(number: int) -> int:
            port = (unused_ports, other)[number % 2][0]
            return httpx.post(f"http://127.0.0.1:{port}/simulador/faults", json=FAULT).status_code

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(order, range(60))) == {201}
        waiting = httpx.get(f"http://127.0.0.1:{other[0]}/simulador/faults").json()
    assert len(waiting) == 60


def test_a_file_of_an_earlier_layout_is_brought_up_and_one_of_a_later_is_refused(
    tmp_path: Path,
) -> None:
    Storage(tmp_path).close()
    file = tmp_path / "simulador.sqlite3"
    with sqlite3.connect(file) as raw:
        raw.execute("ALTER TABLE person DROP COLUMN second_factor")
        raw.execute("DROP TABLE client")
        raw.execute("PRAGMA user_version=1")
    raw.close()
    Storage(tmp_path).close()
    with sqlite3.connect(file) as raw:
        columns = {row[1] for row in raw.execute("PRAGMA table_info(person)")}
        assert "second_factor" in columns
        assert raw.execute("PRAGMA table_info(client)").fetchall() != []
        raw.execute("PRAGMA user_version=99")
    raw.close()
    with pytest.raises(StorageRefused, match="layout 99"):
        Storage(tmp_path)
