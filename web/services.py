"""What the web process is given when it is built: its services, and its settings.

Views get at them with `current_services()`; nothing in this package reads the environment.
"""

from dataclasses import dataclass, field
from threading import Semaphore
from typing import TYPE_CHECKING, cast

from flask import current_app

from orquestra.passwords import OWASP_MINIMUM, Profile
from orquestra.portal_sessions import Limits

if TYPE_CHECKING:
    import sqlalchemy

    from engine.clock import Clock
    from engine.runtime import Runtime
    from govbr.sealing import Sealer
    from govbr.settings import RelyingPartySettings

EXTENSION = "normaliza"


@dataclass(frozen=True, kw_only=True)
class WebSettings:
    """The web process's own settings.

    Args:
        public_url: Where browsers find us, without a slash at the end; https makes the cookie
            secure and `__Host-` prefixed.
        secret_key: Signs the tokens against forged forms; at least 32 characters.
        development: Whether the clock may be shifted and errors show more.
        simulator_notice: Whether every page says that gov.br is simulated here.
        trusted_proxies: How many reverse proxies stand before us and set X-Forwarded-For.
        help_contact: What the pages name as the place to ask for help.
        four_eyes: Whether what opens a login to somebody takes two different staff members.
        session_limits: How long browsers' visits last.
        password_profile: How much work one hash of a password chosen here is.
    """

    public_url: str
    secret_key: str
    development: bool = False
    simulator_notice: bool = False
    trusted_proxies: int = 0
    help_contact: str = "gov.br@inmetro.gov.br"
    four_eyes: bool = False
    password_profile: Profile = OWASP_MINIMUM
    session_limits: Limits = field(default_factory=Limits)

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over https."""
        return self.public_url.startswith("https://")


@dataclass(frozen=True, kw_only=True)
class WebServices:
    """Everything that the pages use.

    Args:
        database: The engine on which views open their transactions.
        runtime: Executes commands on process instances.
        clock: The one source of time.
        relying_party: How we are registered at gov.br.
        sealer: Seals what must be stored of the handshake.
        settings: The web process's own settings.
        waiting: How many of the process's threads may wait for a road's next step.
    """

    database: "sqlalchemy.Engine"
    runtime: "Runtime"
    clock: "Clock"
    relying_party: "RelyingPartySettings"
    sealer: "Sealer"
    settings: WebSettings
    waiting: Semaphore = field(default_factory=Semaphore)


def current_services() -> WebServices:
    """Give the services of the application that handles the current request.

    Returns:
        The services that the application was created with.
    """
    return cast("WebServices", current_app.extensions[EXTENSION])
