"""What the pages that ask for a code share: sending one, and finding what is waited for."""

from typing import Final

from flask import redirect, request, url_for
from werkzeug import Response

from govbr.simulator import authorizations, browser, challenges
from govbr.simulator.authorizations import Authorization
from govbr.simulator.challenges import Challenge, Purpose
from govbr.simulator.context import Simulator, current
from govbr.simulator.people import Person

WRONG: Final = "Código incorreto ou vencido. Confira a mensagem ou peça outro código."
#: The page that asks for the code of each purpose.
_PAGES: Final = {"segundo_fator": "second_factor.show", "recuperacao": "recovery.show"}


def send(
    simulator: Simulator,
    authorization: Authorization,
    person: Person,
    *,
    purpose: Purpose,
    channel: str,
) -> Response:
    """Send a code and lead to the page that asks for it.

    Args:
        simulator: Where.
        authorization: The request that goes on afterwards.
        person: Whose account it is.
        purpose: What the code opens.
        channel: "app", "email" or "sms".

    Returns:
        The redirection.
    """
    begun = challenges.begin(
        simulator,
        browser=browser.mark(),
        authorization_id=authorization.id,
        person=person,
        purpose=purpose,
        channel=channel,
    )
    return redirect(url_for(_PAGES[purpose], codigo_id=begun.id), 303)


def present(purpose: Purpose) -> Challenge:
    """Find the code that the page's address names.

    Args:
        purpose: What the page is for.

    Returns:
        What is waited for.

    Raises:
        PageGone: It is over, unknown, another browser's or for something else.
    """
    asked = request.values.get("codigo_id")
    return challenges.find(current(), id=asked, browser=browser.mark(), purpose=purpose)


def authorization_of(simulator: Simulator, challenge: Challenge) -> Authorization:
    """Find the request that goes on after a code.

    Args:
        simulator: Where.
        challenge: What was waited for.

    Returns:
        The request.

    Raises:
        PageGone: It is over.
    """
    return authorizations.find(simulator, id=challenge.authorization_id, browser=browser.mark())
