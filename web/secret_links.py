"""Addresses that open something by themselves: written for one mail only, and sealed for it."""

from flask import url_for

from orquestra.notices import LINK_PURPOSE
from web.services import current_services

#: What comes after it in an address opens a login.
PREFIX = "/nova-senha"


def loggable(path: str) -> str:
    """Take out of an address what no log may hold.

    Args:
        path: The path of a request.

    Returns:
        The path, with the secret of a mailed link left out.
    """
    return f"{PREFIX}/…" if path.startswith(f"{PREFIX}/") else path


def sealed_for_notice(token: str, key: str) -> str:
    """Write the address under which a new password is chosen, readable only to what sends it.

    Args:
        token: The reset's token.
        key: The key of the notice that carries it; another one's mail cannot open it.

    Returns:
        What the notice's row holds.
    """
    services = current_services()
    address = services.settings.public_url + url_for("new_password.open_link", token=token)
    return services.sealer.seal(address.encode(), purpose=LINK_PURPOSE, bound_to=key)
