"""Everything that whoever decides should see of a question: both sides and what was before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from orquestra import logins, people
from orquestra.ownership.lists import asked_about
from orquestra.ownership.questions import Decision
from orquestra.store.tables import login, login_network
from orquestra.work import WorkCounts, counts_of_login

#: How far back networks are counted.
NETWORK_DAYS: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSide:
    """The login's side.

    Args:
        login: The login.
        kind: Whom it is for.
        signals: The signs that several people use it.
        unreadable: What stood in the document's place, if it is none: the first marks only.
        identification: Whether it has a matrícula or passport on record.
        locked: Whether the old portal had locked it.
        last_entry_at: The last entry that the old base knows of.
        networks: From how many networks it was used in the last `NETWORK_DAYS` days.
        networks_a_day: The most of them on one day.
        counts: Its work.
    """

    login: logins.LegacyLogin
    kind: str
    signals: tuple[str, ...]
    unreadable: str | None = field(repr=False)
    identification: bool
    locked: bool
    last_entry_at: datetime | None
    networks: int
    networks_a_day: int
    counts: WorkCounts

    @property
    def document(self) -> str:
        """The document, masked."""
        shown = [f"CPF {self.login.cpf.masked}"] if self.login.cpf is not None else []
        shown += [f"CNPJ {self.login.cnpj.masked}"] if self.login.cnpj is not None else []
        return " e ".join(shown) or "sem documento"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A question with both sides and its history.

    Args:
        question: The question.
        side: The login's side.
        person: Who wants the login.
        ties: Their companies, as last told.
        own_logins: The logins that are theirs already.
        earlier: What was asked about the login before, the newest first.
    """

    question: Decision
    side: LoginSide
    person: people.Person
    ties: Sequence[people.CompanyTie]
    own_logins: Sequence[logins.LegacyLogin]
    earlier: Sequence[Decision]


def read_dossier(connection: Connection, question: Decision, *, now: datetime) -> Dossier:
    """Read what a decision needs.

    Args:
        connection: The caller's transaction.
        question: The question.
        now: The instant that networks are counted back from.

    Returns:
        Everything.
    """
    person = people.load(connection, question.person_id)
    return Dossier(
        question=question,
        side=_side(connection, question.login_id, now),
        person=person,
        ties=people.ties_of(connection, person.id),
        own_logins=logins.logins_of_person(connection, person.id),
        earlier=[
            other for other in asked_about(connection, question.login_id) if other.id != question.id
        ],
    )


def _side(connection: Connection, login_id: int, now: datetime) -> LoginSide:
    """Read the login's side."""
    row = connection.execute(select(login).where(login.c.id == login_id)).one()
    networks, networks_a_day = _networks(
        connection, login_id, (now - timedelta(days=NETWORK_DAYS)).date()
    )
    return LoginSide(
        login=logins.load(connection, login_id),
        kind=row.kind,
        signals=tuple(row.signals),
        unreadable=_beginning(row.document_text),
        identification=row.identification is not None,
        locked=row.locked,
        last_entry_at=row.last_entry_at,
        networks=networks,
        networks_a_day=networks_a_day,
        counts=counts_of_login(connection, login_id),
    )


def _networks(connection: Connection, login_id: int, since: date) -> tuple[int, int]:
    """Count a login's networks, all and the most on one day."""
    used = (login_network.c.login_id == login_id) & (login_network.c.day >= since)
    a_day = (
        select(func.count().label("networks")).where(used).group_by(login_network.c.day).subquery()
    )
    row = connection.execute(
        select(
            select(func.count(login_network.c.network.distinct()))
            .where(used)
            .scalar_subquery()
            .label("all"),
            select(func.max(a_day.c.networks)).scalar_subquery().label("most"),
        )
    ).one()
    return row.all, row.most or 0


def _beginning(text: str | None) -> str | None:
    """Show the first marks of what may be somebody's number."""
    return None if text is None else f"{text[:3]}…"
