"""campaign.remind: a reminder before the deadline."""

from datetime import timedelta
from typing import Final

from engine.operators import Job, Outputs
from orquestra import campaign, logins, notices
from tasks.registration import operator
from tasks.services import Services

_BODY: Final = (
    "Os acessos antigos do Orquestra podem ser usados até {prazo}. Este endereço de e-mail está "
    "no cadastro de:\n\n{logins}\n\n"
    "Depois dessa data, a tramitação dos processos fica bloqueada até a sincronização com o "
    "gov.br. Entre no Orquestra com o login antigo e clique em “Entrar com gov.br”. Cada login da "
    "lista passa uma vez por esse caminho."
)


@operator("campaign.remind")
def remind_login(job: Job, _services: Services, *, login_id: int, campaign_id: int) -> Outputs:
    """Write the reminder, with the deadline as it stands now: one a day for a mailbox."""
    login = logins.load(job.connection, login_id)
    if login.state != "legacy" or login.blocked_at is not None:
        return None
    if campaign.part_of(job.connection, login_id).exempt:
        return None
    deadline = campaign.load(job.connection, campaign_id)
    days = max(0, (deadline.deadline_at - job.now) // timedelta(days=1))
    notices.post_to_mailbox(
        job.connection,
        key=f"lembrete:{campaign_id}:{deadline.deadline_on}:{days}",
        kind="lembrete",
        login_id=login_id,
        address=login.email,
        subject="Sincronize seu acesso ao Orquestra com o gov.br",
        body=_BODY.replace("{prazo}", f"{deadline.deadline_on:%d/%m/%Y}"),
        now=job.now,
    )
    return None
