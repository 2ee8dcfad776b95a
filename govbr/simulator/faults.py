"""Faults on demand: which ones exist, where, and which one the next request gets.

A fault acts in one of two stages. `transport` faults act before the request is looked at;
`content` faults act where the answer is made, and only there are used up. One request gets at
most one delay, one other transport fault, and one content fault.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from govbr.simulator import storage
from govbr.simulator.errors import FaultRefused
from govbr.simulator.storage import Storage

ENDPOINTS = ("authorize", "token", "jwk", "userinfo", "empresas", "discovery")
#: Transport faults: possible at every endpoint.
DELAY = "delay"
BREAKS = ("status", "reset", "closed")
#: Content faults, by the endpoint that they belong to.
CONTENT: Mapping[str, tuple[str, ...]] = {
    "authorize": ("lost_flow_after_sign_up",),
    "token": (
        "invalid_grant",
        "id_token_wrong_nonce",
        "id_token_wrong_iss",
        "id_token_wrong_aud",
        "id_token_expired",
        "id_token_future_iat",
        "id_token_bad_signature",
        "id_token_missing",
    ),
    "userinfo": ("other_sub",),
    "empresas": ("empty",),
}
_MAX_DELAY = 120.0


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault that waits for its next request."""

    id: int
    endpoint: str
    kind: str
    #: `status` and `retry_after` (seconds) of a status; `seconds` of a delay.
    options: Mapping[str, Any]
    #: Only for this person's requests; content faults only.
    cpf: str | None
    remaining: int


def kinds_at(endpoint: str) -> tuple[str, ...]:
    """Name the faults that an endpoint can have."""
    return (DELAY, *BREAKS, *CONTENT.get(endpoint, ()))


def add(connection: sa.Connection, *, asked: Mapping[str, Any]) -> Fault:
    """Let the next requests of an endpoint fail.

    Args:
        connection: A writing transaction.
        asked: `endpoint`, `kind`, `times` (1), and by kind `status` (503), `retry_after`
            (seconds), `seconds` (delay); `cpf` for one person only.

    Returns:
        The fault as stored.

    Raises:
        FaultRefused: There is no such fault.
    """
    endpoint, kind = str(asked.get("endpoint")), str(asked.get("kind"))
    if endpoint not in ENDPOINTS:
        raise FaultRefused(f"Unknown endpoint: choose one of {', '.join(ENDPOINTS)}.")
    if kind not in kinds_at(endpoint):
        raise FaultRefused(f"{endpoint} has no such fault: {', '.join(kinds_at(endpoint))}.")
    times = _number(asked, "times", 1, low=1, high=1_000_000)
    cpf = asked.get("cpf") or None
    if cpf and kind not in CONTENT.get(endpoint, ()):
        raise FaultRefused("Only faults in the content of an answer can be one person's.")
    values: dict[str, Any] = {
        "endpoint": endpoint,
        "kind": kind,
        "options": _options(kind, asked),
        "cpf": None if cpf is None else str(cpf),
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
    with store.reading() as connection:
        if not waiting(connection):
            return None
    with store.writing() as connection:
        for each in waiting(connection):
            if each.endpoint == endpoint and each.kind in kinds and each.cpf in (None, cpf):
                mine = storage.fault.c.id == each.id
                left = {"remaining": each.remaining - 1}
                connection.execute(sa.update(storage.fault).where(mine).values(left))
                return each
    return None


def take_content(store: Storage, *, endpoint: str, cpf: str) -> str | None:
    """Use up one request of a content fault of an endpoint.

    Returns:
        The kind to act out, or None.
    """
    fault = take(store, endpoint=endpoint, kinds=CONTENT[endpoint], cpf=cpf)
    return None if fault is None else fault.kind


def _options(kind: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    if kind == DELAY:
        return {"seconds": _number(asked, "seconds", 1.0, low=0, high=_MAX_DELAY)}
    if kind != "status":
        return {}
    options = {"status": int(_number(asked, "status", 503, low=400, high=599))}
    if asked.get("retry_after") not in (None, ""):
        options["retry_after"] = int(_number(asked, "retry_after", 0, low=0, high=86_400))
    return options


def _number(
    asked: Mapping[str, Any], name: str, default: float, *, low: float, high: float
) -> float:
    try:
        value = float(asked.get(name, default) or default)
    except (TypeError, ValueError) as cause:
        raise FaultRefused(f"{name} must be a number.") from cause
    if not low <= value <= high:
        raise FaultRefused(f"{name} must be between {low} and {high}.")
    return value
