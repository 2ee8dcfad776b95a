"""What the relying party must be told: who it is, and where gov.br stands."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from govbr.errors import BadSettings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class RelyingPartySettings:
    """The settings of one relying party at one provider, checked when made.

    Attributes:
        issuer: The provider's issuer, character by character: gov.br's ends with a slash.
        api_url: The root of the companies API.
        client_id: The credential's public name.
        client_secret: The credential's secret; never printed.
        scopes: The scopes asked for, separated by one space; `openid` is among them.
        redirect_uri: Where the browser comes back, exactly as registered.
        post_logout_redirect_uri: Where the browser lands after logging out of gov.br.
        authorization_endpoint: Only for a provider with other paths than gov.br's; the same for
            the four below. None means gov.br's path under the issuer.
        token_endpoint: As above.
        jwks_uri: As above.
        userinfo_endpoint: As above.
        end_session_endpoint: As above.
        return_names_issuer: Whether the provider says in each return who it is (RFC 9207): one that
            does not say it is refused then.
        companies_api: The version of the companies API: v1 is that of early 2020.
    """

    issuer: str
    api_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: str
    redirect_uri: str
    post_logout_redirect_uri: str
    authorization_endpoint: str | None = None
    token_endpoint: str | None = None
    jwks_uri: str | None = None
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    return_names_issuer: bool = False
    companies_api: Literal["v2", "v1"] = "v2"

    def __post_init__(self) -> None:
        for name in ("issuer", "api_url", "redirect_uri", "post_logout_redirect_uri"):
            _check_url(name, getattr(self, name))
        for name in _ENDPOINTS:
            if getattr(self, name) is not None:
                _check_url(name, getattr(self, name))
        for name in ("client_id", "client_secret"):
            _check_credential(name, getattr(self, name))
        if "openid" not in self.scopes.split():
            raise BadSettings("the setting scopes must hold openid: without it nobody is named")


_ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
)


def is_safe_url(url: str) -> bool:
    """Tell whether a URL may carry credentials: https, or plain http on this machine only.

    Args:
        url: The address to judge.

    Returns:
        True for an absolute URL without user, fragment, blank or control character.
    """
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.fragment or parts.username is not None or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _check_url(name: str, value: str) -> None:
    if not is_safe_url(value):
        raise BadSettings(
            f"the setting {name} must be an https address (http for this machine only), "
            "without blanks"
        )


def _check_credential(name: str, value: str) -> None:
    if not value or not value.isascii() or not value.isprintable() or value != value.strip():
        raise BadSettings(
            f"the setting {name} is empty, or has a blank or a new line around it (copied too far?)"
        )
