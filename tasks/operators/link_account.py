"""account.link: the login's old way ends, its processes are frozen for the move."""

from typing import Final

from engine.operators import Job, Outputs
from orquestra import linking
from tasks.registration import INTERACTIVE, operator
from tasks.services import Services

#: The rules behind which a decision stands; any other leaves an earlier try's decision aside.
_DECIDED: Final = ("decisao", "representante_aprovou")


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
    """Begin the link: password dropped, old sessions ended, counts taken, in one transaction."""
    link = linking.begin(
        job.connection,
        login_id=login_id,
        person_id=person_id,
        rule=regra,
        attempt_id=attempt_id,
        decision_id=decisao_id if regra in _DECIDED else None,
        now=job.now,
    )
    return {"link_id": link.id}
