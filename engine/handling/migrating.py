"""Moves an instance to another version of its process, and takes that back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from engine.errors import (
    EngineError,
    ExpressionError,
    HistoryGone,
    InstanceNotFound,
    MigrationBlocked,
    MigrationNotUndone,
    OnVersionAlready,
    UnknownVersion,
)
from engine.handling.handler import Handler, Located, Scene
from engine.rebuilding import FROM_DEFINITION
from engine.repairs import MigrateInstance, UndoMigration
from engine.spiff import migrating
from engine.store import instances, versions
from engine.store.pipeline import Statement

#: The rows of timers that a migration ended, so that taking it back brings them back.
ENDED_TIMERS = "ended_timers"

_MIGRATION = "migration_id"

M = TypeVar("M", MigrateInstance, UndoMigration)


class _Changing(Handler[M]):
    """Puts an instance on another version, running or suspended."""

    states = frozenset({"running", "suspended"})

    def locate(self, command: M, now: datetime) -> Located:
        """Find the instance by its number."""
        return Located(which=instances.by_id(command.instance_id))

    def missing(self, command: M) -> EngineError:
        """There is no such instance."""
        return InstanceNotFound(f"with id {command.instance_id}")

    def _rows(self, scene: Scene, definition_id: int) -> list[Statement]:
        """Return what both directions write: the version, and the waits that go on."""
        row, execution = scene.row, scene.execution
        made = [versions.set_version(row.id, definition_id)]
        made += versions.rehome(row.id, execution.waits_before, execution.waits())
        return made


class Migrating(_Changing[MigrateInstance]):
    """Moves an instance to another version; its due dates stay."""

    def apply(self, command: MigrateInstance, scene: Scene) -> str | None:
        """Put the tokens on the other version, just so.

        Raises:
            UnknownVersion: The process has no such version.
            OnVersionAlready: It runs on that one.
            MigrationBlocked: The instance could not stand just so on it.
        """
        row = scene.row
        target = _target(command, scene)
        old, new = (
            scene.definitions.get(scene.connection, each) for each in (row.definition_id, target)
        )
        rebound = versions.rebound(scene.connection, row.definition_id, target)
        verdict = migrating.look(scene.execution, old, new, command.mapping, rebound)
        busy = _busy(scene, command)
        if verdict.reasons or busy:
            raise MigrationBlocked(row.id, (*verdict.reasons, *busy))
        try:
            scene.execution = migrating.migrate(scene.execution, new, command.mapping)
        except ExpressionError as error:
            raise MigrationBlocked(row.id, (f"what would begin to wait fails: {error}",)) from error
        scene.noted |= {FROM_DEFINITION: row.definition_id, "to_definition": target}
        scene.noted |= {"starts": list(verdict.starts), "ends": list(verdict.ends)}
        if ended := _ended(scene):
            scene.noted[ENDED_TIMERS] = ended
        return None

    def writes(self, command: MigrateInstance, scene: Scene) -> Sequence[Statement]:
        """Write the version, the waits as they are called there, and that it was a migration."""
        row, target = scene.row, scene.noted["to_definition"]
        kept = versions.add_migration(
            instance_id=row.id,
            batch_id=command.batch_id,
            from_definition_id=row.definition_id,
            to_definition_id=target,
            mapping=command.mapping,
            step=row.steps + 1,
            actor=command.actor,
            now=scene.now,
        )
        return [*self._rows(scene, target), kept]


class UndoingMigration(_Changing[UndoMigration]):
    """Takes the last migration back while nothing has come after it."""

    def apply(self, command: UndoMigration, scene: Scene) -> str | None:
        """Put the tokens back as they were, to the letter.

        Raises:
            MigrationNotUndone: There was none, or something came after it.
            HistoryGone: The way back is not kept any more.
        """
        row = scene.row
        last = versions.last_migration(scene.connection, row.id)
        if last is None:
            raise MigrationNotUndone(row.id, "no migration of it is there to be taken back")
        if last.step != row.steps:
            raise MigrationNotUndone(row.id, _after(scene, last.step + 1))
        if "inbox" in last.given:
            raise MigrationNotUndone(row.id, "a message that was kept for it came in with it")
        if last.delta is None:
            raise HistoryGone(row.id, last.step)
        definition = scene.definitions.get(scene.connection, last.from_definition_id)
        scene.execution = migrating.restore(scene.execution, last.delta, definition)
        scene.noted |= {FROM_DEFINITION: row.definition_id, _MIGRATION: last.id}
        scene.noted["to_definition"] = last.from_definition_id
        scene.noted[ENDED_TIMERS] = last.given.get(ENDED_TIMERS, [])
        return None

    def writes(self, command: UndoMigration, scene: Scene) -> Sequence[Statement]:
        """Write the version and the waits as they were; timers that had ended come back."""
        noted = scene.noted
        made = self._rows(scene, noted["to_definition"])
        made += [versions.set_timer(scene.row.id, timer) for timer in noted[ENDED_TIMERS]]
        return [*made, versions.undone(noted[_MIGRATION], scene.now)]


def _target(command: MigrateInstance, scene: Scene) -> int:
    """Return the definition that an instance shall go to."""
    known = versions.versions_of(scene.connection, scene.row.process)
    target = known.get(command.version)
    if target is None:
        raise UnknownVersion(scene.row.process, command.version, known)
    if target == scene.row.definition_id:
        raise OnVersionAlready(scene.row.id, command.version)
    return target


def _busy(scene: Scene, command: MigrateInstance) -> list[str]:
    """Return the service tasks that a worker is at now and that would be called otherwise."""
    if not command.mapping:
        return []
    at_work = versions.running_elements(scene.connection, scene.row.id)
    return [
        f"{element}: a worker is at it now: try again when it is done"
        for element in sorted(at_work & command.mapping.keys())
    ]


def _ended(scene: Scene) -> list[dict[str, Any]]:
    """Return the rows of the timers that wait no more."""
    execution = scene.execution
    gone = execution.waits_before.timers.keys() - execution.waits().timers.keys()
    return versions.timers(scene.connection, scene.row.id, gone) if gone else []


def _after(scene: Scene, number: int) -> str:
    """Say which step came after a migration."""
    found = versions.step(scene.connection, scene.row.id, number)
    what = f"{found[0]} at {found[1]:%Y-%m-%d %H:%M}" if found else "a step"
    return f"step {number} came after it: {what}"
