"""The passwords of accounts.csv: read line by line, wrapped batch by batch in several threads."""

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Connection, text

from orquestra import passwords
from orquestra.errors import InvalidPasswordHash
from orquestra.importing import values
from orquestra.importing.cells import Cells
from orquestra.importing.options import ImportOptions
from orquestra.passwords import Legacy, Profile, StoredPassword

_COLUMNS = {
    "senha_hash": values.text(limit=512),
    "senha_sal": values.text(limit=256),
    "senha_formato": values.text(limit=32),
}

#: Where a password came from, against those that their holders chose here.
_SOURCE = "importada"

_REFUSALS = {
    "sem_formato": ("senha_formato", "a forma do hash não diz o formato da senha: informe-o"),
    "formato_desconhecido": ("senha_formato", "formato de senha desconhecido; conhecidos: {known}"),
    "legivel": (
        "senha_formato",
        "senha em texto claro ou cifrada não se importa: redefina a senha, ou deixe-a vazia",
    ),
    "forma_contradiz": ("senha_formato", "o hash tem a forma de outro formato"),
    "hash_invalido": (
        "senha_hash",
        "o hash não é do formato de senha_formato, ou passa dos limites",
    ),
    "sal_ausente": ("senha_sal", "este formato de senha precisa do sal, em senha_sal"),
    "sal_invalido": ("senha_sal", "o sal não é deste formato de senha, ou passa dos limites"),
    "sal_a_mais": ("senha_sal", "este formato de senha não tem sal à parte"),
}

# Whatever a holder chose here, or a link once dropped, no file brings back.
_OUT_OF_REACH = text("""
    SELECT login FROM orquestra.login
    WHERE login = ANY(:names)
      AND (state <> 'legacy' OR password_source = 'escolhida'
           OR id IN (SELECT login_id FROM orquestra.account_link))
""")
_SEEN = text("""
    SELECT login, password_seen FROM orquestra.login
    WHERE login = ANY(:names) AND password_hash IS NOT NULL
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePassword:
    """One line's password, before it is wrapped.

    Args:
        login: Whose.
        seen: Its name by `passwords.seen`.
        legacy: The password itself; it goes no further than this process.
    """

    login: str = field(repr=False)
    seen: str
    legacy: Legacy = field(repr=False)


def read_password(cells: Cells, *, login: str, options: ImportOptions) -> FilePassword | None:
    """Read hash, salt and format of a line, which must fit together.

    Args:
        cells: The line; a fault is noted there.
        login: Whose it is.
        options: The import's.

    Returns:
        The password; None where the line brings none, or after a fault.
    """
    parts = [
        cells.read(column, parse) if cells.has(column) else "" for column, parse in _COLUMNS.items()
    ]
    stored, salt, declared = parts
    if stored is None or salt is None or declared is None or not any(parts):
        return None
    try:
        legacy = passwords.prepare(stored, salt=salt, declared=declared, adapters=options.adapters)
    except InvalidPasswordHash as error:
        _refuse(cells, error.reason, options)
        return None
    seen = passwords.seen(legacy, login=login, key=options.key)
    return FilePassword(login=login, seen=seen, legacy=legacy)


def wrap_new(
    connection: Connection, found: Iterable[FilePassword | None], *, profile: Profile
) -> dict[str, StoredPassword]:
    """Wrap what the base does not hold yet; argon2 lets the threads run side by side.

    Args:
        connection: The run's connection, in the batch's transaction.
        found: The batch's passwords.
        profile: How much work a check shall be.

    Returns:
        What to store, by the passwords' `seen`.
    """
    by_seen = {each.seen: each for each in found if each is not None}
    names = [each.login for each in by_seen.values()]
    known = {row.login: row.password_seen for row in connection.execute(_SEEN, {"names": names})}
    closed = set(connection.execute(_OUT_OF_REACH, {"names": names}).scalars())
    new = [
        each
        for each in by_seen.values()
        if each.login not in closed and known.get(each.login) != each.seen
    ]
    return dict(
        zip((each.seen for each in new), _wrap([each.legacy for each in new], profile), strict=True)
    )


def columns_of(
    password: FilePassword | None, wrapped: Mapping[str, StoredPassword]
) -> tuple[str | None, ...]:
    """Say what is to be stored of one line's password.

    Args:
        password: The line's own, if it brings one.
        wrapped: What `wrap_new` gave for its batch.

    Returns:
        Hash, format, salt and source; None each where the base keeps what it has.
    """
    new = wrapped.get(password.seen) if password is not None else None
    if new is None:
        return None, None, None, None
    return new.hash, new.format, new.salt, _SOURCE


def _wrap(found: Sequence[Legacy], profile: Profile) -> list[StoredPassword]:
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as threads:
        return list(threads.map(partial(passwords.wrap, profile=profile), found))


def _refuse(cells: Cells, reason: str, options: ImportOptions) -> None:
    """Note a fault in the column that shows it, or beside the hash where the file lacks that."""
    column, sentence = _REFUSALS[reason]
    known = ", ".join((*passwords.FORMATS, *options.adapters))
    cells.refuse(column if cells.has(column) else "senha_hash", sentence.format(known=known))
