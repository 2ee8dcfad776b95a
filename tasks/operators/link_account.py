"""account.link: the login's old way ends, its processes are frozen for the move."""

from engine.operators import Job, Outputs
from govbr import attempts
from orquestra import linking, ownership
from tasks.registration import INTERACTIVE, operator
from tasks.services import Services


@operator("account.link", queue=INTERACTIVE)
def link_account(
    job: Job,
    _services: Services,
    *,
    login_id: int,
    person_id: int,
    regra: str,
    attempt_id: int | None = None,
    decisao_id: int | None = None,
) -> Outputs:
    """Begin the link: password dropped, old sessions ended, counts taken, in one transaction.

    A rule that is no decision leaves an earlier try's decision aside.

    Raises:
        LinkNotAllowed: Neither a rule nor a decision stands behind it.
    """
    decision_id = ownership.require_ground(
        job.connection,
        login_id=login_id,
        person_id=person_id,
        rule=regra,
        decision_id=decisao_id,
    )
    link = linking.begin(
        job.connection,
        login_id=login_id,
        person_id=person_id,
        rule=regra,
        attempt_id=attempt_id,
        decision_id=decision_id,
        now=job.now,
    )
    if attempt_id is not None:
        attempts.note_event(job.connection, attempt_id, "linked", job.now)
    return {"link_id": link.id}
