"""notice.send: tells both sides what came of the link."""

from typing import Final

from engine.operators import Job, Outputs
from orquestra import logins, notices, ownership
from orquestra.notices import Kind
from tasks.registration import operator
from tasks.services import Services

_REFUSED: Final = "vinculo_recusado"

_TEXTS: Final[dict[str, tuple[Kind, str, str]]] = {
    "vinculo_concluido": (
        "vinculo_concluido",
        "Seu login do Orquestra foi sincronizado com o gov.br",
        (
            "Os processos deste login, em andamento e concluídos, estão agora na conta gov.br:\n\n"
            "{logins}\n\n"
            "O login antigo não funciona mais: entre com gov.br. Se não foi você, avise o "
            "atendimento."
        ),
    ),
}


@operator("notice.send")
def send_notice(
    job: Job,
    _services: Services,
    *,
    aviso_tipo: str,
    login_id: int,
    person_id: int,
    decisao_id: int | None = None,
) -> Outputs:
    """Write to the login's old e-mail; a refusal also to who asked, and its reason on the screen.

    Raises:
        DecisionNotFound: A refusal names no decision.
    """
    if aviso_tipo == _REFUSED:
        return _refused(job, decisao_id)
    kind, subject, body = _TEXTS[aviso_tipo]
    notices.post(
        job.connection,
        key=f"{kind}:{job.idempotency_key}",
        kind=kind,
        login_id=login_id,
        person_id=person_id,
        address=logins.load(job.connection, login_id).email,
        subject=subject,
        body=body,
        now=job.now,
    )
    return None


def _refused(job: Job, decision_id: int | None) -> Outputs:
    """Tell both sides of a refusal, and set what the screen says."""
    decision = ownership.load_decision(job.connection, decision_id or 0)
    ownership.tell_refusal(job.connection, decision, now=job.now)
    may_ask = ownership.may_ask(
        job.connection, login_id=decision.login_id, person_id=decision.person_id
    )
    return {
        "aviso": "recusado",
        "aviso_final": not may_ask,
        "aviso_motivo": decision.reason,
        "aviso_passo": decision.next_step,
        "aviso_por": "empresa" if decision.representative_id is not None else "equipe",
    }
