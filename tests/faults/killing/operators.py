"""The service tasks of the campaign's own diagram: each leaves a row that can be counted."""

import time
import zlib
from collections.abc import Callable

import httpx
import sqlalchemy

from engine.operators import (
    BpmnError,
    Job,
    Operator,
    OperatorRegistry,
    Outputs,
    RetryLater,
    describe_inputs,
)

#: Nothing keeps a second row of one job from coming in: it would be found.
_EFFECT = sqlalchemy.text(
    "INSERT INTO faults.effect (key, instance_id, element_id, attempt)"
    " VALUES (:key, :instance_id, :element_id, :attempt)"
)
_ROW = sqlalchemy.text(
    "INSERT INTO faults.batch_row (key, number) VALUES (:key, :number) ON CONFLICT DO NOTHING"
)
BATCHES = 3
_BATCH_SECONDS = 0.4
_CALL_SECONDS = 5.0


def _write(job: Job) -> Outputs:
    """Write in the transaction that the finishing command commits."""
    job.connection.execute(
        _EFFECT,
        {
            "key": job.idempotency_key,
            "instance_id": job.instance_id,
            "element_id": job.element_id,
            "attempt": job.attempt,
        },
    )
    return {job.element_id: job.attempt}


def _batching(slow: int) -> Callable[[Job], Outputs]:
    """Make the service task of a long job; one in so many takes longer than its lease."""

    def batches(job: Job) -> Outputs:
        """Write in idempotent batches, each a transaction of its own."""
        is_slow = zlib.crc32(job.idempotency_key.encode()) % slow == 0
        for number in range(BATCHES):
            if is_slow:
                time.sleep(_BATCH_SECONDS)  # the work itself
            with job.batch() as connection:
                connection.execute(_ROW, {"key": job.idempotency_key, "number": number})
        return _write(job)

    return batches


def _fails(job: Job) -> Outputs:
    """Fail first as something that passes, then as the diagram foresees."""
    if job.attempt == 1 and zlib.crc32(job.idempotency_key.encode()) % 2:
        raise RetryLater("not yet")
    raise BpmnError("no_way", "it cannot be done")


def _calling(outside: str) -> Callable[[Job], Outputs]:
    """Make the service task that calls the outside world."""

    def call(job: Job) -> Outputs:
        """Call, with a key by which the other side knows a repetition."""
        try:
            with job.effect("faults.call") as effect:
                answer = httpx.post(
                    f"{outside}/calls", json={"key": job.idempotency_key}, timeout=_CALL_SECONDS
                )
                effect.answered(str(answer.status_code))
        except httpx.TransportError as error:
            raise RetryLater(type(error).__name__) from error
        if answer.status_code != httpx.codes.OK:
            raise RetryLater(f"status {answer.status_code}")
        return _write(job)

    return call


def add(registry: OperatorRegistry, *, outside: str = "", slow: int = 3) -> OperatorRegistry:
    """Register the campaign's service tasks beside the program's own.

    Args:
        registry: The program's.
        outside: The outside world's address.
        slow: One in so many long jobs is slow.
    """
    functions: dict[str, Callable[[Job], Outputs]] = {
        "faults.write": _write,
        "faults.inline": _write,
        "faults.batches": _batching(slow),
        "faults.fails": _fails,
        "faults.call": _calling(outside),
    }
    for topic, function in functions.items():
        registry.add(
            Operator(
                topic=topic,
                function=function,
                inline=topic == "faults.inline",
                queue="interactive" if topic == "faults.call" else "background",
                inputs=describe_inputs(function),
                summary=function.__doc__ or "",
            )
        )
    return registry
