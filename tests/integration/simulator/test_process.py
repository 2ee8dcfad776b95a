# ruff: noqa: ANN401 - a fixture's class lives in conftest.py, which tests cannot import

import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

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
