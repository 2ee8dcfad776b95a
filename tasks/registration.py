"""Finds the service tasks in `tasks/operators/` and makes the engine's registry of them."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.operators import Operator, OperatorRegistry, Outputs, describe_inputs
from tasks import operators
from tasks.services import Services

#: Work that somebody is looking at a page for.
INTERACTIVE = "interactive"
#: Work that nobody waits for.
BACKGROUND = "background"

Function = Callable[..., Outputs]
_MARK = "_normaliza_operator"


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """What a service task's decorator says of it."""

    topic: str
    queue: str
    inline: bool


def operator(
    topic: str, *, queue: str = BACKGROUND, inline: bool = False
) -> Callable[[Function], Function]:
    """Declare a function as the service task of a topic.

    Args:
        topic: Its name in diagrams and as a Celery task.
        queue: INTERACTIVE where a page waits for it.
        inline: It only touches our database and runs inside the command's transaction.
    """

    def declare(function: Function) -> Function:
        setattr(function, _MARK, Declared(topic=topic, queue=queue, inline=inline))
        return function

    return declare


def build(services: Services) -> OperatorRegistry:
    """Return every service task, each with what it may use.

    Raises:
        OperatorTwice: Two files claim one topic.
    """
    registry = OperatorRegistry()
    for function, declared in _declared():
        registry.add(
            Operator(
                topic=declared.topic,
                function=_with(function, services),
                inline=declared.inline,
                queue=declared.queue,
                inputs=describe_inputs(function),
                summary=(function.__doc__ or "").strip().splitlines()[0],
            )
        )
    return registry


def _with(function: Function, services: Services) -> Function:
    """Return the function as the engine calls it: `function(job, **inputs)`."""

    def call(job: Any, **inputs: Any) -> Outputs:  # noqa: ANN401 — inputs are any JSON values
        return partial(function, job, services)(**inputs)

    return call


def _declared() -> Iterator[tuple[Function, Declared]]:
    """Yield the declared functions of all files, in the order of their names."""
    for module in sorted(pkgutil.iter_modules(operators.__path__), key=lambda found: found.name):
        loaded = importlib.import_module(f"{operators.__name__}.{module.name}")
        for value in vars(loaded).values():
            declared = getattr(value, _MARK, None)
            if isinstance(declared, Declared) and value.__module__ == loaded.__name__:
                yield value, declared
