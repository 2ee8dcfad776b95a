"""Takes an instance of any diagram through any commands, and compares its rows with its tokens."""

from collections.abc import Mapping
from contextlib import suppress
from random import Random
from typing import Any

from sqlalchemy import Table

from engine.commands import (
    Command,
    CompleteUserTask,
    DeliverMessage,
    DeliverSignal,
    FireTimer,
    StartInstance,
)
from engine.definitions import deploy
from engine.errors import EngineError
from engine.operators import BpmnError, RetryLater
from engine.rebuilding import Rebuilt, rebuild
from engine.repairs import (
    ChangeVariables,
    HoldTimers,
    MigrateInstance,
    MoveToken,
    ReleaseTimers,
    RepeatStep,
    ResumeInstance,
    SkipStep,
    SuspendInstance,
    UndoMigration,
)
from engine.spiff.execution import Execution
from engine.spiff.script_engine import reading_engine
from engine.store.tables import history, instance, job, subscription, timer, user_task
from tests.unit.bpmn.any_diagram import Drawing

from .conftest import Engine

TABLES = (user_task, timer, subscription, job)
WHY = {"reason": "by chance", "actor": "staff"}


class Wanderer:
    """One instance.

    Args:
        engine: The database and the clock.
        chance: Decides.
        size: Of the diagram.
    """

    def __init__(self, engine: Engine, chance: Random, size: int) -> None:
        self.engine, self.chance = engine, chance
        engine.operator(self._operator)
        self.texts = {
            "r": Drawing(chance, 2, "r").text(),
            "q": Drawing(chance, 3, "q", ("r",)).text(),
            "p": Drawing(chance, size, calls=("q", "r")).text(),
        }
        for diagram in self.texts.values():
            self._deploy(diagram)
        self.done: list[Any] = []
        self.seen: list[Rebuilt] = []
        self.execute(
            StartInstance(
                process="p", business_key="k", variables={"c": 0, "again": False}, group="g"
            )
        )
        self._deploy(self.texts["p"].replace("<bpmn:process ", '<bpmn:process name="again" '))
        self.elements = [part.split('"')[0] for part in self.texts["p"].split(' id="n')[1:]]

    @property
    def row(self) -> Any:  # noqa: ANN401 — a row of a table
        """Read the instance's row."""
        (found,) = self.engine.rows(instance)
        return found

    def execute(self, command: Command) -> bool:
        """Run a command; refused, it has changed nothing."""
        self.done.append(command)
        before = self._all()
        try:
            self.engine.runtime.execute(command)
        except EngineError:
            assert self._all() == before, f"a refused command changed something: {command}"
            return False
        self.holds()
        return True

    def go_on(self) -> bool:
        """Let one of the waits that there are go on; False where there is none."""
        waits = [(table, row) for table in TABLES for row in self.engine.rows(table)]
        if not waits:
            return False
        table, row = self.chance.choice(waits)
        if table is job:
            self.done.append(("job", row.element_id))
            with suppress(EngineError):
                self.engine.runner().run(row.id)
            self.holds()
        else:
            self.execute(self._command(table, row))
        return True

    def repair(self) -> None:
        """Repair something, or try to."""
        number, state = self.row.id, self.row.state
        if state == "suspended" and self.chance.randrange(2):
            self.execute(ResumeInstance(instance_id=number, **WHY))
            return
        waits = [row.element_id for table in TABLES for row in self.engine.rows(table)]
        timers = tuple(row.element_id for row in self.engine.rows(timer))
        anywhere = f"n{self.chance.choice(self.elements)}"
        here = self.chance.choice(waits) if waits else anywhere
        self.execute(
            self.chance.choice(
                [
                    SuspendInstance(instance_id=number, **WHY),
                    ResumeInstance(instance_id=number, **WHY),
                    HoldTimers(instance_id=number, elements=timers[:1], **WHY),
                    ReleaseTimers(instance_id=number, elements=timers[:1], **WHY),
                    MoveToken(instance_id=number, source=here, target=anywhere, **WHY),
                    RepeatStep(instance_id=number, element=anywhere, **WHY),
                    SkipStep(instance_id=number, element=here, outputs={"c": 1}, **WHY),
                    ChangeVariables(instance_id=number, values={"c": 2, "new": 1}, **WHY),
                    MigrateInstance(instance_id=number, version=self.chance.choice([1, 2]), **WHY),
                    UndoMigration(instance_id=number, **WHY),
                ]
            )
        )

    def holds(self) -> None:
        """Assert that rows, tokens and history say the same."""
        row, view = self.row, self._rebuilt(self.row.steps)
        with self.engine.database.connect() as connection:
            definition = self.engine.runtime.definitions.get(connection, row.definition_id)
        waits = Execution.load(
            row.tokens, definition, reading_engine(self.engine.clock.now())
        ).waits()
        told = (waits.user_tasks, waits.timers, waits.messages, waits.jobs)
        for table, expected in zip(TABLES, told, strict=True):
            found = {each.task_uid: each.element_id for each in self.engine.rows(table)}
            assert found == {uid: wait.element_id for uid, wait in expected.items()}, table.name
            if table in (timer, job):
                paused = {each.paused for each in self.engine.rows(table)}
                assert paused <= {row.state == "suspended"}, f"{table.name}: {paused}"
        # A token that was moved behind a fork can wait for ever at the join: staff has to go on.
        if row.state == "running" and not any(isinstance(each, MoveToken) for each in self.done):
            assert any(told), "it waits for nothing, and is not over"
        assert sorted(each.step for each in self.engine.rows(history)) == [*range(1, row.steps + 1)]
        assert row.steps - len(self.seen) in (0, 1)
        self.seen[row.steps - 1 :] = [view]

    def all_is_rebuilt(self) -> None:
        """Assert that each step is rebuilt as it was seen then."""
        for seen in self.seen:
            assert self._rebuilt(seen.step) == seen, seen.step

    def _rebuilt(self, step: int) -> Rebuilt:
        cache = self.engine.runtime.definitions
        with self.engine.database.connect() as connection:
            return rebuild(connection, cache, instance_id=self.row.id, step=step)

    def _command(self, table: Table, row: Any) -> Command:  # noqa: ANN401 — a row of a table
        if table is user_task:
            return CompleteUserTask(task_id=row.id, answers=self._answers(), actor="ana")
        if table is timer:
            self.engine.clock.instant = max(self.engine.clock.instant, row.due_at)
            return FireTimer(timer_id=row.id)
        if row.kind == "signal":
            return DeliverSignal(instance_id=row.instance_id, name=row.message)
        return DeliverMessage(name=row.message, process="p", business_key="k")

    def _operator(self) -> Mapping[str, Any]:
        """Do a job, or fail at it."""
        match self.chance.randrange(4):
            case 3:
                raise BpmnError(self.chance.choice(["E1", "E2", "E3"]), "it cannot be done")
            case 2:
                raise RetryLater("later")
            case _:
                return self._answers()

    def _answers(self) -> dict[str, Any]:
        return {"c": self.chance.randrange(3), "again": self.chance.randrange(3) == 2}

    def _deploy(self, diagram: str) -> None:
        with self.engine.database.begin() as connection:
            deploy(
                connection,
                {"p.bpmn": diagram},
                operators=self.engine.operators,
                deployed_by="test",
                now=self.engine.clock.now(),
            )

    def _all(self) -> list[Any]:
        tables = (instance, *TABLES, history)
        return [[tuple(row) for row in self.engine.rows(table)] for table in tables]
