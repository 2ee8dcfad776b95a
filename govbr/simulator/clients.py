"""The services that are registered: of the settings, of a file, and by the control API."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from govbr.simulator import storage
from govbr.simulator.configuration import KNOWN_SCOPES, SimulatorConfig, refuse_real_service
from govbr.simulator.errors import ClientRefused, ConfigurationRefused

_TEXTS = ("client_id", "client_secret", "service_name", "home_url")
_LISTS = ("redirect_uris", "post_logout_redirect_uris", "scopes")


@dataclass(frozen=True, kw_only=True)
class Client:
    """A service as it was registered.

    Attributes:
        client_id: Its name for the protocol.
        client_secret: What it proves itself with.
        service_name: Its name on the consent page.
        home_url: Where the lost flow lands, without a code.
        redirect_uris: Compared character by character.
        post_logout_redirect_uris: The same.
        scopes: What it may ask for.
        source: "settings", "file" or "api".
    """

    client_id: str
    client_secret: str = field(repr=False)
    service_name: str
    home_url: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()
    scopes: tuple[str, ...] = KNOWN_SCOPES
    source: str = "api"

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address of it that a browser may be sent to."""
        return (self.home_url, *self.redirect_uris, *self.post_logout_redirect_uris)


def of_settings(config: SimulatorConfig) -> Client:
    """Give the client that the settings name.

    Args:
        config: The settings.

    Returns:
        It.
    """
    return Client(
        client_id=config.client_id,
        client_secret=config.client_secret,
        service_name=config.service_name,
        home_url=config.home_url,
        redirect_uris=config.redirect_uris,
        post_logout_redirect_uris=config.post_logout_redirect_uris,
        scopes=config.scopes,
        source="settings",
    )


def from_mapping(given: Mapping[str, Any], *, source: str) -> Client:
    """Read a service from JSON.

    Args:
        given: `client_id`, `client_secret`, `redirect_uris`; and, if wanted, `service_name`,
            `home_url`, `post_logout_redirect_uris`, `scopes`.
        source: Where it came from.

    Returns:
        The service, checked.

    Raises:
        ClientRefused: A field is missing, unknown or wrong.
    """
    unknown = sorted(set(given) - {*_TEXTS, *_LISTS})
    if unknown:
        raise ClientRefused(f"A service has no field {unknown[0]}.")
    texts = {name: _text(given, name) for name in _TEXTS if given.get(name) is not None}
    lists = {name: _texts(given, name) for name in _LISTS if given.get(name) is not None}
    for name in ("client_id", "client_secret"):
        if not texts.get(name):
            raise ClientRefused(f"{name} is missing.")
    if not lists.get("redirect_uris"):
        raise ClientRefused("redirect_uris must have at least one address.")
    first = urlsplit(lists["redirect_uris"][0])
    defaults = {
        "service_name": texts["client_id"],
        "home_url": f"{first.scheme}://{first.netloc}/",
    }
    made = Client(**(defaults | texts | lists | {"source": source}))  # type: ignore[arg-type]
    _check(made)
    return made


def read_file(path: Path) -> list[Client]:
    """Read the services of a file: a JSON list.

    Args:
        path: Where it is.

    Returns:
        The services.

    Raises:
        ConfigurationRefused: It is no such file; the message names the entry.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationRefused(f"The file of services cannot be read: {error}") from error
    if not isinstance(entries, list):
        raise ConfigurationRefused("The file of services is no JSON list.")
    found = []
    for number, entry in enumerate(entries, start=1):
        try:
            found.append(from_mapping(entry, source="file"))
        except (ClientRefused, TypeError) as error:
            raise ConfigurationRefused(f"Service {number} of the file: {error}") from error
    return found


def register(connection: sa.Connection, new: Client) -> None:
    """Register a service, or write it over the one of that name.

    Args:
        connection: A writing transaction.
        new: The service, checked.
    """
    table = storage.client
    connection.execute(sa.delete(table).where(table.c.client_id == new.client_id))
    values = asdict(new) | {name: list(getattr(new, name)) for name in _LISTS}
    connection.execute(sa.insert(table).values(**values))


def remove(connection: sa.Connection, client_id: str) -> bool:
    """Take a service out; one of the settings stays.

    Args:
        connection: A writing transaction.
        client_id: Which.

    Returns:
        Whether it was there.
    """
    table = storage.client
    mine = (table.c.client_id == client_id, table.c.source != "settings")
    return connection.execute(sa.delete(table).where(*mine)).rowcount == 1


def find(connection: sa.Connection, client_id: str | None) -> Client | None:
    """Find a service by its name."""
    table = storage.client
    row = connection.execute(sa.select(table).where(table.c.client_id == client_id)).one_or_none()
    return None if row is None else _read(row)


def listing(connection: sa.Connection) -> list[Client]:
    """List the services, those of the settings first."""
    table = storage.client
    first = sa.case((table.c.source == "settings", 0), else_=1)
    return [
        _read(row)
        for row in connection.execute(sa.select(table).order_by(first, table.c.client_id))
    ]


def keep_only_known(connection: sa.Connection, known: Sequence[Client]) -> None:
    """At a start: the services of settings and file as they are now; those of the API stay.

    Args:
        connection: A writing transaction.
        known: Of the settings and of the file.
    """
    table = storage.client
    connection.execute(sa.delete(table).where(table.c.source != "api"))
    for each in known:
        register(connection, each)


def _read(row: Any) -> Client:  # noqa: ANN401 - a Row
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    return Client(**(values | {name: tuple(values[name]) for name in _LISTS}))


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given[name]
    if not isinstance(value, str) or value != value.strip():
        raise ClientRefused(f"{name} must be a text without blanks around it.")
    return value


def _texts(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = given[name]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ClientRefused(f"{name} must be a list of texts.")
    return tuple(value)


def _check(made: Client) -> None:
    for address in made.addresses:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ClientRefused("Every address must be an absolute http or https address.")
        try:
            refuse_real_service(parts.hostname)
        except ConfigurationRefused as error:
            raise ClientRefused(str(error)) from error
    strange = sorted(set(made.scopes) - set(KNOWN_SCOPES))
    if strange or "openid" not in made.scopes:
        known = " ".join(KNOWN_SCOPES)
        raise ClientRefused(f"scopes must have openid, and no others than {known}.")
