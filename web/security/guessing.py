"""A brake on guessing passwords: wrong ones are counted in PostgreSQL, for all web processes.

A try is counted before its password is looked at, and taken back when it was right, so that many
tries at once pass no more than one after the other would.

Counted are the pair of name and network, so that a stranger cannot lock a customer out; the
network, against one that tries many names; and the name, against many networks. A name that nobody
has is counted like any other, so that the refusal does not tell which names exist. Only keyed
hashes are stored (NIST SP 800-63B, 5.2.2 "Rate Limiting").
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request
from sqlalchemy import BigInteger, Connection, bindparam, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from web.errors import TooManyAttempts
from web.services import current_services
from web.store.tables import wrong_password

WINDOW = timedelta(minutes=15)
PER_PAIR = 8
PER_ADDRESS = 60
PER_NAME = 100

# Who has one IPv6 address has all of its /64 (RFC 6177).
_IPV6_BITS = 64
# PostgreSQL's locks have signed numbers of 64 bits; two subjects that share one only wait.
_HALF = 1 << 63
_HOLD = text(
    "SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key"
).bindparams(bindparam("keys", type_=ARRAY(BigInteger)))


def spend(connection: Connection, *, name: str, now: datetime) -> list[int]:
    """Count a try as a wrong one, or refuse it when too many went wrong lately.

    Args:
        connection: A transaction of its own, which ends before the password is checked: the count
            must survive the refusal, and tries at once wait for each other here.
        name: The login or user name that was typed.
        now: The instant.

    Returns:
        What was counted, for `take_back`.

    Raises:
        TooManyAttempts: One of the limits is reached.
    """
    limits = _subjects(name)
    hold(connection, limits)
    of_these, since = wrong_password.c.subject.in_(list(limits)), now - WINDOW
    connection.execute(
        delete(wrong_password).where(of_these, wrong_password.c.happened_at <= since)
    )
    counted = connection.execute(
        select(wrong_password.c.subject, func.count())
        .where(of_these)
        .group_by(wrong_password.c.subject)
    ).all()
    if any(count >= limits[subject] for subject, count in counted):
        raise TooManyAttempts(minutes=int(WINDOW.total_seconds() // 60))
    rows = [{"subject": subject, "happened_at": now} for subject in limits]
    return list(
        connection.scalars(insert(wrong_password).values(rows).returning(wrong_password.c.id))
    )


def take_back(connection: Connection, counted: Sequence[int]) -> None:
    """Count a try no longer: its password was right.

    Args:
        connection: The caller's transaction.
        counted: What `spend` gave.
    """
    connection.execute(delete(wrong_password).where(wrong_password.c.id.in_(counted)))


def hold(connection: Connection, subjects: Iterable[str]) -> None:
    """Let whoever counts the same subjects wait until the commit.

    Args:
        connection: The caller's transaction.
        subjects: Hashes in hexadecimal. All are taken in one order, so that nobody waits in a ring.
    """
    keys = sorted(int(subject[:16], 16) - _HALF for subject in subjects)
    connection.execute(_HOLD, {"keys": keys})


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
