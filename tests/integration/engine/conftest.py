"""A runtime on a database of the test's own, with diagrams and service tasks of the test's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Row, Table, select, text

from engine import reads
from engine.clock import ManualClock
from engine.commands import CompleteUserTask, Outcome, StartInstance
from engine.definitions import deploy
from engine.jobs import JobRunner
from engine.operators import Operator, OperatorRegistry, Outputs, describe_inputs
from engine.runtime import Runtime
from engine.store.waiting import Nudge
from engine.sweep import Sweep

PROCESS = "p"
KEY = "login:1"

_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="tests">'
)


def diagram(body: str, *, flows: str, roots: str = "") -> str:
    """Make a diagram.

    Args:
        body: The process's nodes.
        flows: Chains of ids: `start>a>end; a>b`.
        roots: Messages and errors.
    """
    return (
        f'{_HEAD}{roots}<bpmn:process id="{PROCESS}" isExecutable="true">'
        f"{body}{sequence(flows)}</bpmn:process></bpmn:definitions>"
    )


def sequence(flows: str) -> str:
    """Make the sequence flows of chains."""
    made = []
    for chain in flows.split(";"):
        ids = [name.strip() for name in chain.split(">")]
        made += [
            f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>'
            for a, b in pairwise(ids)
        ]
    return "".join(made)


def start(name: str = "start") -> str:
    """Make a plain start event."""
    return f'<bpmn:startEvent id="{name}"/>'


def end(name: str = "end") -> str:
    """Make a plain end event."""
    return f'<bpmn:endEvent id="{name}"/>'


def ask(name: str = "ask") -> str:
    """Make a user task."""
    return f'<bpmn:userTask id="{name}" name="Ask" camunda:candidateGroups="equipe"/>'


def do(name: str = "do", topic: str = "t", *, retries: str = "") -> str:
    """Make a service task; `retries` is Camunda's retry text."""
    cycle = f"<camunda:failedJobRetryTimeCycle>{retries}</camunda:failedJobRetryTimeCycle>"
    inside = f"<bpmn:extensionElements>{cycle}</bpmn:extensionElements>" if retries else ""
    return (
        f'<bpmn:serviceTask id="{name}" camunda:type="external" camunda:topic="{topic}">'
        f"{inside}</bpmn:serviceTask>"
    )


def boundary(name: str, on: str, definition: str, *, interrupting: bool = True) -> str:
    """Make an event at the edge of an activity."""
    cancel = "true" if interrupting else "false"
    return (
        f'<bpmn:boundaryEvent id="{name}" attachedToRef="{on}" cancelActivity="{cancel}">'
        f"{definition}</bpmn:boundaryEvent>"
    )


def timer(duration: str) -> str:
    """Make a timer of a duration, or of an expression that gives one."""
    return (
        "<bpmn:timerEventDefinition><bpmn:timeDuration>"
        f"{duration}</bpmn:timeDuration></bpmn:timerEventDefinition>"
    )


#: start → ask → do → end.
ROAD = diagram(start() + ask() + do() + end(), flows="start>ask>do>end")


class Even:
    """A jitter that spreads nothing."""

    def uniform(self, a: float, b: float) -> float:
        """Return the middle."""
        return (a + b) / 2


@dataclass(kw_only=True)
class Engine:
    """All that a test of the engine acts on."""

    database: sqlalchemy.Engine
    clock: ManualClock
    operators: OperatorRegistry = field(default_factory=OperatorRegistry)
    nudges: list[Nudge] = field(default_factory=list)
    runtime: Runtime = field(init=False)

    def __post_init__(self) -> None:
        self.runtime = self.fresh_runtime()

    def fresh_runtime(self) -> Runtime:
        """Make what another process would hold: the same database, nothing cached."""
        return Runtime(
            database=self.database,
            operators=self.operators,
            clock=self.clock,
            announce=self.nudges.extend,
        )

    def operator(
        self, function: Callable[..., Outputs], *, topic: str = "t", inline: bool = False
    ) -> None:
        """Register a service task."""
        self.operators.add(
            Operator(
                topic=topic,
                function=function,
                inline=inline,
                queue="background",
                inputs=describe_inputs(function),
                summary="",
            )
        )

    def deploy(self, text: str, **beside: str) -> None:
        """Deploy a diagram, with forms beside it by their names."""
        with self.database.begin() as connection:
            deploy(
                connection,
                {"p.bpmn": text, **{f"{name}.form": each for name, each in beside.items()}},
                operators=self.operators,
                deployed_by="test",
                now=self.clock.now(),
            )

    def start(self, key: str = KEY, group: str | None = None, **variables: object) -> Outcome:
        """Start an instance."""
        return self.runtime.execute(
            StartInstance(process=PROCESS, business_key=key, variables=variables, group=group)
        )

    def task(self, element: str = "ask") -> reads.UserTaskView:
        """Read the one open user task at an element."""
        with self.database.connect() as connection:
            (found,) = reads.open_user_tasks(connection, element_id=element)
        return found

    def open_tasks(self) -> list[str]:
        """Read the elements of all open user tasks."""
        with self.database.connect() as connection:
            return sorted(task.element_id for task in reads.open_user_tasks(connection))

    def complete(self, element: str = "ask", **answers: object) -> Outcome:
        """Complete the open user task at an element."""
        task = self.task(element)
        return self.runtime.execute(CompleteUserTask(task_id=task.id, answers=answers, actor="ana"))

    def instance(self, key: str = KEY) -> reads.InstanceView:
        """Read an instance."""
        with self.database.connect() as connection:
            found = reads.instance_by_key(connection, PROCESS, key)
        assert found is not None
        return found

    def jobs(self, key: str = KEY) -> list[reads.JobView]:
        """Read the jobs of an instance."""
        with self.database.connect() as connection:
            return reads.waiting_jobs(connection, self.instance(key).id)

    def runner(self) -> JobRunner:
        """Make a worker without a broker."""
        return JobRunner(runtime=self.runtime, jitter=Even())

    def work(self) -> bool:
        """Do the one job that waits; False where there was nothing to do yet."""
        (job,) = self.jobs()
        return self.runner().run(job.id)

    def sweep(self) -> int:
        """Fire what is due; gives how many timers fired."""
        sweep = Sweep(runtime=self.runtime)
        return sweep.fire(sweep.run().timers)

    def rows(self, table: Table) -> list[Row[Any]]:
        """Read a whole table, in the order of its rows' making."""
        with self.database.connect() as connection:
            return list(connection.execute(select(table).order_by(table.c.get("id", text("ctid")))))

    def effects(self) -> int:
        """Count what the service tasks of the test wrote."""
        with self.database.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM effect")).scalar_one())


def write_effect(connection: sqlalchemy.Connection) -> None:
    """Write one row of the test's own table."""
    connection.execute(text("INSERT INTO effect DEFAULT VALUES"))


def nothing(_job: object) -> Mapping[str, Any]:
    """Do nothing, as a service task."""
    return {}


@pytest.fixture
def engine(database: sqlalchemy.Engine, clock: ManualClock) -> Engine:
    """An engine without diagrams and service tasks, and a table for effects."""
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE effect (id bigint GENERATED ALWAYS AS IDENTITY)"))
    return Engine(database=database, clock=clock)
