"""campaign.block: the deadline has passed."""

from engine.operators import Job, Outputs
from orquestra import logins, notices
from orquestra.campaign import block
from tasks.registration import operator
from tasks.services import Services


@operator("campaign.block")
def block_login(job: Job, _services: Services, *, login_id: int) -> Outputs:
    """Block the login's processes until it is normalized, hold its tasks' clocks, and tell it."""
    if block(job.connection, login_id=login_id, now=job.now):
        login = logins.load(job.connection, login_id)
        notices.post(
            job.connection,
            key=f"prazo:{login_id}:{job.idempotency_key}",
            kind="prazo_encerrado",
            login_id=login_id,
            person_id=None,
            address=login.email,
            subject="O prazo para sincronizar seu login do Orquestra terminou",
            body=(
                "A tramitação dos seus processos está bloqueada até que o login seja "
                "sincronizado com uma conta gov.br. Os prazos das suas tarefas ficam parados "
                "enquanto durar o bloqueio. Entre no Orquestra com o login antigo para "
                "sincronizar."
            ),
            now=job.now,
        )
    return None
