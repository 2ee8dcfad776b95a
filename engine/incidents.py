"""What staff do about jobs that failed for good."""

from sqlalchemy import Connection

from engine import reads
from engine.runtime import Runtime
from engine.store import jobs


def retry_all(runtime: Runtime, connection: Connection, *, instance_id: int, actor: str) -> int:
    """Let every job of an instance that is stuck be tried again, with fresh attempts.

    Args:
        runtime: Announces the jobs after the commit.
        connection: Of `runtime.transaction()`.
        instance_id: Which instance.
        actor: Who asked, for the incident's row.

    Returns:
        How many jobs are tried again; 0 where somebody was faster or nothing was stuck.

    Raises:
        OutsideTransaction: The connection is of another kind.
    """
    now = runtime.clock.now()
    found = (
        jobs.retry_incident(connection, incident_id, actor=actor, now=now)
        for incident_id in reads.open_incidents(connection, instance_id)
    )
    nudges = [nudge for nudge in found if nudge is not None]
    runtime.note(connection, nudges)
    return len(nudges)
