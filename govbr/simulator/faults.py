"""Faults on demand: which ones wait, and which one the next request gets.

One request gets at most one delay, one other transport fault, and one content fault. What each
does stands in `fault_kinds`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from govbr.simulator import storage
from govbr.simulator.errors import FaultRefused
from govbr.simulator.fault_kinds import ENDPOINTS, FaultKind, find, kinds_at
from govbr.simulator.registry_numbers import parse_cpf
from govbr.simulator.storage import Storage

_MAX_SECONDS = 120.0


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault that waits for its next request."""

    id: int
    endpoint: str
    kind: str
    #: `status` and `retry_after` (seconds) of a status; `seconds` of a delay.
    options: Mapping[str, Any]
    #: Only for this person's requests.
    cpf: str | None
    remaining: int


def add(connection: sa.Connection, *, asked: Mapping[str, Any]) -> Fault:
    """Let the next requests of an endpoint fail.

    Args:
        connection: A writing transaction.
        asked: `endpoint`, `kind`, `times` (1), and by kind `status` (503), `retry_after`
            (seconds), `retry_after_date` (true: written as a date), `seconds`; `cpf` for one
            person only.

    Returns:
        The fault as stored.

    Raises:
        FaultRefused: There is no such fault.
    """
    endpoint, kind = str(asked.get("endpoint")), str(asked.get("kind"))
    if endpoint not in ENDPOINTS:
        raise FaultRefused(f"Unknown endpoint: choose one of {', '.join(ENDPOINTS)}.")
    found = find(endpoint, kind)
    if found is None:
        names = ", ".join(each.name for each in kinds_at(endpoint))
        raise FaultRefused(f"{endpoint} has no such fault: choose one of {names}.")
    times = _number(asked, "times", 1, low=1, high=1_000_000)
    values: dict[str, Any] = {
        "endpoint": endpoint,
        "kind": kind,
        "options": _options(found, asked),
        "cpf": _whose(asked),
        "remaining": int(times),
    }
    created = connection.execute(sa.insert(storage.fault).values(**values))
    key = created.inserted_primary_key
    return Fault(id=key[0] if key else 0, **values)


def waiting(connection: sa.Connection) -> list[Fault]:
    """List the faults that have requests left, oldest first."""
    table = storage.fault
    rows = connection.execute(sa.select(table).where(table.c.remaining > 0).order_by(table.c.id))
    return [Fault(**row) for row in rows.mappings()]


def clear(connection: sa.Connection) -> None:
    """Drop all faults: everything works again."""
    connection.execute(sa.delete(storage.fault))


def any_waits(store: Storage) -> bool:
    """Tell whether anything is ordered at all: most requests need to know no more."""
    with store.reading() as connection:
        return bool(waiting(connection))


def take(
    store: Storage, *, endpoint: str, kinds: tuple[str, ...], cpf: str | None = None
) -> Fault | None:
    """Use up one request of the oldest fault that fits.

    Args:
        store: The simulator's database.
        endpoint: Where the request came in.
        kinds: The faults that this stage can act out.
        cpf: Whose request it is, where that is known.

    Returns:
        The fault to act out, or None.
    """
    if not any_waits(store):
        return None
    with store.writing() as connection:
        for each in waiting(connection):
            if each.endpoint == endpoint and each.kind in kinds and each.cpf in (None, cpf):
                mine = storage.fault.c.id == each.id
                left = {"remaining": each.remaining - 1}
                connection.execute(sa.update(storage.fault).where(mine).values(left))
                return each
    return None


def take_content(
    store: Storage, *, endpoint: str, cpf: str | None, among: Collection[str] | None = None
) -> str | None:
    """Use up one request of a content fault of an endpoint.

    Args:
        store: The simulator's database.
        endpoint: Where the request came in.
        cpf: Whose request it is.
        among: Only of these kinds; None: of all.

    Returns:
        The kind to act out, or None.
    """
    kinds = tuple(
        kind.name
        for kind in kinds_at(endpoint)
        if kind.stage == "content" and (among is None or kind.name in among)
    )
    fault = take(store, endpoint=endpoint, kinds=kinds, cpf=cpf)
    return None if fault is None else fault.kind


def _whose(asked: Mapping[str, Any]) -> str | None:
    """Read for whom alone a fault is; punctuation is taken out."""
    text = asked.get("cpf")
    if not text:
        return None
    cpf = parse_cpf(str(text))
    if cpf is None:
        raise FaultRefused("cpf must be a CPF, with or without punctuation.")
    return cpf


def _options(kind: FaultKind, asked: Mapping[str, Any]) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if "seconds" in kind.options:
        options["seconds"] = _number(asked, "seconds", kind.seconds, low=0, high=_MAX_SECONDS)
    if "status" in kind.options:
        options["status"] = int(_number(asked, "status", 503, low=400, high=599))
    if "retry_after" in kind.options and asked.get("retry_after") not in (None, ""):
        options["retry_after"] = int(_number(asked, "retry_after", 0, low=0, high=86_400))
        if asked.get("retry_after_date") in (True, "sim"):
            options["retry_after_date"] = True
    return options


def _number(
    asked: Mapping[str, Any], name: str, default: float, *, low: float, high: float
) -> float:
    try:
        given = asked.get(name, default)
        value = float(default if given in (None, "") else given)
    except (TypeError, ValueError) as cause:
        raise FaultRefused(f"{name} must be a number.") from cause
    if not low <= value <= high:
        raise FaultRefused(f"{name} must be between {low} and {high}.")
    return value
