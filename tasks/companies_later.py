"""Asks for the companies that gov.br did not tell when a person came in, while their token is good.

Nobody waits for it: the person is in, and only new processes in a company's name wait. The question
is a row of its attempt, so that a worker that dies loses none; reading has no effect to repeat.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from celery import Celery

from engine.runtime import Runtime
from govbr import attempts
from govbr.answers import Tokens
from govbr.errors import AttemptMoved, CompaniesUnknown, SealBroken
from orquestra import people
from tasks.company_ties import ENDS, ties_from
from tasks.services import Services

_log = logging.getLogger(__name__)

TASK: Final = "govbr.companies_later"
EVERY: Final = timedelta(seconds=15)
#: After the entry, and then after each answer that told nothing; the last one for ever.
FIRST: Final = timedelta(minutes=1)
_PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (2, 4, 8, 15))
#: Questions of one call: a host that is silent must not hold a worker for long.
_MOST: Final = 20


@dataclass(frozen=True, kw_only=True)
class CompaniesLater:
    """Asks again for companies that are unknown.

    Args:
        runtime: Where the base and the clock are.
        services: gov.br, and what opens a stored token.
    """

    runtime: Runtime
    services: Services

    def run(self) -> int:
        """Ask what is due.

        Returns:
            How many questions were asked.
        """
        for asked in range(_MOST):
            with self.runtime.database.begin() as connection:
                awaited = attempts.take_awaited(connection, now=self.runtime.clock.now())
            if awaited is None:
                return asked
            self._ask(awaited)
        return _MOST

    def _ask(self, awaited: attempts.Awaited) -> None:
        """Ask for one person's companies, and keep the answer or the time to ask again."""
        tokens = self._tokens(awaited)
        if tokens is None:
            return
        try:
            claims = self.services.govbr.fetch_companies(tokens.access_token, tokens.claims.sub)
        except CompaniesUnknown as error:
            self._put_off(awaited, error)
            return
        now = self.runtime.clock.now()
        with self.runtime.database.begin() as connection:
            people.record_ties(
                connection, person_id=awaited.person_id, ties=ties_from(claims), now=now
            )
            attempts.close(connection, awaited.attempt_id, ENDS[awaited.purpose], now)
        facts = {"action": "companies_told", "attempt_id": awaited.attempt_id}
        _log.info("gov.br told a person's companies after all", extra=facts)

    def _tokens(self, awaited: attempts.Awaited) -> Tokens | None:
        """Open the token; one that cannot be opened asks nothing any more and holds nobody up."""
        try:
            with self.runtime.database.begin() as connection:
                return attempts.open_tokens(connection, self.services.sealer, awaited.attempt_id)
        except AttemptMoved:  # ended since it was taken
            return None
        except SealBroken:
            facts = {"action": "companies_not_asked", "attempt_id": awaited.attempt_id}
            _log.exception("A kept token does not open: nobody is asked with it", extra=facts)
        with self.runtime.database.begin() as connection:
            attempts.close(
                connection, awaited.attempt_id, ENDS[awaited.purpose], self.runtime.clock.now()
            )
        return None

    def _put_off(self, awaited: attempts.Awaited, error: CompaniesUnknown) -> None:
        """Ask later, and not before gov.br wants to be asked."""
        pause = _PAUSES[min(awaited.asked, len(_PAUSES)) - 1]
        wanted = timedelta(seconds=error.retry_after or 0)
        at = self.runtime.clock.now() + max(pause, wanted)
        with self.runtime.database.begin() as connection:
            attempts.ask_later(connection, awaited.attempt_id, at)


def register(celery: Celery, runtime: Runtime, services: Services) -> None:
    """Register what the beat asks for.

    Args:
        celery: The worker's own.
        runtime: Where the base and the clock are.
        services: gov.br, and what opens a stored token.
    """
    asking = CompaniesLater(runtime=runtime, services=services)

    def ask_for_companies() -> int:
        return asking.run()

    celery.task(name=TASK, shared=False)(ask_for_companies)
