"""consent.record_result: what came of an attempt at gov.br, on record."""

from typing import Final

from engine.operators import Job, Outputs
from govbr import attempts
from govbr.attempts import Failure
from orquestra import consent
from orquestra.consent import Outcome
from tasks.registration import INTERACTIVE, operator
from tasks.services import Services

#: What the diagram's variables say → (outcome on record, failure of the attempt).
_FAILURES: Final[dict[str, tuple[Outcome, Failure]]] = {
    "negado": ("negado", "negado"),
    "codigo_recusado": ("falhou", "codigo_recusado"),
    "govbr_fora_do_ar": ("falhou", "govbr_fora_do_ar"),
    "id_token_invalido": ("falhou", "id_token_invalido"),
    "resposta_invalida": ("falhou", "resposta_invalida"),
    "procuracao": ("falhou", "procuracao"),
    "expirado": ("expirado", "expirado"),
}


@operator("consent.record_result", queue=INTERACTIVE)
def record_result(
    job: Job,
    _services: Services,
    *,
    attempt_id: int,
    resultado: str | None = None,
    resposta: str | None = None,
    erro: str | None = None,
) -> Outputs:
    """Record whether the person authorised, denied, gave up or failed, and forget what was sealed.

    An authorisation is recorded while the road goes on; every other result ends the attempt and
    sets `aviso`, the sentence that the screen shows.
    """
    attempt = attempts.load(job.connection, attempt_id)
    returned = (attempt.failure or "resposta_invalida") if resultado == "erro" else resultado
    result = erro or resposta or returned
    if result == "codigo" and attempt.status in ("exchanged", "identified"):
        outcome: Outcome = "autorizado"
        _record(job, attempt, outcome, None)
        return {"aviso": None}
    if result in ("nao_sou_eu", "recomecar"):
        _record(job, attempt, "nao_sou_eu", result)
        attempts.close(job.connection, attempt_id, result, job.now)
        return {"aviso": result}
    reason = result if result in _FAILURES else "expirado"
    outcome, failure = _FAILURES[reason]
    _record(job, attempt, outcome, reason)
    attempts.fail(job.connection, attempt_id, failure, job.now)
    return {"aviso": reason}


def _record(job: Job, attempt: attempts.Attempt, outcome: Outcome, detail: str | None) -> None:
    """Write the record; the same result of the same attempt is written once."""
    consent.record(
        job.connection,
        attempt_id=attempt.id,
        login_id=attempt.login_id,
        person_id=attempt.person_id,
        outcome=outcome,
        detail=detail,
        scopes_asked=attempt.scopes_asked,
        scopes_granted=attempt.scopes_granted,
        now=job.now,
    )
