"""campaign.block: the deadline has passed."""

from typing import Final

from engine.operators import Job, Outputs
from orquestra import logins, notices
from orquestra.campaign import block
from tasks.registration import operator
from tasks.services import Services

_BODY: Final = (
    "O prazo terminou, e este endereço de e-mail está no cadastro de:\n\n{logins}\n\n"
    "A tramitação dos processos está bloqueada até a sincronização com uma conta gov.br. Os prazos "
    "das tarefas ficam parados enquanto durar o bloqueio: nenhum processo se perde. Entre no "
    "Orquestra com o login antigo para sincronizar."
)


@operator("campaign.block")
def block_login(job: Job, _services: Services, *, login_id: int) -> Outputs:
    """Block the login's processes until it is normalized, hold its tasks' clocks, and tell it."""
    if block(job.connection, login_id=login_id, now=job.now):
        login = logins.load(job.connection, login_id)
        notices.post_to_mailbox(
            job.connection,
            key=f"prazo:{job.now:%Y-%m-%d}",
            kind="prazo_encerrado",
            login_id=login_id,
            address=login.email,
            subject="O prazo para sincronizar seu acesso ao Orquestra terminou",
            body=_BODY,
            now=job.now,
        )
    return None
