"""person.register: keeps who came in from gov.br."""

from collections.abc import Sequence

from engine.operators import Job, Outputs
from govbr import attempts
from govbr.answers import CompanyTieClaim
from orquestra import logins, people
from orquestra.documents import Cnpj, Cpf
from orquestra.errors import InvalidCnpj
from tasks.registration import operator
from tasks.services import Services


@operator("person.register", inline=True)
def register_person(job: Job, services: Services, *, attempt_id: int) -> Outputs:
    """Keep the person and their companies; what was sealed of the attempt is forgotten.

    Only where the companies are unknown and the login hangs on them the token stays a while.
    """
    facts = attempts.open_facts(job.connection, services.sealer, attempt_id)
    person = people.register(
        job.connection,
        cpf=Cpf.parse(facts.identity.sub),
        name=facts.identity.social_name or facts.identity.name or "Cidadão",
        email=facts.identity.email,
        phone=facts.identity.phone,
        now=job.now,
    )
    ties = None if facts.companies is None else ties_from(facts.companies)
    people.record_ties(job.connection, person_id=person.id, ties=ties, now=job.now)
    attempts.set_person(job.connection, attempt_id, person.id)
    asked_again = ties is None and _hangs_on_companies(job, attempt_id)
    if not (asked_again and attempts.keep_tokens(job.connection, attempt_id)):
        attempts.close(job.connection, attempt_id, "confirmado", job.now)
    return {"person_id": person.id, "nivel_govbr": _level(facts.identity.level)}


def _level(word: str | None) -> str | None:
    """Return gov.br's trust level, if it is one of those known: a code that may be kept."""
    return word if word in ("gold", "silver", "bronze") else None


def ties_from(claims: Sequence[CompanyTieClaim]) -> list[people.Tie]:
    """Return gov.br's claims as ties.

    Args:
        claims: As gov.br told them.

    Returns:
        The ties, without those whose CNPJ cannot exist.
    """
    return [tie for claim in claims for tie in _tie(claim)]


def _hangs_on_companies(job: Job, attempt_id: int) -> bool:
    """Whether the login that began is a company's."""
    login_id = attempts.load(job.connection, attempt_id).login_id
    return login_id is not None and logins.load(job.connection, login_id).cnpj is not None


def _tie(claim: CompanyTieClaim) -> list[people.Tie]:
    """Return gov.br's claim as a tie; a CNPJ that cannot exist proves nothing and is left out."""
    try:
        cnpj = Cnpj.parse(claim.cnpj)
    except InvalidCnpj:
        return []
    return [
        people.Tie(cnpj=cnpj, company_name=claim.name, role=claim.role, expires_at=claim.expires_at)
    ]
