"""`kill -9` of the worker in the middle of a migration: nothing is lost, nothing is moved twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import Connection, func, insert, select, text

from engine import reads
from engine.clock import SystemClock
from engine.commands import StartInstance
from engine.definitions import deploy
from engine.runtime import Runtime
from engine.store.tables import job
from engine.sweep import Sweep
from govbr.sealing import Sealer
from govbr.testing import settings_for_tests
from orquestra import people
from orquestra.documents import Cpf
from orquestra.store import tables
from tasks.celery_app import announce_through, build_registry, make_celery

pytestmark = pytest.mark.stack

PROCESSES = 5_000
CPF = "12345678909"

DIAGRAM = """\
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="tests">
  <bpmn:process id="mover" isExecutable="true">
    <bpmn:startEvent id="s"/>
    <bpmn:serviceTask id="link" camunda:type="external" camunda:topic="account.link"/>
    <bpmn:serviceTask id="migrate" camunda:type="external" camunda:topic="account.migrate"/>
    <bpmn:endEvent id="e"/>
    <bpmn:sequenceFlow id="f1" sourceRef="s" targetRef="link"/>
    <bpmn:sequenceFlow id="f2" sourceRef="link" targetRef="migrate"/>
    <bpmn:sequenceFlow id="f3" sourceRef="migrate" targetRef="e"/>
  </bpmn:process>
</bpmn:definitions>"""


@contextmanager
def worker(database_url: str, redis_url: str, home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a real worker with its children; all of them are gone at the end."""
    ours = ("NORMALIZA_", "GOVBR_")
    environment = {name: v for name, v in os.environ.items() if not name.startswith(ours)} | {
        "NORMALIZA_HOME": str(home),
        "NORMALIZA_DATABASE_URL": database_url,
        "NORMALIZA_BROKER_URL": redis_url,
        "NORMALIZA_JOB_LEASE_SECONDS": "2",
        "NORMALIZA_WORKERS": "1",
    }
    with (home / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "normaliza", "worker"],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a worker and its children as the kernel does, without a word."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def until(condition: Callable[[], bool], seconds: float) -> None:
    """Look again and again, until a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)  # between two looks


def _base(connection: Connection, now: datetime) -> tuple[int, int]:
    """Write a person, and a login with its processes; give login and person."""
    person = people.register(
        connection, cpf=Cpf.parse(CPF), name="Pessoa", email=None, phone=None, now=now
    )
    login_id = connection.execute(
        insert(tables.login)
        .values(login="bass2016", name="bassdrill", imported_at=now)
        .returning(tables.login.c.id)
    ).scalar_one()
    rows = [
        {
            "number": 800_000 + number,
            "code": "P070",
            "name": "Licença",
            "version": "3",
            "area": "DICOR",
            "login_id": login_id,
            "situation": "concluido" if number % 2 else "em_andamento",
            "opened_at": now,
        }
        for number in range(PROCESSES)
    ]
    connection.execute(insert(tables.process_record), rows)
    return login_id, person.id


def _owned(database: sqlalchemy.Engine, person_id: int) -> int:
    """Count the processes that belong to the person."""
    table = tables.process_record
    with database.connect() as connection:
        return (
            connection.scalar(
                select(func.count()).select_from(table).where(table.c.owner_person_id == person_id)
            )
            or 0
        )


def test_a_killed_migration_is_ended_by_the_next_worker_with_each_process_moved_once(
    database: sqlalchemy.Engine, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    clock = SystemClock()
    registry = build_registry(
        relying_party=settings_for_tests(), sealer=Sealer("s" * 32), clock=clock
    )
    runtime = Runtime(
        database=database,
        operators=registry,
        clock=clock,
        announce=announce_through(make_celery(redis_url)),
    )
    with database.begin() as connection:
        login_id, person_id = _base(connection, datetime.now(UTC))
        files = {"mover.bpmn": DIAGRAM}
        deploy(connection, files, operators=registry, deployed_by="test", now=clock.now())
    variables = {"login_id": login_id, "person_id": person_id, "regra": "sem_documento"}

    def state() -> str:
        with database.connect() as connection:
            found = reads.instance_by_key(connection, "mover", "login:1")
        return found.state if found else "missing"

    with worker(database_url, redis_url, tmp_path) as first, database.connect() as other:
        # A lock on one of the last rows stops the migration in its middle, whatever its speed.
        middle = text("SELECT id FROM orquestra.process_record WHERE number = 803200 FOR UPDATE")
        with other.begin():
            other.execute(middle)
            runtime.execute(
                StartInstance(process="mover", business_key="login:1", variables=variables)
            )
            until(lambda: _owned(database, person_id) >= 1_000, 15)
            kill(first)
    moved = _owned(database, person_id)
    assert 0 < moved < PROCESSES
    assert state() == "running"
    with database.connect() as connection:
        (left,) = connection.execute(select(job.c.topic, job.c.state)).all()
    assert tuple(left) == ("account.migrate", "running")

    def swept_and_done() -> bool:
        Sweep(runtime=runtime, nudge_after_seconds=1).run()
        return state() == "completed"

    with worker(database_url, redis_url, tmp_path):
        until(swept_and_done, 60)
    assert _owned(database, person_id) == PROCESSES
    with database.connect() as connection:
        link = connection.execute(select(tables.account_link)).one()
        login = connection.execute(select(tables.login)).one()
        total = connection.scalar(select(func.count()).select_from(tables.process_record))
    assert (link.state, link.in_progress_before, link.concluded_before) == ("done", 2_500, 2_500)
    assert (login.state, total) == ("linked", PROCESSES)
