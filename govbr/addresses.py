"""The addresses of gov.br's manual, derived from the issuer, and the two that a browser visits.

Nothing here talks to the network.
"""

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from govbr.settings import RelyingPartySettings


def under_issuer(settings: RelyingPartySettings, path: str) -> str:
    """Give the address of a path below the issuer.

    Args:
        settings: The provider.
        path: Without a leading slash.

    Returns:
        The absolute address.
    """
    return f"{settings.issuer.rstrip('/')}/{path}"


def token_endpoint(settings: RelyingPartySettings) -> str:
    """Give the address of the exchange (manual, passo 6).

    Args:
        settings: The provider.

    Returns:
        The absolute address.
    """
    return settings.token_endpoint or under_issuer(settings, "token")


def jwks_uri(settings: RelyingPartySettings) -> str:
    """Give the address of the keys: `jwk`, not `jwks` (manual, passo 7).

    Args:
        settings: The provider.

    Returns:
        The absolute address.
    """
    return settings.jwks_uri or under_issuer(settings, "jwk")


def userinfo_endpoint(settings: RelyingPartySettings) -> str:
    """Give the address of userinfo (manual, passo 9, with its final slash).

    Args:
        settings: The provider.

    Returns:
        The absolute address.
    """
    return settings.userinfo_endpoint or under_issuer(settings, "userinfo/")


def authorization_url(
    settings: RelyingPartySettings, *, state: str, nonce: str, verifier: str
) -> str:
    """Build the address to which the browser is sent (manual, passo 3).

    PKCE is always S256, whatever a discovery document leaves out (RFC 7636).

    Args:
        settings: The provider and our registration.
        state: The single-use state.
        nonce: The single-use nonce.
        verifier: The PKCE verifier; only its digest is in the address.

    Returns:
        The absolute address with its query.
    """
    endpoint = settings.authorization_endpoint or under_issuer(settings, "authorize")
    url: str = prepare_grant_uri(
        endpoint,
        client_id=settings.client_id,
        response_type="code",
        redirect_uri=settings.redirect_uri,
        scope=settings.scopes,
        state=state,
        nonce=nonce,
        code_challenge=create_s256_code_challenge(verifier),
        code_challenge_method="S256",
    )
    return url


def logout_url(settings: RelyingPartySettings) -> str:
    """Build the address that ends gov.br's own session (manual, "Logout").

    gov.br's discovery names no such address, so libraries cannot make it.

    Args:
        settings: The provider and our registration.

    Returns:
        The absolute address with the registered place to land on.
    """
    query = [("post_logout_redirect_uri", settings.post_logout_redirect_uri)]
    if settings.end_session_endpoint:
        # OpenID Connect RP-Initiated Logout 1.0 section 2; gov.br documents no client_id here.
        query.append(("client_id", settings.client_id))
    endpoint = settings.end_session_endpoint or under_issuer(settings, "logout")
    url: str = add_params_to_uri(endpoint, query)
    return url
