"""Which handler carries which command out."""

from collections.abc import Mapping
from typing import Any

from engine import commands
from engine.handling.cancelling import Cancelling
from engine.handling.handler import Handler
from engine.handling.jobs import Finishing, RaisingError
from engine.handling.messages import Delivering
from engine.handling.starting import Starting
from engine.handling.timers import Firing
from engine.handling.user_tasks import Completing

HANDLERS: Mapping[type, Handler[Any]] = {
    commands.StartInstance: Starting(),
    commands.CompleteUserTask: Completing(),
    commands.DeliverMessage: Delivering(),
    commands.FireTimer: Firing(),
    commands.FinishJob: Finishing(),
    commands.RaiseJobError: RaisingError(),
    commands.CancelInstance: Cancelling(),
}
