"""campaign.remind: a reminder before the deadline."""

from datetime import timedelta

from engine.operators import Job, Outputs
from orquestra import campaign, logins, notices
from tasks.registration import operator
from tasks.services import Services


@operator("campaign.remind")
def remind_login(job: Job, _services: Services, *, login_id: int, campaign_id: int) -> Outputs:
    """Write the reminder, with the deadline as it stands now; one a day at the most."""
    login = logins.load(job.connection, login_id)
    if login.state != "legacy" or login.blocked_at is not None:
        return None
    deadline = campaign.load(job.connection, campaign_id)
    days = max(0, (deadline.deadline_at - job.now) // timedelta(days=1))
    notices.post(
        job.connection,
        key=f"lembrete:{login_id}:{deadline.deadline_on}:{days}",
        kind="lembrete",
        login_id=login_id,
        person_id=None,
        address=login.email,
        subject="Sincronize seu login do Orquestra com o gov.br",
        body=(
            f"O login antigo do Orquestra pode ser usado até {deadline.deadline_on:%d/%m/%Y}. "
            "Depois dessa data, a tramitação dos seus processos fica bloqueada até a "
            "sincronização com o gov.br. Entre no Orquestra com o login antigo e clique em "
            "“Entrar com gov.br”."
        ),
        now=job.now,
    )
    return None
