"""govbr.fetch_facts: who the person is, and their companies."""

from sqlalchemy import Connection

from engine.operators import BpmnError, Job, Outputs, RetryLater
from govbr import attempts
from govbr.errors import ActsForAnother, AttemptMoved, BadAnswer, CallFailed, Refused
from orquestra import logins, people
from orquestra.documents import Cpf
from tasks.registration import INTERACTIVE, operator
from tasks.services import Services

#: How often an unanswering companies API is asked while the person waits for the confirmation;
#: it is asked again after it, at leisure.
_PATIENCE = 2


@operator("govbr.fetch_facts", queue=INTERACTIVE)
def fetch_facts(job: Job, services: Services, *, attempt_id: int) -> Outputs:
    """Read userinfo and companies with the stored token; reading may be repeated.

    Companies that cannot be read do not stop anyone whose link does not hang on them; where it
    does (a login with a CNPJ) they are asked for once more. Where nothing hangs on them, and they
    were read within a day, they are not asked for.

    Raises:
        RetryLater: gov.br gave no answer.
        BpmnError: `procuracao`: the person acts for another; `resposta_invalida`: its answer cannot
            be used, or the attempt is over.
    """
    try:
        with job.batch() as connection:
            tokens = attempts.open_tokens(connection, services.sealer, attempt_id)
            needed = _hangs_on_companies(connection, attempt_id)
            young = people.are_young(connection, Cpf.parse(tokens.claims.sub), job.now)
        with job.effect("govbr.facts"):
            facts = services.govbr.fetch_facts(
                tokens.access_token, tokens.claims.sub, with_companies=needed or not young
            )
    except CallFailed as error:
        raise RetryLater(str(error), seconds=error.retry_after) from error
    except ActsForAnother as error:
        raise BpmnError("procuracao", str(error)) from error
    except (BadAnswer, Refused, AttemptMoved) as error:
        raise BpmnError("resposta_invalida", str(error)) from error
    if facts.companies_missing and needed and job.attempt < _PATIENCE:
        raise RetryLater("gov.br did not tell the person's companies")
    attempts.record_facts(
        job.connection, services.sealer, attempt_id, facts=facts, now=services.clock()
    )
    return None


def _hangs_on_companies(connection: Connection, attempt_id: int) -> bool:
    """Whether the link of the login that began hangs on the person's companies."""
    login_id = attempts.load(connection, attempt_id).login_id
    if login_id is None:
        return False
    login = logins.load(connection, login_id)
    return login.cnpj is not None
