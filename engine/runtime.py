"""Runs commands: one command, one transaction, all or nothing.

A command locks its instance's row, lets SpiffWorkflow go on to the next wait, and writes the
state, what is waited for, the jobs asked for and the history in the same transaction. What the
broker should hear is told after the commit; if it is lost, the sweep finds it.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from engine import failures, recording
from engine.budgets import Budget
from engine.clock import Clock
from engine.commands import Command, DeliverMessage, Outcome, StartInstance
from engine.definitions import DefinitionCache
from engine.errors import (
    InstanceNotFound,
    InstanceNotRunning,
    InstanceSuspended,
    KeyTaken,
    MessageNotExpected,
    OutsideTransaction,
    UnknownProcess,
)
from engine.handling.handler import Handler, Scene
from engine.handling.table import HANDLERS
from engine.inline import inline_runner
from engine.operators import OperatorRegistry
from engine.spiff.execution import Execution
from engine.spiff.script_engine import CommandScriptEngine
from engine.store import inbox, instances, start_events
from engine.store.inbox import Letter
from engine.store.pipeline import run
from engine.store.waiting import Nudge

_log = logging.getLogger(__name__)

_NUDGES = "engine.nudges"

#: Tells the broker about jobs that can be done; may fail, the sweep covers it.
Announce = Callable[[Sequence[Nudge]], None]


@dataclass(kw_only=True, slots=True)
class Runtime:
    """The engine as its users hold it.

    Args:
        database: Where everything is kept.
        operators: The service tasks that exist.
        clock: Says what time it is for every command.
        announce: Told about new jobs after each commit.
        budget: How large a value and an instance may grow.
        lock_wait: How long a command waits for another one on the same instance.
    """

    database: Database
    operators: OperatorRegistry
    clock: Clock
    announce: Announce
    definitions: DefinitionCache = field(default_factory=DefinitionCache)
    budget: Budget = field(default_factory=Budget)
    lock_wait: timedelta = instances.LOCK_WAIT

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a transaction; after its commit, announce the jobs that its commands made.

        A command that the diagram refused is put where staff see it, whatever becomes of the rest.
        """
        with self.database.connect() as connection:
            nudges: list[Nudge] = []
            connection.info[_NUDGES] = nudges
            try:
                with failures.reported(connection), connection.begin():
                    yield connection
            finally:
                connection.info.pop(_NUDGES, None)
        self._tell(nudges)

    def execute(self, command: Command, *, connection: Connection | None = None) -> Outcome:
        """Run one command.

        Args:
            command: What shall happen.
            connection: Of `transaction()`, to commit together with writes of the caller's own;
                without it the command is its own transaction.

        Returns:
            What it did; `repeated` when it had been done before.

        Raises:
            EngineError: It was refused; nothing was changed.
        """
        if connection is not None:
            return self._execute(connection, command, alone=False)
        try:
            return self._execute_alone(command)
        except KeyTaken:  # what the faster one did is known by now
            return self._execute_alone(command)

    def note(self, connection: Connection, nudges: Sequence[Nudge]) -> None:
        """Keep nudges until the transaction has committed."""
        waiting = connection.info.get(_NUDGES)
        if waiting is None:
            raise OutsideTransaction
        waiting.extend(nudges)

    def _tell(self, nudges: Sequence[Nudge]) -> None:
        """Announce; a broker that cannot be reached costs time, never work."""
        if not nudges:
            return
        try:
            self.announce(nudges)
        except (OSError, RuntimeError) as error:
            _log.warning(
                "The broker was not told about new jobs; the sweep will",
                extra={"action": "nudge_lost", "jobs": len(nudges), "error": str(error)},
            )

    def _execute_alone(self, command: Command) -> Outcome:
        with self.transaction() as own:
            return self._execute(own, command, alone=True)

    def _execute(self, connection: Connection, command: Command, *, alone: bool) -> Outcome:
        if _NUDGES not in connection.info:
            raise OutsideTransaction
        now = self.clock.now()
        handler = HANDLERS[type(command)]
        located = handler.locate(command, now)
        found = instances.lock(
            connection,
            located.which,
            key=command.key,
            check=located.check,
            wait=self.lock_wait,
        )
        if found.known is not None:
            if found.row is not None and isinstance(command, StartInstance):
                run(connection, [instances.unreserve(found.row.id)])
            return Outcome(instance_id=found.known[0], state=found.known[1], repeated=True)
        if found.row is None and isinstance(command, StartInstance):
            return _already_started(connection, command)
        try:
            scene = self._scene(connection, command, found, now)
            with failures.noted(connection, command, scene):
                made = self._carried_out(command, scene)
        except (InstanceNotFound, InstanceSuspended, MessageNotExpected) as refused:
            if isinstance(command, DeliverMessage) and isinstance(refused, InstanceNotFound):
                begun = self._begun_by(connection, command, alone=alone)
                if begun is not None:
                    return begun
            if isinstance(command, DeliverMessage) and _keeps(command, refused):
                return _kept(connection, command, now)
            raise
        answers = instances.write(connection, made.statements, commit=alone)
        self.note(connection, [*made.nudges(answers), *scene.nudges])
        return Outcome(instance_id=scene.row.id, state=made.state)

    def _carried_out(self, command: Command, scene: Scene) -> recording.Record:
        """Change the instance, and put together what is to be written."""
        element_id = _applied(HANDLERS[type(command)], command, scene)
        return recording.record(
            scene,
            command,
            element_id=element_id,
            letters=_run_with_inbox(scene),
            operators=self.operators,
            budget=self.budget,
        )

    def _begun_by(
        self, connection: Connection, message: DeliverMessage, *, alone: bool
    ) -> Outcome | None:
        """Begin an instance with a message, where its process has a start event for it.

        Where another one began it meanwhile, the message is handed to that.
        """
        element = start_events.for_message(connection, message.process, message.name)
        if element is None:
            return None
        start = StartInstance(
            process=message.process,
            business_key=message.business_key,
            variables=message.payload,
            actor=message.actor,
            key=message.key,
            start_event=element,
        )
        begun = self._execute(connection, start, alone=alone)
        return self._execute(connection, message, alone=alone) if begun.repeated else begun

    def _scene(
        self, connection: Connection, command: Command, found: instances.Found, now: datetime
    ) -> Scene:
        """Load the instance that a command is for."""
        row = _usable(found, command)
        definition = self.definitions.get(connection, row.definition_id)
        script_engine = self._script_engine(connection, row.id, now)
        if isinstance(command, StartInstance):
            script_engine.start_at = command.start_event
            execution = Execution.start(definition, command.variables, script_engine)
        else:
            execution = Execution.load(row.tokens, definition, script_engine)
        return Scene(
            execution=execution,
            row=row,
            uid=found.uid,
            now=now,
            told=found.told,
            connection=connection,
            definitions=self.definitions,
        )

    def _script_engine(
        self, connection: Connection, instance_id: int, now: datetime
    ) -> CommandScriptEngine:
        """Return what SpiffWorkflow asks during one command."""
        operators = self.operators
        return CommandScriptEngine(
            now=now,
            run_inline=inline_runner(connection, operators, instance_id, now),
            is_inline=lambda topic: operators.get(topic).inline,
            input_names=lambda topic: frozenset(operators.get(topic).inputs),
        )


def _already_started(connection: Connection, command: StartInstance) -> Outcome:
    """Return the instance that has the business key.

    Raises:
        UnknownProcess: Nothing was added, for want of a definition.
    """
    found = instances.find(connection, command.process, command.business_key)
    if found is None:
        raise UnknownProcess(command.process)
    return Outcome(instance_id=found[0], state=found[1], repeated=True)


def _usable(found: instances.Found, command: Command) -> instances.InstanceRow:
    """Return the instance, if it is there, takes this command, and what it names still waits."""
    handler = HANDLERS[type(command)]
    if found.row is None or not found.check:
        raise handler.missing(command)
    if found.row.state not in handler.states:
        if found.row.state == "suspended":
            raise InstanceSuspended(found.row.id)
        raise InstanceNotRunning(found.row.id, found.row.state)
    return found.row


def _applied(handler: Handler[Any], command: Command, scene: Scene) -> str | None:
    """Carry the command out on the tokens, and return the element that it was about."""
    if scene.uid is not None and not scene.execution.waits_at(scene.uid):
        raise handler.missing(command)
    return handler.apply(command, scene)


def _run_with_inbox(scene: Scene) -> list[Letter]:
    """Run to the next wait, and hand over what came early for a message that is waited for now."""
    letters: list[Letter] = []
    scene.execution.run()
    while letter := _next_letter(scene):
        letters.append(letter)
        scene.execution.deliver(letter.name, letter.payload)
        scene.execution.run()
    return letters


def _next_letter(scene: Scene) -> Letter | None:
    """Take a message out of the inbox that can be handed over.

    What a suspended instance waited for all the time was kept for it, however old it is.
    """
    kept = scene.execution.messages_still() if scene.resumed else set()
    for names, now in ((kept, None), (scene.execution.messages_begun(), scene.now)):
        letter = names and inbox.take(
            scene.connection,
            process=scene.row.process,
            business_key=scene.row.business_key,
            names=names,
            now=now,
        )
        if letter:
            return letter
    return None


def _keeps(command: DeliverMessage, refused: Exception) -> bool:
    """Whether a message is kept: it has a time to live, or what waits for it stands still."""
    return command.ttl is not None or isinstance(refused, InstanceSuspended)


def _kept(connection: Connection, command: DeliverMessage, now: datetime) -> Outcome:
    """Keep a message that nothing waits for yet; the same one again is kept once."""
    expires_at = now + (command.ttl or timedelta())
    keeping = [inbox.keep(command, now=now, expires_at=expires_at)]
    if command.key is not None:
        keeping.append(inbox.unkeep(command.key))
    kept, *done = run(connection, keeping)
    if known := done and done[0].fetchone():
        return Outcome(instance_id=known[0], state=known[1], repeated=True)
    return Outcome(instance_id=None, state="kept", repeated=kept.fetchone() is None)
