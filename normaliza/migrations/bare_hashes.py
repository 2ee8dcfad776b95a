"""Hashes that an earlier base held as they came, wrapped before the base refuses such."""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection, Row, text

from orquestra import passwords
from orquestra.errors import InvalidPasswordHash

#: Rows in memory at a time.
_BATCH = 500

_BARE = text("""
    SELECT id, password_hash FROM orquestra.login
    WHERE id > :after AND password_hash NOT LIKE '$argon2id$%' ORDER BY id LIMIT :batch
""")
_STORE = text("""
    UPDATE orquestra.login
    SET password_hash = :hash, password_format = :format, password_salt = :salt
    WHERE id = :id
""")
_SOURCE = text("""
    UPDATE orquestra.login SET password_source = 'importada' WHERE password_hash IS NOT NULL
""")


def wrap_bare_hashes(connection: Connection) -> None:
    """Put argon2id around each bare hash, at OWASP's minimum, so that its login still opens.

    The only bare format that an earlier base took was ASP.NET Identity 3. What cannot be read was
    no password of anybody's: it is dropped, and its holder may choose another by e-mail.

    Args:
        connection: The migration's.
    """
    after = 0
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as threads:
        while rows := connection.execute(_BARE, {"after": after, "batch": _BATCH}).all():
            connection.execute(_STORE, list(threads.map(_wrapped, rows)))
            after = rows[-1].id
    connection.execute(_SOURCE)


def _wrapped(row: Row[Any]) -> dict[str, object]:
    try:
        legacy = passwords.prepare(row.password_hash, salt="", declared="", adapters={})
    except InvalidPasswordHash:
        return {"id": row.id, "hash": None, "format": None, "salt": None}
    stored = passwords.wrap(legacy, passwords.OWASP_MINIMUM)
    return {"id": row.id, "hash": stored.hash, "format": stored.format, "salt": stored.salt}
