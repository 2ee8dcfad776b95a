"""Changes variables."""

from collections.abc import Sequence

from engine.errors import NothingToChange
from engine.handling.handler import Scene
from engine.handling.repairing import Repairing
from engine.repairs import ChangeVariables
from engine.spiff.repairing.changing import change
from engine.store import repairs
from engine.store.pipeline import Statement


class Changing(Repairing[ChangeVariables]):
    """Sets and takes away variables of every token."""

    def apply(self, command: ChangeVariables, scene: Scene) -> str | None:
        """Change them; due times that were worked out from them stay.

        Raises:
            NothingToChange: None is named, or one twice.
        """
        named = [*command.values, *command.remove]
        if not named or len(named) != len(set(named)):
            raise NothingToChange
        change(scene.execution.workflow, command.values, command.remove)
        return None

    def writes(self, command: ChangeVariables, scene: Scene) -> Sequence[Statement]:
        """Show open user tasks and waiting jobs the new values; a running job keeps its own."""
        waits, number = scene.execution.waits(), scene.row.id
        return [
            *super().writes(command, scene),
            *(
                repairs.set_variables(number, uid, wait.variables)
                for uid, wait in waits.user_tasks.items()
            ),
            *(repairs.set_inputs(number, uid, wait.inputs) for uid, wait in waits.jobs.items()),
        ]
