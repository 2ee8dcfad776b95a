"""Everything that the engine can refuse.

EngineError
├── DeploymentRefused      a diagram that may not run; lists each finding with its place
├── DiagramFailed          an instance cannot go on as its diagram says
│   ├── ExpressionError    an expression outside our bounds, or one that failed
│   ├── DecisionFailed     a decision whose rules, values or answers do not fit
│   ├── NoFlowTaken        no condition is true where a token must go on
│   ├── LoopRefused        an activity would be done too often, or nobody can say how often
│   ├── EndlessPath        a path that goes on without a wait was stopped, and undone
│   ├── UnknownOperator    no service task is registered under that topic
│   └── InstanceTooLarge   its data passed the budget
├── UnknownProcess         no such process was ever deployed
├── NotFound
│   ├── InstanceNotFound
│   ├── NoSuchStep         the instance has not come that far
│   ├── HistoryGone        a step that leads back is not kept any more
│   ├── TaskNotOpen        the user task is done, cancelled or never was
│   ├── TimerNotWaiting
│   ├── BatchNotFound
│   ├── IncidentNotFound
│   ├── UnknownVersion     the process has no version of that number
│   └── JobNotHeld         the job is over, or another worker holds it now
├── MessageNotExpected     nothing in that instance waits for that message
├── SignalNotExpected      nothing in that instance waits for that signal
├── InstanceNotRunning     it ended, or was cancelled
│   └── InstanceSuspended  it stands still until someone resumes it
├── RepairRefused          a repair that does not fit the instance as it is
│   ├── NoTokenAt          no token waits at the element
│   ├── TargetUnfit        a token cannot be put before that element
│   ├── OtherTokens        a sub-process would be cancelled with tokens that nobody named
│   ├── NothingToRepeat    the element has not run, or it cannot be told whose step it was
│   ├── NothingToSkip      nothing is waited for at the element
│   ├── NothingToRetry     nothing of the instance was given up
│   ├── MigrationBlocked   the instance could not stand just so on the other version
│   ├── OnVersionAlready   the instance runs on that version
│   ├── MigrationNotUndone it was not migrated, or something came after it
│   ├── NotSuspended       the instance goes on already
│   ├── NothingToHold      no clock of those runs
│   ├── NothingToRelease   no clock of those is held
│   └── NothingToChange    no variable is named, or one is set and taken away at once
├── WorkersDied            a job whose workers do not come back
├── MoveRefused            a bulk move of timers that cannot be made or undone
│   ├── MoveNotFound
│   ├── MoveNotLast        its timers were moved again
│   └── NothingChosen      it does not say of which timers
├── ValueTooLarge          a variable passed its budget
├── BatchRefused           a batch that cannot be made or changed like that
├── OperatorTwice          two service tasks claim one topic
├── Busy                   another command holds the instance; try again
│   └── KeyTaken           another command with its key was faster; try again
└── OutsideTransaction     a command was given a connection that Runtime did not open
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass


class EngineError(Exception):
    """Root of all that the engine refuses."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing wrong with a diagram, and where."""

    element_id: str
    rule: str
    message: str

    def __str__(self) -> str:
        """Return the finding as one line."""
        return f"{self.element_id}: {self.message} [{self.rule}]"


class DeploymentRefused(EngineError):
    """A diagram may not be deployed; every finding is listed, nothing was stored."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(
            f"{len(self.findings)} finding(s) keep the diagram from being deployed:\n"
            + "\n".join(f"  {finding}" for finding in self.findings)
        )


class DiagramFailed(EngineError):
    """Root of what keeps an instance from going on as its diagram says; nobody else is to blame."""


class ExpressionError(DiagramFailed):
    """An expression is outside the bounds or failed."""

    def __init__(self, expression: str, reason: str) -> None:
        self.expression = expression
        self.reason = reason
        super().__init__(f"The expression «{expression[:120]}» {reason}")


class DecisionFailed(DiagramFailed):
    """A decision cannot be made: its rules, values or answers do not fit."""

    def __init__(self, decision_id: str, place: str, reason: str) -> None:
        self.decision_id = decision_id
        self.place = place
        super().__init__(
            f"The decision «{decision_id}» cannot be made, at «{place}»: {reason}. "
            "Mend the table, or the variables that it reads."
        )


class UnknownProcess(EngineError):
    """No version of that process was deployed."""

    def __init__(self, process: str) -> None:
        super().__init__(f"The process «{process}» has no deployed version: deploy it first.")


class NotFound(EngineError):
    """Root of what is not there, or not there any more."""


class InstanceNotFound(NotFound):
    """There is no such instance."""

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no instance {what}.")


class IncidentNotFound(NotFound):
    """There is no such incident."""

    def __init__(self, incident_id: int) -> None:
        super().__init__(f"There is no incident {incident_id}.")


class NoSuchStep(NotFound):
    """The instance has no step of that number."""

    def __init__(self, instance_id: int, step: int, steps: int) -> None:
        super().__init__(
            f"Instance {instance_id} has no step {step}: its steps go from 1 to {steps}."
        )


class HistoryGone(NotFound):
    """A step of the history that leads back to an earlier state is not kept any more."""

    def __init__(self, instance_id: int, step: int) -> None:
        super().__init__(
            f"Step {step} of instance {instance_id} is not kept any more: what was before it "
            "cannot be rebuilt."
        )


class TaskNotOpen(NotFound):
    """The user task is done, cancelled, or never existed."""

    def __init__(self, task_id: int) -> None:
        self.task_id = task_id
        super().__init__(f"The user task {task_id} is not open: read the open tasks again.")


class TimerNotWaiting(NotFound):
    """The timer has fired, was cancelled, or is not due any more."""

    def __init__(self, timer_id: int) -> None:
        super().__init__(f"The timer {timer_id} is not waiting to fire.")


class JobNotHeld(NotFound):
    """The job is over, or its lease went to another worker; this one's result is dropped."""

    def __init__(self, job_id: int) -> None:
        super().__init__(f"The job {job_id} is not held by this worker any more.")


class BatchNotFound(NotFound):
    """There is no such batch."""

    def __init__(self, batch_id: int) -> None:
        super().__init__(f"There is no batch {batch_id}.")


class NoFlowTaken(DiagramFailed):
    """No condition of the flows that leave an element is true, and there is no default flow."""

    def __init__(self, element: str) -> None:
        super().__init__(
            f"No condition of the flows that leave «{element}» is true, and it has no default "
            "flow: change the variables, or draw a default flow and migrate."
        )


class UnknownVersion(NotFound):
    """The process has no version of that number."""

    def __init__(self, process: str, version: int, known: Collection[int]) -> None:
        last = max(known, default=0)
        super().__init__(
            f"The process «{process}» has no version {version}: its versions go from 1 to {last}."
        )


class LoopRefused(DiagramFailed):
    """An activity would be done too often, or its data do not say how often."""

    def __init__(self, element: str, reason: str) -> None:
        super().__init__(f"«{element}» cannot be repeated like that: {reason}")


class MessageNotExpected(EngineError):
    """Nothing in the instance waits for that message."""

    def __init__(self, name: str, business_key: str) -> None:
        super().__init__(f"The instance «{business_key}» waits for no message «{name}» now.")


class SignalNotExpected(EngineError):
    """Nothing in the instance waits for that signal."""

    def __init__(self, name: str, instance_id: int) -> None:
        super().__init__(f"Instance {instance_id} waits for no signal «{name}» now.")


class InstanceNotRunning(EngineError):
    """The instance ended or was cancelled."""

    def __init__(self, instance_id: int, state: str) -> None:
        super().__init__(f"Instance {instance_id} is {state}: it takes no more commands.")


class InstanceSuspended(InstanceNotRunning):
    """The instance stands still: only repairs, its cancellation and its resumption may come."""

    def __init__(self, instance_id: int) -> None:
        super().__init__(instance_id, "suspended")
        self.args = (f"Instance {instance_id} is suspended: resume it first.",)


class RepairRefused(EngineError):
    """A repair does not fit the instance as it is; nothing was changed."""


class NoTokenAt(RepairRefused):
    """No token waits at the element that a repair names."""

    def __init__(self, element: str) -> None:
        super().__init__(f"No token waits at «{element}»: look where the instance is now.")


class TargetUnfit(RepairRefused):
    """A token cannot be put before that element."""

    def __init__(self, element: str, reason: str) -> None:
        super().__init__(f"No token can be put before «{element}»: {reason}")


class OtherTokens(RepairRefused):
    """A sub-process would be cancelled together with tokens that nobody named."""

    def __init__(self, subprocess: str, elements: Sequence[str]) -> None:
        places = ", ".join(f"«{element}»" for element in elements)
        super().__init__(
            f"Other tokens wait inside «{subprocess}», at {places}: move those first, or move the "
            "whole sub-process."
        )


class NothingToRepeat(RepairRefused):
    """An element has not run, or it cannot be told which token's step it was."""

    def __init__(self, element: str, reason: str) -> None:
        super().__init__(f"«{element}» cannot be repeated: {reason}")


class NothingToSkip(RepairRefused):
    """Nothing that could be skipped is waited for at the element."""

    def __init__(self, element: str) -> None:
        super().__init__(
            f"No user task, job, timer or message is waited for at «{element}»: a sub-process or a "
            "gateway is passed by moving the token."
        )


class NothingToRetry(RepairRefused):
    """Nothing of the instance was given up."""

    def __init__(self, instance_id: int) -> None:
        super().__init__(
            f"No job, timer or signal of instance {instance_id} was given up: "
            "there is nothing to retry."
        )


class NotSuspended(RepairRefused):
    """An instance that was to be resumed goes on already."""

    def __init__(self, instance_id: int) -> None:
        super().__init__(f"Instance {instance_id} is not suspended: there is nothing to resume.")


class NothingToHold(RepairRefused):
    """None of the clocks that were to be held runs."""

    def __init__(self, instance_id: int, elements: Sequence[str]) -> None:
        named = ", ".join(f"«{element}»" for element in elements)
        super().__init__(
            f"No clock runs at {named} of instance {instance_id}, or it is held already."
        )


class NothingToRelease(RepairRefused):
    """None of the clocks that were to be released is held."""

    def __init__(self, instance_id: int, elements: Sequence[str]) -> None:
        named = ", ".join(f"«{element}»" for element in elements)
        super().__init__(f"No clock is held at {named} of instance {instance_id}.")


class EndlessPath(DiagramFailed):
    """One command's path goes on and on without a wait; the command was undone."""

    def __init__(self, element: str, reason: str) -> None:
        super().__init__(
            f"The path at «{element}» does not come to a wait or an end: {reason}. Look at the "
            "condition that shall end the loop, or put a wait into it."
        )


class WorkersDied(EngineError):
    """A job was taken over from dead workers too often: it may be what they die of."""

    def __init__(self, attempts: int) -> None:
        super().__init__(
            f"The job was begun {attempts} times and its last workers did not come back: look into "
            "their logs before it is tried again."
        )


class MoveRefused(EngineError):
    """A bulk move of timers cannot be made or undone; nothing was changed."""


class MoveNotFound(MoveRefused):
    """No move has that number, or it was undone."""

    def __init__(self, move_id: int) -> None:
        super().__init__(f"There is no move {move_id} that could be undone.")


class MoveNotLast(MoveRefused):
    """Some of a move's timers were moved again: only the last move can be undone."""

    def __init__(self, move_id: int, later: int) -> None:
        super().__init__(
            f"Move {later} moved timers of move {move_id} again: a timer keeps only where it was "
            "before its last move. Move them once more instead."
        )


class NothingChosen(MoveRefused):
    """A move was asked for without saying of which timers."""

    def __init__(self) -> None:
        super().__init__(
            "Say which timers move: by group, process, element or number; all at once is not meant."
        )


class NothingToChange(RepairRefused):
    """No variable is named, or one is set and taken away at once."""

    def __init__(self) -> None:
        super().__init__("Name the variables to set or to take away, each only once.")


class MigrationBlocked(RepairRefused):
    """An instance could not stand on the other version as it stands on its own; lists why."""

    def __init__(self, instance_id: int, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(
            f"Instance {instance_id} cannot be migrated as it is: " + "; ".join(self.reasons) + "."
        )


class OnVersionAlready(RepairRefused):
    """The instance runs on the version that it should go to."""

    def __init__(self, instance_id: int, version: int) -> None:
        super().__init__(f"Instance {instance_id} runs on version {version} already.")


class MigrationNotUndone(RepairRefused):
    """The last migration of an instance cannot be taken back."""

    def __init__(self, instance_id: int, why: str) -> None:
        super().__init__(f"The migration of instance {instance_id} is not undone: {why}.")


class ValueTooLarge(EngineError):
    """A variable passed its budget."""

    def __init__(self, instance_id: int, name: str, size: int, budget: int) -> None:
        super().__init__(
            f"The variable «{name}» of instance {instance_id} would take {size} bytes, over the "
            f"budget of {budget}: keep its content outside and its id in the variable."
        )


class BatchRefused(EngineError):
    """A batch cannot be made or changed like that; says what is wrong."""


class InstanceTooLarge(DiagramFailed):
    """The data of one instance passed its budget."""

    def __init__(
        self, instance_id: int, size: int, budget: int, largest: Sequence[tuple[str, int]]
    ) -> None:
        named = ", ".join(f"«{name}» ({bytes_} bytes)" for name, bytes_ in largest)
        super().__init__(
            f"Instance {instance_id} would take {size} bytes, over the budget of {budget}; its "
            f"largest variables are {named}: keep large values outside and their ids in the "
            "variables."
        )


class UnknownOperator(DiagramFailed):
    """A diagram names a topic that no service task is registered under."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"No service task is registered under the topic «{topic}».")


class OperatorTwice(EngineError):
    """Two service tasks claim one topic."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"The topic «{topic}» is registered twice: give one another name.")


class Busy(EngineError):
    """Another command holds the instance for longer than we wait."""

    def __init__(self) -> None:
        super().__init__("Another command is working on this instance: try again in a moment.")


class KeyTaken(Busy):
    """Another command with the same key was carried out at the same moment."""

    def __init__(self) -> None:
        super(Busy, self).__init__(
            "A command with the same key was carried out meanwhile: try again to get its answer."
        )


class OutsideTransaction(EngineError):
    """A command was given a connection that is not of Runtime.transaction()."""

    def __init__(self) -> None:
        super().__init__(
            "Commands run on a connection of Runtime.transaction(), so that work is announced "
            "after the commit."
        )
