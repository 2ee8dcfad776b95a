"""person.register: keeps who came in from gov.br."""

from engine.operators import Job, Outputs
from govbr import attempts
from govbr.companies import SCOPE
from orquestra import logins, people
from orquestra.documents import Cpf
from tasks import companies_later
from tasks.company_ties import ENDS, ties_from
from tasks.registration import operator
from tasks.services import Services


@operator("person.register", inline=True)
def register_person(job: Job, services: Services, *, attempt_id: int) -> Outputs:
    """Keep the person and their companies; what was sealed of the attempt is forgotten.

    Only where the companies are unknown the token stays a while: the process of a company's login
    asks for them, whose decision hangs on them, and a sweep asks for everybody else's.
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
    if facts.companies_asked:
        ties = None if facts.companies is None else ties_from(facts.companies)
        people.record_ties(job.connection, person_id=person.id, ties=ties, now=job.now)
    attempts.set_person(job.connection, attempt_id, person.id)
    attempt = attempts.load(job.connection, attempt_id)
    if not (facts.companies_missing and _asks_later(job, attempt)):
        attempts.close(job.connection, attempt_id, ENDS[attempt.purpose], job.now)
    return {"person_id": person.id, "nivel_govbr": _level(facts.identity.level)}


def _level(word: str | None) -> str | None:
    """Return gov.br's trust level, if it is one of those known: a code that may be kept."""
    return word if word in ("gold", "silver", "bronze") else None


def _asks_later(job: Job, attempt: attempts.Attempt) -> bool:
    """Keep the token for asking again, where that can help; say whether it is kept."""
    if SCOPE not in attempt.scopes_granted.split():
        return False
    ask_at = None if _hangs_on_companies(job, attempt) else job.now + companies_later.FIRST
    return attempts.keep_tokens(job.connection, attempt.id, ask_at=ask_at)


def _hangs_on_companies(job: Job, attempt: attempts.Attempt) -> bool:
    """Whether the login that began is a company's."""
    login_id = attempt.login_id
    return login_id is not None and logins.load(job.connection, login_id).cnpj is not None
