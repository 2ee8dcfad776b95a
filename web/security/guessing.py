"""A brake on guessing passwords: wrong ones are counted in PostgreSQL, for all web processes.

Counted are the pair of name and network, so that a stranger cannot lock a customer out; the
network, against one that tries many names; and the name, against many networks. A name that nobody
has is counted like any other, so that the refusal does not tell which names exist. Only keyed
hashes are stored (NIST SP 800-63B, 5.2.2 "Rate Limiting").
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request
from sqlalchemy import Connection, delete, func, insert, select

from web.errors import TooManyAttempts
from web.services import current_services
from web.store.tables import wrong_password

WINDOW = timedelta(minutes=15)
PER_PAIR = 8
PER_ADDRESS = 60
PER_NAME = 100

# Who has one IPv6 address has all of its /64 (RFC 6177).
_IPV6_BITS = 64


def check(connection: Connection, *, name: str, now: datetime) -> None:
    """Refuse another try when too many went wrong lately.

    Args:
        connection: The caller's transaction.
        name: The login or user name that was typed.
        now: The instant.

    Raises:
        TooManyAttempts: One of the limits is reached.
    """
    counted = connection.execute(
        select(wrong_password.c.subject, func.count())
        .where(
            wrong_password.c.subject.in_(list(_subjects(name))),
            wrong_password.c.happened_at > now - WINDOW,
        )
        .group_by(wrong_password.c.subject)
    ).all()
    limits = _subjects(name)
    if any(count >= limits[subject] for subject, count in counted):
        raise TooManyAttempts(minutes=int(WINDOW.total_seconds() // 60))


def record(connection: Connection, *, name: str, now: datetime) -> None:
    """Count a wrong password, and forget the old ones of the same subjects.

    Args:
        connection: A transaction of its own: the count must survive the refusal.
        name: The login or user name that was typed.
        now: The instant.
    """
    subjects = list(_subjects(name))
    connection.execute(
        delete(wrong_password).where(
            wrong_password.c.subject.in_(subjects), wrong_password.c.happened_at <= now - WINDOW
        )
    )
    connection.execute(
        insert(wrong_password), [{"subject": subject, "happened_at": now} for subject in subjects]
    )


def _subjects(name: str) -> dict[str, int]:
    """Give what is counted for this try, hashed, each with its limit."""
    network = source(request.remote_addr or "")
    typed = name.strip().casefold()
    return {
        _hashed("pair", typed, network): PER_PAIR,
        _hashed("address", network): PER_ADDRESS,
        _hashed("name", typed): PER_NAME,
    }


def source(address: str) -> str:
    """Name what one guesser can send from: an IPv4 address, or an IPv6 network.

    Args:
        address: The request's.

    Returns:
        The address or network; what was given where it is no address.
    """
    try:
        parsed = ip_address(address)
    except ValueError:  # behind a socket file the server knows none
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    inner = parsed.ipv4_mapped
    return str(inner or ip_network((int(parsed), _IPV6_BITS), strict=False))


def _hashed(*parts: str) -> str:
    """Hash with the web's own key, so that the table alone tells no names."""
    key = current_services().settings.secret_key.encode()
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()
