"""Every setting of the program, read from the environment once, by one function.

`read_settings` is the only reader of the environment. It checks everything before anything
starts, and tells all problems at once: the variable, its value (never a secret's), what to do.
docs/operations.md has a line for each; a test compares.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from normaliza.errors import SettingsRefused
from normaliza.govbr_settings import GovbrSettings, read_govbr, simulator_issuer
from normaliza.mail_settings import MailSettings, read_mail
from normaliza.password_settings import read_home_made, read_profile
from normaliza.private_servers.keepsake import write_private
from normaliza.reading import Reader
from orquestra.passwords import Adapters, Profile
from orquestra.portal_sessions import Limits

#: HKDF and Flask's signatures want no less (RFC 5869, 3.3: a key of the hash's length).
_SECRET_KEY_LENGTH = 32


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the program was told; every value is checked.

    Attributes:
        home: Where the program keeps its files, absolute.
        development: False in production.
        database_url: The database; None means the private one.
        broker_url: The broker; None means the private one.
        bind: The address that the web server listens on.
        port: Of the web server.
        public_url: Where browsers reach us, without a final slash.
        secret_key: Seals what is stored short-lived and signs the browser's cookie.
        govbr: Where gov.br is and who we are there.
        simulator_port: Of the simulator's login pages.
        simulator_api_port: Of the simulator's companies API.
        mail: How notices leave.
        workers: How many jobs a worker process does at a time.
        job_lease_seconds: After how long a job whose worker fell silent is given to another.
        trusted_proxies: How many reverse proxies stand before the web process.
        session_limits: How long browsers' visits last.
        four_eyes: Whether approvals and grants take two different staff members.
        password_profile: How much work one argon2id hash is.
        password_adapters: The home-made password formats of the old base, by name.
        log_level: The least grave message that is written.
    """

    home: Path
    development: bool
    database_url: str | None = field(repr=False)
    broker_url: str | None = field(repr=False)
    bind: str
    port: int
    public_url: str
    secret_key: str = field(repr=False)
    govbr: GovbrSettings
    simulator_port: int
    simulator_api_port: int
    mail: MailSettings
    workers: int
    job_lease_seconds: int
    trusted_proxies: int
    session_limits: Limits
    four_eyes: bool
    password_profile: Profile
    password_adapters: Adapters
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]

    @property
    def uses_simulator(self) -> bool:
        """Whether gov.br is the simulator that this program starts."""
        return self.govbr.issuer == simulator_issuer(self.simulator_port)

    @property
    def catches_mail(self) -> bool:
        """Whether notices go to the catcher that `normaliza up` starts."""
        return self.development and self.mail.server is None

    @property
    def demo_folder(self) -> Path:
        """Holds the files of the base that the first start makes up."""
        return self.home / "demo"

    @property
    def clock_offset_file(self) -> Path:
        """Holds how far the development clock runs ahead."""
        return self.home / "clock-offset"


#: Every variable: the documentation names each, and no other of these families is accepted.
VARIABLES = (
    "NORMALIZA_HOME",
    "NORMALIZA_ENV",
    "NORMALIZA_DATABASE_URL",
    "NORMALIZA_BROKER_URL",
    "NORMALIZA_BIND",
    "NORMALIZA_PORT",
    "NORMALIZA_PUBLIC_URL",
    "NORMALIZA_SECRET_KEY",
    "NORMALIZA_SIMULATOR_PORT",
    "NORMALIZA_SIMULATOR_API_PORT",
    "NORMALIZA_SMTP_URL",
    "NORMALIZA_MAIL_FROM",
    "NORMALIZA_MAILBOX_PORT",
    "NORMALIZA_MAILBOX_SMTP_PORT",
    "NORMALIZA_WORKERS",
    "NORMALIZA_JOB_LEASE_SECONDS",
    "NORMALIZA_TRUSTED_PROXIES",
    "NORMALIZA_SESSION_IDLE_MINUTES",
    "NORMALIZA_SESSION_HOURS",
    "NORMALIZA_FOUR_EYES",
    "NORMALIZA_PASSWORD_COST",
    "NORMALIZA_PASSWORD_ADAPTERS",
    "NORMALIZA_LOG_LEVEL",
    "GOVBR_ISSUER",
    "GOVBR_API_URL",
    "GOVBR_CLIENT_ID",
    "GOVBR_CLIENT_SECRET",
    "GOVBR_SCOPES",
    "GOVBR_AUTHORIZATION_ENDPOINT",
    "GOVBR_TOKEN_ENDPOINT",
    "GOVBR_JWKS_URI",
    "GOVBR_USERINFO_ENDPOINT",
    "GOVBR_END_SESSION_ENDPOINT",
    "GOVBR_RETURN_NAMES_ISSUER",
    "GOVBR_COMPANIES_API",
)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read and check every setting.

    Args:
        environment: `os.environ`, or a test's own.

    Returns:
        The settings.

    Raises:
        SettingsRefused: Something is missing or wrong; all of it is told at once.
    """
    read = Reader(environment)
    _refuse_unknown(read)
    home = Path(read.text("NORMALIZA_HOME", "./var")).absolute()
    development = read.choice("NORMALIZA_ENV", ("development", "production")) == "development"
    port = read.number("NORMALIZA_PORT", 8000, 1, 65535)
    public_url = read.web_url(
        "NORMALIZA_PUBLIC_URL", f"http://localhost:{port}" if development else None
    ).rstrip("/")
    mail = read_mail(read, development=development, public_url=public_url)
    login_port = read.number("NORMALIZA_SIMULATOR_PORT", 8001, 1, 65535)
    api_port = read.number("NORMALIZA_SIMULATOR_API_PORT", 8002, 1, 65535)
    _refuse_shared_ports(
        read,
        NORMALIZA_PORT=port,
        NORMALIZA_SIMULATOR_PORT=login_port,
        NORMALIZA_SIMULATOR_API_PORT=api_port,
        NORMALIZA_MAILBOX_PORT=mail.catcher_port,
        NORMALIZA_MAILBOX_SMTP_PORT=mail.catcher_smtp_port,
    )
    settings = Settings(
        home=home,
        development=development,
        database_url=read.server_url(
            "NORMALIZA_DATABASE_URL", ("postgresql+psycopg",), required=not development
        ),
        broker_url=read.server_url(
            "NORMALIZA_BROKER_URL", ("redis", "rediss"), required=not development
        ),
        bind=read.ip_address("NORMALIZA_BIND", "127.0.0.1"),
        port=port,
        public_url=public_url,
        secret_key=_secret_key(read, home, development=development),
        govbr=read_govbr(read, development=development, login_port=login_port, api_port=api_port),
        simulator_port=login_port,
        simulator_api_port=api_port,
        mail=mail,
        workers=read.number("NORMALIZA_WORKERS", 2, 1, 256),
        job_lease_seconds=read.number("NORMALIZA_JOB_LEASE_SECONDS", 30, 1, 3600),
        trusted_proxies=read.number("NORMALIZA_TRUSTED_PROXIES", 0, 0, 9),
        session_limits=_session_limits(read),
        four_eyes=read.choice("NORMALIZA_FOUR_EYES", ("false", "true")) == "true",
        password_profile=read_profile(read, development=development),
        password_adapters=read_home_made(read),
        log_level=read.choice("NORMALIZA_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")),
    )
    if read.problems:
        raise SettingsRefused(read.problems)
    return settings


def _session_limits(read: Reader) -> Limits:
    """How long visits last: long enough for the warning, short enough for a shared computer."""
    return Limits(
        idle=timedelta(minutes=read.number("NORMALIZA_SESSION_IDLE_MINUTES", 30, 10, 240)),
        age=timedelta(hours=read.number("NORMALIZA_SESSION_HOURS", 12, 1, 24)),
    )


def _refuse_shared_ports(read: Reader, **ports: int) -> None:
    """Two servers on one port: name both variables."""
    for number in sorted(set(ports.values())):
        sharing = sorted(name for name, port in ports.items() if port == number)
        if len(sharing) > 1:
            read.refuse(f"{' and '.join(sharing)} are {number}: give each its own port.")


def _secret_key(read: Reader, home: Path, *, development: bool) -> str:
    """The key: given, or in development made at the first run and kept for its owner alone."""
    given = read.environment.get("NORMALIZA_SECRET_KEY")
    if given:
        if len(given) < _SECRET_KEY_LENGTH:
            read.refuse(
                f"NORMALIZA_SECRET_KEY (not shown) has {len(given)} characters: set it to at least "
                f"{_SECRET_KEY_LENGTH} random ones."
            )
        return given
    if not development:
        read.refuse(
            "NORMALIZA_SECRET_KEY is not set: set it to at least "
            f"{_SECRET_KEY_LENGTH} random characters, the same for every process."
        )
        return ""
    return _kept_secret_key(home)


def _kept_secret_key(home: Path) -> str:
    """The development key in home; of two processes that make it at once, one wins."""
    kept = home / "secret-key"
    if not kept.exists():
        home.mkdir(parents=True, exist_ok=True)
        fresh = home / f"secret-key.{secrets.token_hex(4)}"
        write_private(fresh, secrets.token_urlsafe(48))
        try:
            kept.hardlink_to(fresh)
        except FileExistsError:
            pass  # the other process was quicker; its key is the one
        finally:
            fresh.unlink()
    return kept.read_text(encoding="ascii").strip()


def _refuse_unknown(read: Reader) -> None:
    """A misspelt variable would be passed over in silence: name it instead."""
    for name in sorted(read.environment):
        if name.startswith(("NORMALIZA_", "GOVBR_")) and name not in VARIABLES:
            read.refuse(f"{name} is not a setting: correct its name or unset it.")
