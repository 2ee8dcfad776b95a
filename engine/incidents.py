"""What staff do about jobs that failed for good."""

from sqlalchemy import Connection

from engine.errors import InstanceNotRunning, NothingToRetry
from engine.repairs import RetryJobs
from engine.runtime import Runtime


def retry_all(
    runtime: Runtime, connection: Connection, *, instance_id: int, actor: str, reason: str = ""
) -> bool:
    """Let every job of an instance that is stuck be tried again, with fresh attempts.

    Args:
        runtime: Announces the jobs after the commit.
        connection: Of `runtime.transaction()`.
        instance_id: Which instance.
        actor: Who asked, for the incident's row and the history.
        reason: Why, for the history.

    Returns:
        Whether anything is tried again; not where somebody was faster or nothing was stuck.

    Raises:
        OutsideTransaction: The connection is of another kind.
    """
    command = RetryJobs(instance_id=instance_id, reason=reason, actor=actor)
    try:
        runtime.execute(command, connection=connection)
    except (NothingToRetry, InstanceNotRunning):
        return False
    return True
