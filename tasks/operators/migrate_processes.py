"""account.migrate: every process and open task of the login becomes the person's."""

from engine.operators import Job, Outputs
from orquestra import linking
from orquestra.errors import CountMismatch
from tasks.registration import INTERACTIVE, operator
from tasks.services import Services

#: Rows of one transaction: large enough that few logins need a second one.
_BATCH = 2_000


@operator("account.migrate", queue=INTERACTIVE)
def migrate_processes(job: Job, _services: Services, *, link_id: int) -> Outputs:
    """Move in idempotent batches, each its own transaction; then compare and unfreeze."""
    moved = _BATCH
    while moved == _BATCH:
        with job.batch() as connection:
            moved = linking.migrate_batch(connection, link_id=link_id, size=_BATCH)
    try:
        linking.finish(job.connection, link_id=link_id, now=job.now)
    except CountMismatch:
        with job.batch() as connection:  # the job's own transaction is rolled back
            linking.note_mismatch(connection, link_id=link_id, now=job.now)
        raise
    return None
