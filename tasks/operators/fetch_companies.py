"""govbr.fetch_companies: the person's companies, asked for again."""

from engine.operators import BpmnError, Job, Outputs, RetryLater
from govbr import attempts
from govbr.answers import Tokens
from govbr.errors import AttemptMoved, CompaniesUnknown
from orquestra import ownership, people
from tasks.company_ties import ties_from
from tasks.registration import operator
from tasks.services import Services


@operator("govbr.fetch_companies")
def fetch_companies(
    job: Job, services: Services, *, attempt_id: int, person_id: int, decisao_id: int
) -> Outputs:
    """Read the companies with the token that was kept; when that fails for good, people decide.

    The token is wiped with the companies' arrival, with the last attempt, and by the sweep once
    it can be good no more.

    Raises:
        RetryLater: gov.br did not tell; not before it asked to be asked again.
        BpmnError: `empresas_sem_resposta`: the last attempt failed, or the token is gone.
    """
    try:
        with job.batch() as connection:
            tokens = attempts.open_tokens(connection, services.sealer, attempt_id)
    except AttemptMoved as error:
        raise _given_up(job, attempt_id, decisao_id, str(error)) from error
    try:
        companies = _ask(job, services, tokens)
    except CompaniesUnknown as error:
        if job.last_attempt:
            raise _given_up(job, attempt_id, decisao_id, str(error)) from error
        raise RetryLater(str(error), seconds=error.retry_after) from error
    people.record_ties(job.connection, person_id=person_id, ties=companies, now=services.clock())
    attempts.close(job.connection, attempt_id, "confirmado", job.now)
    return {"empresas": "consultadas"}


def _ask(job: Job, services: Services, tokens: Tokens) -> list[people.Tie]:
    """Call gov.br.

    Raises:
        CompaniesUnknown: It did not tell.
    """
    with job.effect("govbr.companies") as effect:
        try:
            claims = services.govbr.fetch_companies(tokens.access_token, tokens.claims.sub)
        except CompaniesUnknown:
            effect.answered("not_told")
            raise
        effect.answered("told")
    return ties_from(claims)


def _given_up(job: Job, attempt_id: int, decision_id: int, reason: str) -> BpmnError:
    """Wipe the token and hand the question to people, each once; then the diagram goes on."""
    with job.batch() as connection:
        attempts.close(connection, attempt_id, "confirmado", job.now)
        ownership.hand_to_people(connection, decision_id)
        ownership.tell_doubt(connection, decision_id=decision_id, now=job.now)
    return BpmnError("empresas_sem_resposta", reason)
