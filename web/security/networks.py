"""Which network a request comes from, as a keyed digest: several a day mark a shared login.

The address itself is nowhere kept. A network is what a provider gives one customer: the first 24
bits of an IPv4 address, the first 48 of an IPv6 one.
"""

import hashlib
import hmac
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from flask import request

from web.services import current_services

_IPV4_BITS: Final = 24
_IPV6_BITS: Final = 48
_LENGTH: Final = 32  # hexadecimal characters, as many as the column holds


def network_digest() -> str | None:
    """Digest the network of the current request.

    Returns:
        The digest; None where the server knows no address, as behind a socket file.
    """
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return None
    key = current_services().settings.secret_key.encode()
    said = b"network\0" + _network(address).encode()
    return hmac.new(key, said, hashlib.sha256).hexdigest()[:_LENGTH]


def _network(address: IPv4Address | IPv6Address) -> str:
    """Name an address's network; IPv4 within IPv6 is the IPv4 network that it is."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped
        if inner is None:
            return str(ip_network((int(address), _IPV6_BITS), strict=False))
        address = inner
    return str(ip_network((int(address), _IPV4_BITS), strict=False))
