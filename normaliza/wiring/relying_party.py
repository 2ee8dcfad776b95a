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
        issuer=settings.govbr_issuer,
        api_url=settings.govbr_api_url,
        client_id=settings.govbr_client_id,
        client_secret=settings.govbr_client_secret,
        scopes=" ".join(settings.govbr_scopes),
        redirect_uri=f"{settings.public_url}{CALLBACK}",
        post_logout_redirect_uri=f"{settings.public_url}/",
    )


def sealer(settings: Settings) -> Sealer:
    """What seals values that wait in the database between two steps.

    Args:
        settings: The program's settings.

    Returns:
        A sealer on the program's secret key.
    """
    return Sealer(settings.secret_key)
