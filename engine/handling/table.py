"""Which handler carries which command out."""

from collections.abc import Mapping
from typing import Any

from engine import commands, repairs
from engine.handling.cancelling import Cancelling
from engine.handling.changing import Changing
from engine.handling.handler import Handler
from engine.handling.holding import Holding, Releasing
from engine.handling.jobs import Finishing, RaisingError
from engine.handling.messages import Delivering
from engine.handling.migrating import Migrating, UndoingMigration
from engine.handling.moving import Moving
from engine.handling.repeating import Repeating
from engine.handling.retrying import Retrying
from engine.handling.signals import Signalling
from engine.handling.skipping import Skipping
from engine.handling.starting import Starting
from engine.handling.suspending import Resuming, Suspending
from engine.handling.timers import Firing
from engine.handling.user_tasks import Completing

HANDLERS: Mapping[type, Handler[Any]] = {
    commands.StartInstance: Starting(),
    commands.CompleteUserTask: Completing(),
    commands.DeliverMessage: Delivering(),
    commands.DeliverSignal: Signalling(),
    commands.FireTimer: Firing(),
    commands.FinishJob: Finishing(),
    commands.RaiseJobError: RaisingError(),
    commands.CancelInstance: Cancelling(),
    repairs.SuspendInstance: Suspending(),
    repairs.ResumeInstance: Resuming(),
    repairs.HoldTimers: Holding(),
    repairs.ReleaseTimers: Releasing(),
    repairs.RetryJobs: Retrying(),
    repairs.MoveToken: Moving(),
    repairs.RepeatStep: Repeating(),
    repairs.SkipStep: Skipping(),
    repairs.ChangeVariables: Changing(),
    repairs.MigrateInstance: Migrating(),
    repairs.UndoMigration: UndoingMigration(),
}
