"""Starts many instances of one process in the caller's transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from engine.bulk.templates import NeedsCommand, Template, Templates
from engine.commands import Outcome, StartInstance
from engine.errors import UnknownProcess
from engine.runtime import Runtime
from engine.spiff import deltas
from engine.spiff.script_engine import CommandScriptEngine
from engine.store import bulk, definitions
from engine.store.bulk import Batch, as_json, line


@dataclass(frozen=True, kw_only=True, slots=True)
class NewInstance:
    """One instance of a bulk start.

    Args:
        business_key: Unique among all instances of the process, across versions.
        variables: The first data; ids, never personal data.
    """

    business_key: str
    variables: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Prepared:
    """An instance that is about to be added."""

    start: NewInstance
    template: Template
    tokens: bytes


def start_many(
    runtime: Runtime,
    connection: Connection,
    starts: Sequence[NewInstance],
    *,
    process: str,
    group: str | None = None,
    actor: str = "system",
) -> dict[str, Outcome]:
    """Start instances; each comes out as `StartInstance` would have it.

    Starts that the diagram cannot tell apart are worked out once (engine.bulk.templates). One
    that asks for jobs or runs operators is a command of its own.

    Args:
        runtime: The engine.
        connection: Of `runtime.transaction()`; all of them commit together.
        starts: Some thousands at the most.
        process: The BPMN id of the process.
        group: Timers of one group are moved together.
        actor: Who started them.

    Returns:
        The outcome of each by business key; `repeated` where the key was taken.

    Raises:
        UnknownProcess: No version of it was deployed.
        EngineError: One was refused: the transaction must be given up.
    """
    newest = definitions.newest(connection, process)
    if newest is None:
        raise UnknownProcess(process)
    batch = Batch(
        process=process, definition_id=newest.id, group_key=group, now=runtime.clock.now()
    )
    templates = Templates(
        definition=runtime.definitions.get(connection, newest.id),
        script_engine=lambda: _script_engine(runtime, batch),
    )
    unique = {start.business_key: start for start in starts}
    prepared, apart = _prepare(runtime, templates, unique.values())
    outcomes = _add(connection, batch, prepared, actor)
    for start in apart:
        command = StartInstance(
            process=process,
            business_key=start.business_key,
            variables=start.variables,
            group=group,
            actor=actor,
        )
        outcomes[start.business_key] = runtime.execute(command, connection=connection)
    return outcomes


def _prepare(
    runtime: Runtime, templates: Templates, starts: Iterable[NewInstance]
) -> tuple[list[_Prepared], list[NewInstance]]:
    """Work out what each start comes to; those that need the database come back apart."""
    prepared, apart = [], []
    for start in starts:
        template = templates.find(start.variables)
        if template is None:
            apart.append(start)
            continue
        text = template.text(start.variables)
        if len(text) > runtime.budget.value_warning:
            apart.append(start)  # a command weighs each value
            continue
        prepared.append(_Prepared(start=start, template=template, tokens=deltas.compress(text)))
    return prepared, apart


def _add(
    connection: Connection, batch: Batch, prepared: Sequence[_Prepared], actor: str
) -> dict[str, Outcome]:
    """Write the instances, what they wait for, and their first step."""
    rows = [(each.start.business_key, each.template.state, each.tokens) for each in prepared]
    added = bulk.add_instances(connection, batch, rows)
    new = [
        (added[each.start.business_key], each)
        for each in prepared
        if each.start.business_key in added
    ]
    bulk.copy(connection, "user_task", _user_tasks(batch, new))
    bulk.copy(connection, "timer", _timers(batch, new))
    bulk.copy(connection, "subscription", _subscriptions(batch, new))
    bulk.copy(connection, "history", _steps(batch, new, actor))
    outcomes = {
        each.start.business_key: Outcome(instance_id=number, state=each.template.state)
        for number, each in new
    }
    taken = [each.start.business_key for each in prepared if each.start.business_key not in added]
    for key, (number, state) in bulk.find(connection, batch.process, taken).items():
        outcomes[key] = Outcome(instance_id=number, state=state, repeated=True)
    return outcomes


def _user_tasks(batch: Batch, new: Sequence[tuple[int, _Prepared]]) -> Iterator[str]:
    for number, each in new:
        for wait in each.template.waits.user_tasks.values():
            yield line(
                number,
                wait.uid,
                wait.element_id,
                wait.name,
                wait.form,
                wait.assignee,
                as_json(list(wait.candidate_groups)),
                as_json(each.template.data(wait, each.start.variables)),
                batch.now,
            )


def _timers(batch: Batch, new: Sequence[tuple[int, _Prepared]]) -> Iterator[str]:
    for number, each in new:
        for wait in each.template.waits.timers.values():
            yield line(number, wait.uid, wait.element_id, batch.group_key, wait.due_at, batch.now)


def _subscriptions(batch: Batch, new: Sequence[tuple[int, _Prepared]]) -> Iterator[str]:
    for number, each in new:
        for wait in each.template.waits.messages.values():
            yield line(number, wait.uid, wait.element_id, wait.kind, wait.message, batch.now)


def _steps(batch: Batch, new: Sequence[tuple[int, _Prepared]], actor: str) -> Iterator[str]:
    for number, each in new:
        given = as_json({"variables": dict(each.start.variables)})
        moves, changes = as_json(each.template.moves), as_json(each.template.changes)
        yield line(number, 1, "StartInstance", actor, batch.now, given, moves, changes)


def _script_engine(runtime: Runtime, batch: Batch) -> CommandScriptEngine:
    """Return what SpiffWorkflow asks during a run that writes nothing."""
    operators = runtime.operators
    return CommandScriptEngine(
        now=batch.now,
        run_inline=_needs_command,
        is_inline=lambda topic: operators.get(topic).inline,
        input_names=lambda topic: frozenset(operators.get(topic).inputs),
    )


def _needs_command(
    topic: str, _element_id: str, _uid: UUID, _inputs: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Give a run up that reaches an inline operator."""
    raise NeedsCommand(topic)
