"""How this program is registered at gov.br, and what seals the handshake's secrets."""

from govbr.sealing import Sealer
from govbr.settings import RelyingPartySettings
from normaliza.settings import Settings

#: Where browsers come back to; registered at gov.br character by character.
CALLBACK = "/govbr/callback"


def relying_party(settings: Settings) -> RelyingPartySettings:
    """What govbr/ must know.

    Args:
        settings: The program's settings.

    Returns:
        The registration.
    """
    return RelyingPartySettings(
        issuer=settings.govbr.issuer,
        api_url=settings.govbr.api_url,
        client_id=settings.govbr.client_id,
        client_secret=settings.govbr.client_secret,
        scopes=" ".join(settings.govbr.scopes),
        redirect_uri=f"{settings.public_url}{CALLBACK}",
        post_logout_redirect_uri=f"{settings.public_url}/",
        return_names_issuer=settings.govbr.return_names_issuer,
        companies_api=settings.govbr.companies_api,
        **settings.govbr.endpoints,
    )


def sealer(settings: Settings) -> Sealer:
    """What seals values that wait in the database between two steps.

    Args:
        settings: The program's settings.

    Returns:
        A sealer on the program's secret key.
    """
    return Sealer(settings.secret_key)
