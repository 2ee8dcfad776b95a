"""The repairs that a batch can be: how each is asked for, and the command that it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine import commands, repairs
from engine.commands import Command
from engine.errors import (
    BatchRefused,
    EngineError,
    InstanceNotFound,
    InstanceNotRunning,
    NothingToHold,
    NothingToRelease,
    NothingToRetry,
    NotSuspended,
    OnVersionAlready,
)

#: Builds a command from what all repairs have (instance, reason, actor, key) and its parameters.
Build: TypeAlias = Callable[..., Command]

#: An instance that is over, or is as it should be already, was not failed: it was passed over.
_OVER: tuple[type[EngineError], ...] = (InstanceNotFound, InstanceNotRunning)


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One parameter of a repair.

    Args:
        type: What its JSON value is.
        required: Whether it must be given.
    """

    type: type
    required: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """One repair.

    Args:
        build: Makes the command.
        fields: Its parameters by name, named as in the command.
        inverse: The repair that undoes it, with the same parameters where it has them.
        needless: Refusals that mean that there was nothing to do.
        knows_batch: Whether its command keeps the batch's number.
    """

    build: Build
    fields: Mapping[str, Field] = field(default_factory=dict)
    inverse: str | None = None
    needless: tuple[type[EngineError], ...] = _OVER
    knows_batch: bool = False


_ELEMENTS = {"elements": Field(type=list)}

KINDS: Mapping[str, Kind] = {
    "retry": Kind(
        build=repairs.RetryJobs,
        fields={"element": Field(type=str, required=False)},
        needless=(*_OVER, NothingToRetry),
    ),
    "suspend": Kind(build=repairs.SuspendInstance, inverse="resume"),
    "resume": Kind(
        build=repairs.ResumeInstance, inverse="suspend", needless=(*_OVER, NotSuspended)
    ),
    "hold": Kind(
        build=repairs.HoldTimers,
        fields=_ELEMENTS,
        inverse="release",
        needless=(*_OVER, NothingToHold),
    ),
    "release": Kind(
        build=repairs.ReleaseTimers,
        fields=_ELEMENTS,
        inverse="hold",
        needless=(*_OVER, NothingToRelease),
    ),
    "move": Kind(
        build=repairs.MoveToken, fields={"source": Field(type=str), "target": Field(type=str)}
    ),
    "repeat": Kind(build=repairs.RepeatStep, fields={"element": Field(type=str)}),
    "skip": Kind(
        build=repairs.SkipStep,
        fields={"element": Field(type=str), "outputs": Field(type=dict, required=False)},
    ),
    "change": Kind(
        build=repairs.ChangeVariables,
        fields={
            "values": Field(type=dict, required=False),
            "remove": Field(type=list, required=False),
        },
    ),
    "migrate": Kind(
        build=repairs.MigrateInstance,
        fields={"version": Field(type=int), "mapping": Field(type=dict, required=False)},
        inverse="undo_migration",
        needless=(*_OVER, OnVersionAlready),
        knows_batch=True,
    ),
    "undo_migration": Kind(build=repairs.UndoMigration),
    "cancel": Kind(build=commands.CancelInstance),
}


def kind_of(name: str) -> Kind:
    """Return a kind of repair.

    Raises:
        BatchRefused: There is none of that name.
    """
    found = KINDS.get(name)
    if found is None:
        raise BatchRefused(f"No repair is called «{name}»: there are {', '.join(KINDS)}.")
    return found


def checked(name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return a repair's parameters, each there and of its type.

    Args:
        name: Of the kind.
        parameters: As they were asked for.

    Raises:
        BatchRefused: Names the first that is missing, wrong or unknown.
    """
    fields = kind_of(name).fields
    for unknown in sorted(parameters.keys() - fields.keys()):
        raise BatchRefused(f"«{name}» has no parameter «{unknown}».")
    for parameter, wanted in fields.items():
        if parameter not in parameters:
            if wanted.required:
                raise BatchRefused(f"«{name}» needs the parameter «{parameter}».")
            continue
        value = parameters[parameter]
        if not isinstance(value, wanted.type) or isinstance(value, bool) or value in ("", []):
            raise BatchRefused(f"«{parameter}» of «{name}» must be {_WORDS[wanted.type]}.")
    if name == "change" and not any(parameters.values()):
        raise BatchRefused("«change» needs «values», «remove» or both.")
    return dict(parameters)


_WORDS = {str: "a text", int: "a number", list: "a list with something in it", dict: "an object"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A repair as it was asked for.

    Args:
        kind: Its name.
        parameters: Checked.
        reason: Why, for the history of each instance.
        actor: Who asked.
        batch_id: The batch that it is; None while it is only looked at beforehand.
    """

    kind: str
    parameters: Mapping[str, Any]
    reason: str
    actor: str
    batch_id: int | None = None

    def command(self, instance_id: int) -> Command:
        """Return the command for one instance; the same one again does nothing."""
        kind = kind_of(self.kind)
        given = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in self.parameters.items()
        }
        if self.batch_id is not None:
            given["key"] = f"batch:{self.batch_id}:{instance_id}"
        if kind.knows_batch:
            given["batch_id"] = self.batch_id
        return kind.build(instance_id=instance_id, reason=self.reason, actor=self.actor, **given)
