"""account.check_ownership: may this person have this login?"""

from engine.operators import Job, Outputs
from govbr import attempts
from orquestra import ownership
from tasks.registration import operator
from tasks.services import Services

#: What a diagram that asks gov.br again for unknown companies sets in `empresas`.
_CAN_ASK = "consultar"
#: What a diagram that sends whoever was refused too often back to the screen sets in `limite`.
_ENDS_ASKING = "recusas"


@operator("account.check_ownership", inline=True)
def check_ownership(
    job: Job,
    _services: Services,
    *,
    login_id: int,
    person_id: int,
    attempt_id: int | None = None,
    empresas: str | None = None,
    limite: str | None = None,
    nivel_govbr: str | None = None,
) -> Outputs:
    """Compare the person with the login's documents and signs; a doubt goes to people.

    Companies that gov.br has not told are asked for again first, where the diagram can; the
    question is on record meanwhile, so that the deadline does not block who waits. Whoever was
    refused too often asks nobody again, where the diagram can say so.
    """
    found = ownership.find(job.connection, login_id=login_id, person_id=person_id, now=job.now)
    doubt = found.ownership.doubt
    if doubt is None:
        ownership.settle_by_rule(
            job.connection, login_id=login_id, person_id=person_id, now=job.now
        )
        _forget(job, attempt_id)
        return {"titularidade": "permitida", "regra": found.ownership.rule, "decisao_id": None}
    if limite == _ENDS_ASKING and not ownership.may_ask(
        job.connection, login_id=login_id, person_id=person_id
    ):
        _forget(job, attempt_id)
        return {"titularidade": "esgotada", "duvida": doubt, "aviso": "pedidos_esgotados"}
    asks = doubt == "vinculos_desconhecidos" and empresas == _CAN_ASK
    decision_id = ownership.ask_decision(
        job.connection,
        login_id=login_id,
        person_id=person_id,
        doubt=doubt,
        facts=found.facts | {"level": nivel_govbr},
        asking_govbr=asks,
        now=job.now,
    )
    if asks:
        return {"titularidade": "consultar_empresas", "duvida": doubt, "decisao_id": decision_id}
    ownership.tell_doubt(job.connection, decision_id=decision_id, now=job.now)
    _forget(job, attempt_id)
    return {"titularidade": "duvida", "duvida": doubt, "decisao_id": decision_id}


def _forget(job: Job, attempt_id: int | None) -> None:
    """End the attempt, so that nothing of it stays sealed; the sweep ends one that it asks with."""
    if attempt_id is not None and not attempts.is_awaited(job.connection, attempt_id):
        attempts.close(job.connection, attempt_id, "confirmado", job.now)
