"""govbr.exchange: the code for tokens."""

from datetime import timedelta

from engine.operators import BpmnError, Job, Outputs, RetryLater
from govbr import attempts
from govbr.errors import (
    ActsForAnother,
    AttemptMoved,
    BadAnswer,
    BadIdToken,
    Refused,
    Uncertain,
    Unreachable,
)
from tasks.registration import INTERACTIVE, operator
from tasks.services import Services

#: A code lives about five minutes (docs/govbr.md, section 3); after this it is not worth sending.
_YOUNG = timedelta(minutes=4)


@operator("govbr.exchange", queue=INTERACTIVE)
def exchange(job: Job, services: Services, *, attempt_id: int) -> Outputs:
    """Exchange the code for tokens and check the ID token.

    Repeated only where no connection was made and the code is young: in every other case the
    code may be used up, and the person is led back to begin again.

    Raises:
        RetryLater: gov.br was not reached; nothing was sent.
        BpmnError: `codigo_recusado`, `govbr_fora_do_ar`, `id_token_invalido`, `procuracao`.
    """
    try:
        with job.batch() as connection:
            opened = attempts.open_code(connection, services.sealer, attempt_id)
        with job.effect("govbr.token"):
            tokens = services.govbr.exchange(opened.code, opened.verifier, opened.nonce)
    except AttemptMoved as error:
        raise BpmnError("codigo_recusado", str(error)) from error
    except Unreachable as error:
        if services.clock() - opened.returned_at > _YOUNG:
            raise BpmnError("govbr_fora_do_ar", str(error)) from error
        raise RetryLater(str(error), seconds=error.retry_after) from error
    except Refused as error:
        raise BpmnError("codigo_recusado", str(error)) from error
    except ActsForAnother as error:
        raise BpmnError("procuracao", str(error)) from error
    except (Uncertain, BadAnswer) as error:
        raise BpmnError("govbr_fora_do_ar", str(error)) from error
    except BadIdToken as error:
        raise BpmnError("id_token_invalido", str(error)) from error
    attempts.record_tokens(
        job.connection, services.sealer, attempt_id, tokens=tokens, now=services.clock()
    )
    return None
