"""account.link: the login's old way ends, its processes are frozen for the move."""

from engine.operators import Job, Outputs
from orquestra import linking
from tasks.registration import INTERACTIVE, operator
from tasks.services import Services


@operator("account.link", queue=INTERACTIVE)
def link_account(
    job: Job, _services: Services, *, login_id: int, person_id: int, regra: str
) -> Outputs:
    """Begin the link: password dropped, old sessions ended, counts taken, in one transaction."""
    link = linking.begin(
        job.connection, login_id=login_id, person_id=person_id, rule=regra, now=job.now
    )
    return {"link_id": link.id}
