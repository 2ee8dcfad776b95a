"""notice.send: tells both sides what came of the link."""

from typing import Final

from engine.operators import Job, Outputs
from orquestra import logins, notices
from orquestra.notices import Kind
from tasks.registration import operator
from tasks.services import Services

_TEXTS: Final[dict[str, tuple[Kind, str, str]]] = {
    "vinculo_concluido": (
        "vinculo_concluido",
        "Seu login do Orquestra foi sincronizado com o gov.br",
        (
            "Os processos deste login, em andamento e concluídos, estão agora na conta gov.br. "
            "O login antigo não funciona mais: entre com gov.br. Se não foi você, avise o "
            "atendimento."
        ),
    ),
    "vinculo_recusado": (
        "vinculo_recusado",
        "O pedido de sincronização do seu login foi recusado",
        (
            "A equipe do Inmetro recusou o pedido. Nenhum processo mudou de dono. Entre no "
            "Orquestra com o login antigo para ver o motivo e o próximo passo."
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
    motivo: str | None = None,
) -> Outputs:
    """Write to the login's old e-mail; a refusal also leaves its reason on the screen."""
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
    if kind == "vinculo_recusado":
        return {"aviso": "recusado", "aviso_motivo": motivo}
    return None
