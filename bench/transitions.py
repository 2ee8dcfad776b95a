# ruff: noqa: INP001 - scripts, not a package
"""How many durable commands a second: start to a user task, then complete it.

At 1, 2 and 4 worker processes, each with connections of its own, on one server.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

import sqlalchemy
from bare import transitions as bare
from bare.tables import COMMANDS
from harness import Claim, commit_rate, connect, fresh_database, repeated, scale, server
from sqlalchemy import select

from engine.clock import SystemClock
from engine.commands import CompleteUserTask, StartInstance
from engine.definitions import deploy
from engine.operators import OperatorRegistry
from engine.runtime import Runtime
from engine.store.tables import user_task
from normaliza.private_servers import PrivatePostgres

INSTANCES = 4_000
WARM_UP = 20
PROCESSES = (1, 2, 4)
#: Below this scale one process is enough: starting more takes longer than what they do.
SEVERAL_FROM = 0.1
DIAGRAM = """\
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
    targetNamespace="bench">
  <bpmn:process id="p" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="ask" name="Ask">
      <bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="ask"/>
    <bpmn:sequenceFlow id="f2" sourceRef="ask" targetRef="end"/>
  </bpmn:process>
</bpmn:definitions>"""


def main() -> int:
    """Measure at each number of processes; fail where one is below the bar."""
    instances = max(40, int(INSTANCES * scale()))
    held = True
    with server() as running:
        for processes in PROCESSES if scale() >= SEVERAL_FROM else PROCESSES[:1]:
            claim = Claim(name=f"transitions_{processes}", unit="commands/s", bar=0.70)
            pairs = repeated(lambda n=processes: _measure(running, n, instances // n), always=True)
            held &= claim.report(pairs, commits=round(commit_rate(running.url)))
    return 0 if held else 1


def _measure(running: PrivatePostgres, processes: int, each: int) -> tuple[float, float]:
    """Return our commands a second and the bare ones, measured one after the other."""
    with fresh_database(running) as url:
        address = sqlalchemy.make_url(url).set(drivername="postgresql")
        plain = address.render_as_string(hide_password=False)
        with connect(url) as connection:
            connection.execute(COMMANDS)
        deploy_on(url)
        ours = _rate(_ours, (url,), processes, each)
        limit = _rate(_bare, (plain,), processes, each)
    return ours, limit


def _rate(
    work: Callable[..., None], arguments: tuple[str, ...], processes: int, each: int
) -> float:
    """Let processes work at once, from a common start; return commands a second."""
    context = get_context("spawn")
    ready = context.Barrier(processes + 1)
    workers = [
        context.Process(target=work, args=(*arguments, ready, f"w{number}-", each))
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    ready.wait(60)
    started = time.perf_counter()
    for worker in workers:
        worker.join()
    seconds = time.perf_counter() - started
    if any(worker.exitcode for worker in workers):
        raise SystemExit("A worker failed.")
    return 2 * processes * each / seconds


def _bare(address: str, ready: Barrier, prefix: str, instances: int) -> None:
    bare.work(address, DIAGRAM, f"warm-{prefix}", WARM_UP)
    ready.wait(60)
    bare.work(address, DIAGRAM, prefix, instances)


def _ours(url: str, ready: Barrier, prefix: str, instances: int) -> None:
    database = sqlalchemy.create_engine(url)
    runtime = Runtime(
        database=database,
        operators=OperatorRegistry(),
        clock=SystemClock(),
        announce=lambda _: None,
    )
    drive(runtime, f"warm-{prefix}", WARM_UP)
    ready.wait(60)
    drive(runtime, prefix, instances)


def drive(runtime: Runtime, prefix: str, instances: int) -> None:
    """Start each instance to its user task, then complete it: two commands an instance."""
    started = [
        runtime.execute(
            StartInstance(process="p", business_key=f"{prefix}{number}", variables={"x": number})
        ).instance_id
        for number in range(instances)
    ]
    with runtime.database.connect() as connection:
        asked = select(user_task.c.id).where(user_task.c.instance_id.in_(started))
        tasks = list(connection.execute(asked).scalars())
    for task in tasks:
        runtime.execute(CompleteUserTask(task_id=task, answers={"answer": 1}, actor="bench"))


def deploy_on(url: str) -> None:
    """Deploy the diagram of this benchmark."""
    database = sqlalchemy.create_engine(url)
    with database.begin() as connection:
        deploy(
            connection,
            {"p.bpmn": DIAGRAM},
            operators=OperatorRegistry(),
            deployed_by="bench",
            now=datetime.now(UTC),
        )
    database.dispose()


if __name__ == "__main__":
    sys.exit(main())
