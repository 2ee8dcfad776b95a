"""How large a value and an instance may grow: warned of first, then refused by the variable's name.

Each command reads and writes its whole instance, so that one large variable makes all of them
slow. What is there already never keeps an instance from going on: only growth is refused.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import InstanceTooLarge, ValueTooLarge

_log = logging.getLogger(__name__)

#: How many variables an error about a whole instance names.
_NAMED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """Bytes of JSON, before compression.

    Args:
        value_warning: A variable beyond it is logged.
        value_limit: A command that sets a variable beyond it is refused.
        instance_warning: Tokens and data of an instance beyond it are logged.
        instance_limit: A command that makes an instance grow beyond it is refused.
    """

    value_warning: int = 16_384
    value_limit: int = 131_072
    instance_warning: int = 262_144
    instance_limit: int = 1_048_576


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """What a command is about to save.

    Args:
        instance_id: Of which instance.
        size: Bytes of its tokens and data.
        size_before: What it was before the command; 0 at the start.
        variables: Its data.
        variables_before: What they were before the command.
    """

    instance_id: int
    size: int
    size_before: int
    variables: Mapping[str, Any]
    variables_before: Mapping[str, Any]


def hold_to(budget: Budget, weighed: Weighed) -> None:
    """Log what is large, refuse what is too large.

    Raises:
        ValueTooLarge: A variable that the command set is over its limit.
        InstanceTooLarge: The instance grew over its limit; the largest variables are named.
    """
    sizes = {name: _size(value) for name, value in weighed.variables.items()}
    before = weighed.variables_before
    for name, size in sizes.items():
        if size <= budget.value_warning or before.get(name) == weighed.variables[name]:
            continue
        if size > budget.value_limit:
            raise ValueTooLarge(weighed.instance_id, name, size, budget.value_limit)
        _warn(weighed.instance_id, size, budget.value_limit, variable=name)
    if weighed.size <= budget.instance_warning or weighed.size <= weighed.size_before:
        return
    if weighed.size > budget.instance_limit:
        largest = sorted(sizes.items(), key=lambda pair: -pair[1])[:_NAMED]
        raise InstanceTooLarge(weighed.instance_id, weighed.size, budget.instance_limit, largest)
    _warn(weighed.instance_id, weighed.size, budget.instance_limit)


def _size(value: Any) -> int:  # noqa: ANN401 — a variable is any JSON value
    """Return how many bytes of JSON a value is."""
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def _warn(instance_id: int, size: int, limit: int, *, variable: str | None = None) -> None:
    """Say that something is on its way to its limit, without its content."""
    facts = {"action": "large_instance", "instance_id": instance_id, "bytes": size, "limit": limit}
    if variable is not None:
        facts |= {"action": "large_value", "variable": variable}
    _log.warning("An instance's data is large: keep large values outside", extra=facts)
