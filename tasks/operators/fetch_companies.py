"""govbr.fetch_companies: the person's companies, asked for again."""

from engine.operators import BpmnError, Job, Outputs, RetryLater
from govbr import attempts
from govbr.answers import Tokens
from govbr.errors import AttemptMoved
from orquestra import ownership, people
from tasks.operators.register_person import ties_from
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
        RetryLater: gov.br did not tell.
        BpmnError: `empresas_sem_resposta`: the last attempt failed, or the token is gone.
    """
    try:
        with job.batch() as connection:
            tokens = attempts.open_tokens(connection, services.sealer, attempt_id)
    except AttemptMoved as error:
        raise _given_up(job, attempt_id, decisao_id, str(error)) from error
    companies = _ask(job, services, tokens)
    if companies is None:
        reason = "gov.br did not tell the person's companies"
        if job.last_attempt:
            raise _given_up(job, attempt_id, decisao_id, reason)
        raise RetryLater(reason)
    people.record_ties(job.connection, person_id=person_id, ties=companies, now=services.clock())
    attempts.close(job.connection, attempt_id, "confirmado", job.now)
    return {"empresas": "consultadas"}


def _ask(job: Job, services: Services, tokens: Tokens) -> list[people.Tie] | None:
    """Call gov.br; None when it did not tell."""
    with job.effect("govbr.companies") as effect:
        claims = services.govbr.fetch_companies(tokens.access_token, tokens.claims.sub)
        effect.answered("not_told" if claims is None else "told")
    return None if claims is None else ties_from(claims)


def _given_up(job: Job, attempt_id: int, decision_id: int, reason: str) -> BpmnError:
    """Wipe the token and hand the question to people, each once; then the diagram goes on."""
    with job.batch() as connection:
        attempts.close(connection, attempt_id, "confirmado", job.now)
        ownership.hand_to_people(connection, decision_id)
        ownership.tell_doubt(connection, decision_id=decision_id, now=job.now)
    return BpmnError("empresas_sem_resposta", reason)
