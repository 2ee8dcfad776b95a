"""person.register: keeps who came in from gov.br."""

from engine.operators import Job, Outputs
from govbr import attempts
from govbr.answers import CompanyTieClaim
from orquestra import people
from orquestra.documents import Cnpj, Cpf
from orquestra.errors import InvalidCnpj
from tasks.registration import operator
from tasks.services import Services


@operator("person.register", inline=True)
def register_person(job: Job, services: Services, *, attempt_id: int) -> Outputs:
    """Keep the person and their companies; what was sealed of the attempt is forgotten."""
    facts = attempts.open_facts(job.connection, services.sealer, attempt_id)
    person = people.register(
        job.connection,
        cpf=Cpf.parse(facts.identity.sub),
        name=facts.identity.social_name or facts.identity.name or "Cidadão",
        email=facts.identity.email,
        phone=facts.identity.phone,
        now=job.now,
    )
    ties = None if facts.companies is None else [t for c in facts.companies for t in _tie(c)]
    people.record_ties(job.connection, person_id=person.id, ties=ties, now=job.now)
    attempts.set_person(job.connection, attempt_id, person.id)
    attempts.close(job.connection, attempt_id, "confirmado", job.now)
    return {"person_id": person.id}


def _tie(claim: CompanyTieClaim) -> list[people.Tie]:
    """Return gov.br's claim as a tie; a CNPJ that cannot exist proves nothing and is left out."""
    try:
        cnpj = Cnpj.parse(claim.cnpj)
    except InvalidCnpj:
        return []
    return [
        people.Tie(cnpj=cnpj, company_name=claim.name, role=claim.role, expires_at=claim.expires_at)
    ]
