"""The simulator's settings, checked when they are made, so that a wrong one never serves a page."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from govbr.simulator.errors import ConfigurationRefused

#: Every host of the real service ends with this, staging's included (the manual's passo 3).
REAL_SERVICE = "acesso.gov.br"

#: Scopes of the manual; the last one is missing from discovery, as it is at gov.br.
KNOWN_SCOPES = (
    "openid",
    "profile",
    "email",
    "phone",
    "govbr_empresa",
    "govbr_confiabilidades",
    "govbr_recupera_certificadox509",
    "govbr_confiabilidades_idtoken",
)


def system_time() -> datetime:
    """Read the machine's clock; a development clock can take its place in the settings.

    Returns:
        The present instant, in UTC.
    """
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class SimulatorConfig:
    """Everything that one simulator needs to know at its start."""

    #: Where the two servers listen; the API has its own port, as it has its own host at gov.br.
    host: str
    port: int
    api_port: int
    #: The public address of the SSO host, with the final slash that gov.br's `iss` has.
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    #: Compared character by character.
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...]
    #: The client's home page: where the lost flow lands, without a code.
    home_url: str
    #: Folder of the database: people, keys, consents; survives a restart.
    data_dir: Path
    #: Makes invented details (wrong answers of the quiz) the same in each run.
    seed: int = 0
    #: JSON list of people with `cpf,name,email,phone,password,companies[{cnpj,name,role}]`.
    people_file: Path | None = None
    #: The service's name on the consent page.
    service_name: str = "Inmetro - Solicitação de Serviços"
    scopes: tuple[str, ...] = KNOWN_SCOPES
    #: Refuse requests without PKCE. Whether gov.br does is not confirmed.
    require_pkce: bool = True
    #: Obey `prompt=login`. Not documented at gov.br, so off.
    honour_prompt: bool = False
    #: Publish what gov.br's discovery document leaves out.
    complete_discovery: bool = False
    #: JSON list of more services: `client_id`, `client_secret`, `redirect_uris` …
    clients_file: Path | None = None
    #: Seconds.
    code_lifetime: int = 300
    access_token_lifetime: int = 3600
    id_token_lifetime: int = 60
    #: Listen on more than the loopback interface, for a container.
    allow_other_hosts: bool = False
    #: Must be the clock that the client checks tokens with.
    clock: Callable[[], datetime] = system_time

    def __post_init__(self) -> None:
        """Refuse settings that would not work, or that pretend to be the real service."""
        registered = (*self.redirect_uris, *self.post_logout_redirect_uris)
        for address in (self.issuer, self.home_url, *registered):
            refuse_real_service(urlsplit(address).hostname or "")
        refuse_real_service(self.host)
        if not self.issuer.endswith("/"):
            raise ConfigurationRefused("The issuer must end with a slash, as gov.br's does.")
        if not self.redirect_uris:
            raise ConfigurationRefused("At least one redirect URI must be registered.")
        if not self.allow_other_hosts and not _is_loopback(self.host):
            raise ConfigurationRefused(
                f"The simulator listens on loopback only; {self.host} is not. "
                "Set allow_other_hosts when it runs in a container."
            )


def refuse_real_service(host: str) -> None:
    """Refuse a name of the real service, and of any government site that is not a local one.

    The manual itself advises names such as `local.minha_aplicacao.gov.br` for development: those
    begin with `local.` and are let through.

    Args:
        host: A host name.

    Raises:
        ConfigurationRefused: It is one.
    """
    name = host.rstrip(".").lower()
    if name == REAL_SERVICE or name.endswith("." + REAL_SERVICE):
        raise ConfigurationRefused(
            f"{name} belongs to the real gov.br. The simulator never stands in for it: "
            "give it a local host name."
        )
    if (name == "gov.br" or name.endswith(".gov.br")) and not name.startswith("local."):
        raise ConfigurationRefused(
            f"{name} is a real government site. The simulator sends nobody there: give it a local "
            "host name, or one that begins with local."
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
