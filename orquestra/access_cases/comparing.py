"""What somebody claims, held against the base: matches and counts, never the base's own values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, func, select

from orquestra.access_cases.model import AccessCase, Claims
from orquestra.documents import Cnpj, Cpf
from orquestra.errors import InvalidDocument
from orquestra.logins.choosing import CHOSEN
from orquestra.resets import reachable
from orquestra.store.tables import access_case, login, process_record
from orquestra.text import fold

Match = Literal["confere", "nao_confere", "sem_dado", "nao_informado"]
Granting = Literal["pode", "sem_login", "vinculado", "desativado", "outro_lugar"]

_BRASILIA = ZoneInfo("America/Sao_Paulo")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginFacts:
    """What staff see of the login itself.

    Args:
        name: Its holder's name.
        kind: What kind of customer it is for.
        signals: Signs that several people use it.
        reachable: Whether mail to the old mailbox could arrive.
        last_entry_at: When it was last used.
        blocked: Whether its deadline has passed.
        locked: Whether the old portal had locked it, which a new password ends.
        processes: How many it has.
    """

    name: str = field(repr=False)
    kind: str
    signals: tuple[str, ...]
    reachable: bool
    last_entry_at: datetime | None
    blocked: bool
    locked: bool
    processes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A case's claims beside the base.

    Args:
        granting: Whether a password can be given at all, or why not.
        document: Of the registration's CPF or CNPJ. "sem_dado": the base has none.
        old_email: Of the registration's mailbox.
        name: Of the asker's name and the login's.
        registered_year: Of the year of registration.
        numbers_claimed: How many process numbers were told.
        numbers_of_login: How many of them are the login's.
        numbers_of_others: How many are another login's.
        contact_is_old_email: Whether the contact address is the old mailbox itself.
        other_cases: How many more cases name the login and wait.
        login: The login; None when nobody has it.
    """

    granting: Granting
    document: Match
    old_email: Match
    name: Match
    registered_year: Match
    numbers_claimed: int
    numbers_of_login: int
    numbers_of_others: int
    contact_is_old_email: bool
    other_cases: int
    login: LoginFacts | None


def compare(connection: Connection, case: AccessCase) -> Comparison:
    """Hold a case's claims against the base as it is now.

    Args:
        connection: The caller's transaction.
        case: The case.

    Returns:
        What matches.
    """
    row = _login(connection, case.login_id)
    claims = case.claims
    own, others = _owned(connection, claims.process_numbers, case.login_id)
    return Comparison(
        granting=granting(row),
        document=_document(claims, row),
        old_email=_same(claims.old_email, row.email if row is not None else None),
        name=_same(case.name, row.name if row is not None else None),
        registered_year=_year(claims, row),
        numbers_claimed=len(set(claims.process_numbers)),
        numbers_of_login=own,
        numbers_of_others=others,
        contact_is_old_email=row is not None and fold(case.email) == fold(row.email or ""),
        other_cases=_others_waiting(connection, case),
        login=_facts(connection, row) if row is not None else None,
    )


def granting(row: Row[Any] | None) -> Granting:
    """Say whether a login can be given a password.

    Args:
        row: Its row, None when nobody has the name.

    Returns:
        "pode", or why not.
    """
    if row is None:
        return "sem_login"
    if row.state != "legacy":
        return "vinculado"
    if not row.active:
        return "desativado"
    return "pode" if row.auth_kind == "local" else "outro_lugar"


def _login(connection: Connection, login_id: int | None) -> Row[Any] | None:
    """Read the login that a case names."""
    return connection.execute(select(login).where(login.c.id == login_id)).one_or_none()


def _facts(connection: Connection, row: Row[Any]) -> LoginFacts:
    """Read what staff see of the login."""
    processes = connection.execute(
        select(func.count()).select_from(process_record).where(process_record.c.login_id == row.id)
    ).scalar_one()
    return LoginFacts(
        name=row.name,
        kind=row.kind,
        signals=tuple(row.signals),
        reachable=reachable(row.email),
        last_entry_at=row.last_entry_at,
        blocked=row.blocked_at is not None,
        locked=row.locked and row.password_source != CHOSEN,
        processes=processes,
    )


def _document(claims: Claims, row: Row[Any] | None) -> Match:
    """Compare the document; one that was typed wrong matches nothing."""
    if not claims.document:
        return "nao_informado"
    known = {row.cpf, row.cnpj} - {None} if row is not None else set()
    if not known:
        return "sem_dado"
    return "confere" if _digits(claims.document) in known else "nao_confere"


def _digits(text: str) -> str | None:
    """Read a CPF or CNPJ, None when it is neither."""
    for kind in (Cpf, Cnpj):
        try:
            return kind.parse(text).digits
        except InvalidDocument:
            continue
    return None


def _same(told: str, known: str | None) -> Match:
    """Compare two texts, whatever accents, case and blanks."""
    if not told.strip():
        return "nao_informado"
    if not (known or "").strip():
        return "sem_dado"
    return "confere" if _plain(told) == _plain(known or "") else "nao_confere"


def _plain(text: str) -> str:
    """Fold a text and make each run of blanks one."""
    return " ".join(fold(text).split())


def _year(claims: Claims, row: Row[Any] | None) -> Match:
    """Compare the year of registration, as the calendar in Brasília had it."""
    if claims.registered_year is None:
        return "nao_informado"
    if row is None or row.created_at is None:
        return "sem_dado"
    year = row.created_at.astimezone(_BRASILIA).year
    return "confere" if year == claims.registered_year else "nao_confere"


def _owned(
    connection: Connection, numbers: tuple[int, ...], login_id: int | None
) -> tuple[int, int]:
    """Count the process numbers that are the login's, and those that are another's."""
    rows = connection.execute(
        select(process_record.c.login_id).where(process_record.c.number.in_(set(numbers)))
    ).scalars()
    owners = [owner == login_id for owner in rows]
    return owners.count(True), owners.count(False)


def _others_waiting(connection: Connection, case: AccessCase) -> int:
    """Count the other waiting cases of the same login."""
    if case.login_id is None:
        return 0
    return connection.execute(
        select(func.count())
        .select_from(access_case)
        .where(
            access_case.c.login_id == case.login_id,
            access_case.c.id != case.id,
            access_case.c.state == "aberto",
        )
    ).scalar_one()
