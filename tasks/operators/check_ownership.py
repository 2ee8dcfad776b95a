"""account.check_ownership: may this person have this login?"""

from engine.operators import Job, Outputs
from orquestra import logins, notices, ownership
from tasks.registration import operator
from tasks.services import Services


@operator("account.check_ownership", inline=True)
def check_ownership(job: Job, _services: Services, *, login_id: int, person_id: int) -> Outputs:
    """Compare the person with the login's documents; a doubt goes to staff and the old e-mail."""
    found = ownership.check(job.connection, login_id=login_id, person_id=person_id, now=job.now)
    if found.allowed:
        return {"titularidade": "permitida", "regra": found.rule}
    doubt = found.doubt or "cpf_divergente"
    decision_id = ownership.ask_decision(
        job.connection, login_id=login_id, person_id=person_id, doubt=doubt, now=job.now
    )
    login = logins.load(job.connection, login_id)
    notices.post(
        job.connection,
        key=f"decisao:{decision_id}",
        kind="decisao_pendente",
        login_id=login_id,
        person_id=person_id,
        address=login.email,
        subject="Pedido de sincronização do seu login do Orquestra",
        body=(
            "Alguém entrou com o seu login antigo do Orquestra e pediu para vinculá-lo a uma "
            "conta gov.br. Os dados não conferem com o cadastro: a equipe do Inmetro vai "
            "decidir, e nenhum processo muda de dono antes disso. Se não foi você, avise o "
            "atendimento."
        ),
        now=job.now,
    )
    return {"titularidade": "duvida", "duvida": doubt, "decisao_id": decision_id}
