"""Discovery (OpenID Connect Discovery 1.0), as an offer and not as an authority.

gov.br's document leaves out PKCE and logout. So it only tells where endpoints stand, at any
provider that publishes one; what is missing in it stands where gov.br's manual says.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from govbr.settings import RelyingPartySettings, is_safe_url

PATH: Final = ".well-known/openid-configuration"

_OFFERED: Final = (
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
)


def read_discovery(settings: RelyingPartySettings, body: bytes) -> RelyingPartySettings | None:
    """Complete the settings by what a discovery document offers.

    Args:
        settings: The settings; an endpoint that they name stays.
        body: The document.

    Returns:
        The completed settings, or None when the document is not this issuer's (section 4.3 asks
        for the very same text) or no document at all.
    """
    document = _document(body)
    if document is None or document.get("issuer") != settings.issuer:
        return None
    offered = {
        name: document[name]
        for name in _OFFERED
        if getattr(settings, name) is None and _is_endpoint(document.get(name))
    }
    return replace(settings, **offered)


def _document(body: bytes) -> Mapping[str, Any] | None:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _is_endpoint(value: object) -> bool:
    return isinstance(value, str) and is_safe_url(value)
