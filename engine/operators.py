"""What a service task is: a topic, a function, and three ways to fail.

The engine owns the idea; whoever writes service tasks fills the registry. The deploy check and
the modeler read it.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from engine.errors import OperatorTwice, UnknownOperator


class BpmnError(Exception):
    """A result that the diagram catches with an error boundary event; not an incident.

    Args:
        code: The `errorCode` of the diagram (BPMN 2.0, 10.5.5.3).
        message: What happened, for people; no personal data.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class RetryLater(Exception):
    """The job could not be done now and may be repeated; its retries are the diagram's.

    Args:
        reason: What happened; no personal data.
        seconds: When the other side said how long to wait.
    """

    def __init__(self, reason: str, *, seconds: float | None = None) -> None:
        self.seconds = seconds
        super().__init__(reason)


class Effect(Protocol):
    """One call to the outside, as its operator sees it (see engine.effects)."""

    def answered(self, code: str) -> None:
        """Write down what it came to: a short code, nobody's data."""


class Job(Protocol):
    """What an operator's function is given beside its inputs."""

    instance_id: int
    element_id: str
    attempt: int
    #: The same for every attempt at this job: send it along with calls to the outside.
    idempotency_key: str
    now: datetime

    @property
    def last_attempt(self) -> bool:
        """Whether the diagram repeats the job no more if it cannot be done now."""

    @property
    def connection(self) -> Connection:
        """The transaction that the finishing command will commit; opened when first used."""

    def batch(self) -> AbstractContextManager[Connection]:
        """A transaction of its own, for one idempotent batch of a long job."""

    def effect(self, name: str) -> AbstractContextManager[Effect]:
        """Enclose one call to the outside, so that the ledger knows of it before it is made."""


Outputs = Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Operator:
    """One kind of service task.

    Args:
        topic: Its name in diagrams (`camunda:topic`) and as a Celery task.
        function: Called as `function(job, **inputs)`; returns the variables that it sets.
        inline: It runs inside the command's transaction, and only touches our database.
        queue: Where its nudges go when it is not inline.
        inputs: The names of its keyword-only arguments, and whether each is required.
    """

    topic: str
    function: Callable[..., Outputs]
    inline: bool
    queue: str
    inputs: Mapping[str, bool]
    summary: str


def describe_inputs(function: Callable[..., Outputs]) -> dict[str, bool]:
    """Return the keyword-only arguments of an operator's function: name → required."""
    return {
        name: parameter.default is inspect.Parameter.empty
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }


@dataclass(slots=True)
class OperatorRegistry:
    """All operators by topic; filled once at start, then only read."""

    _by_topic: dict[str, Operator] = field(default_factory=dict)

    def add(self, operator: Operator) -> None:
        """Register one operator.

        Raises:
            OperatorTwice: The topic is taken.
        """
        if operator.topic in self._by_topic:
            raise OperatorTwice(operator.topic)
        self._by_topic[operator.topic] = operator

    def get(self, topic: str) -> Operator:
        """Return the operator of a topic.

        Raises:
            UnknownOperator: Nothing is registered under it.
        """
        try:
            return self._by_topic[topic]
        except KeyError:
            raise UnknownOperator(topic) from None

    def __contains__(self, topic: object) -> bool:
        return topic in self._by_topic

    def __iter__(self) -> Iterator[Operator]:
        return iter(self._by_topic.values())
