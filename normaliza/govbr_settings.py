"""The settings of gov.br: where it stands, who we are there, and what another provider does not do.

With the issuer and our credential alone it is gov.br as its manual has it. The rest is for another
OpenID provider that keeps gov.br's contract at addresses of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from normaliza.reading import Reader

#: gov.br's own scopes (its manual, "Passo 3"), and the companies'.
DEFAULT_SCOPES = (
    "openid",
    "email",
    "profile",
    "phone",
    "govbr_confiabilidades",
    "govbr_confiabilidades_idtoken",
    "govbr_empresa",
)

#: What the simulator of gov.br knows us by.
SIMULATOR_CLIENT_ID = "normaliza-desenvolvimento"
SIMULATOR_CLIENT_SECRET = "segredo-do-simulador"  # noqa: S105 — the simulator's, worth nothing

#: Addresses that stand under the issuer at gov.br, by the names of the OpenID metadata.
_ENDPOINTS: Mapping[str, str] = {
    "authorization_endpoint": "GOVBR_AUTHORIZATION_ENDPOINT",
    "token_endpoint": "GOVBR_TOKEN_ENDPOINT",
    "jwks_uri": "GOVBR_JWKS_URI",
    "userinfo_endpoint": "GOVBR_USERINFO_ENDPOINT",
    "end_session_endpoint": "GOVBR_END_SESSION_ENDPOINT",
}

CompaniesApi = Literal["v2", "v1"]


@dataclass(frozen=True, kw_only=True)
class GovbrSettings:
    """What the relying party is told; every value is checked.

    Attributes:
        issuer: The OpenID issuer, exactly as its ID tokens name it.
        api_url: Of the companies API.
        client_id: Who we are at gov.br.
        client_secret: Our password at gov.br.
        scopes: What we ask a person to share.
        endpoints: Addresses that do not stand where gov.br's do, by their metadata name.
        return_names_issuer: Whether the return always carries `iss` (RFC 9207): one without it is
            refused then. gov.br's carries none.
        companies_api: The version of the companies API.
    """

    issuer: str
    api_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...]
    endpoints: Mapping[str, str] = field(default_factory=dict)
    return_names_issuer: bool = False
    companies_api: CompaniesApi = "v2"


def simulator_issuer(port: int) -> str:
    """The simulator's issuer; like gov.br's it ends with a slash and is another site than ours.

    Browsers keep one set of cookies for all ports of a host, hence not `localhost`.

    Args:
        port: Of the simulator's login pages.

    Returns:
        The address.
    """
    return f"http://127.0.0.1:{port}/"


def read_govbr(read: Reader, *, development: bool, login_port: int, api_port: int) -> GovbrSettings:
    """Read where gov.br is and who we are there; the simulator only when nothing else is named.

    Args:
        read: The environment.
        development: Whether the simulator may stand in.
        login_port: Of the simulator's login pages.
        api_port: Of the simulator's companies API.

    Returns:
        The settings.
    """
    simulated = simulator_issuer(login_port) if development else None
    issuer = read.web_url("GOVBR_ISSUER", simulated)
    to_simulator = simulated is not None and issuer == simulated
    return GovbrSettings(
        issuer=issuer,
        api_url=read.web_url(
            "GOVBR_API_URL", f"http://127.0.0.1:{api_port}" if to_simulator else None
        ),
        client_id=read.secret("GOVBR_CLIENT_ID", SIMULATOR_CLIENT_ID if to_simulator else None),
        client_secret=read.secret(
            "GOVBR_CLIENT_SECRET", SIMULATOR_CLIENT_SECRET if to_simulator else None
        ),
        scopes=read.scopes("GOVBR_SCOPES", DEFAULT_SCOPES),
        endpoints={
            name: read.web_url(variable, None)
            for name, variable in _ENDPOINTS.items()
            if read.environment.get(variable)
        },
        return_names_issuer=read.choice("GOVBR_RETURN_NAMES_ISSUER", ("false", "true")) == "true",
        companies_api=read.choice("GOVBR_COMPANIES_API", ("v2", "v1")),
    )
