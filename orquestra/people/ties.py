"""People's companies, as gov.br tells them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from orquestra.documents import Cnpj, Cpf
from orquestra.people.company_roles import NO_POWERS, RolePowers, powers_of
from orquestra.people.persons import KNOWN, UNKNOWN
from orquestra.store.tables import company, company_tie, person

#: What was read so lately is not asked for again at an entry; the link of a company's login asks
#: in any case. Ties change outside, so that nothing older counts as read at this entry.
YOUNG = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A person's role in a company, as gov.br answers.

    Args:
        cnpj: The company.
        company_name: Its name.
        role: gov.br's word, COLABORADOR where it leaves it out.
        expires_at: Until when; None: without end.
    """

    cnpj: Cnpj
    company_name: str
    role: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyTie:
    """A tie that has not ended, as it was last read.

    Args:
        cnpj: The company.
        company_name: Its name.
        role: gov.br's word.
        expires_at: Until when; None: without end.
        read_at: When gov.br was asked.
    """

    cnpj: Cnpj
    company_name: str
    role: str
    expires_at: datetime | None
    read_at: datetime

    def acts(self, now: datetime) -> bool:
        """Tell whether it lets the person act for the company in Orquestra.

        Args:
            now: The instant.

        Returns:
            True for a legal representative or partner whose tie has not expired.
        """
        return acts(self.role, self.expires_at, now)

    def powers(self, now: datetime) -> RolePowers:
        """Tell what it lets the person do for the company; once expired, nothing.

        Args:
            now: The instant.

        Returns:
            The powers of its role while the tie holds.
        """
        return powers_at(self.role, self.expires_at, now)


def powers_at(role: str, expires_at: datetime | None, now: datetime) -> RolePowers:
    """Tell what a role lets someone do at an instant.

    Args:
        role: gov.br's word.
        expires_at: Until when; None: without end.
        now: The instant.

    Returns:
        The role's powers before the end, none from that instant on.
    """
    return powers_of(role) if expires_at is None or expires_at > now else NO_POWERS


def acts(role: str, expires_at: datetime | None, now: datetime) -> bool:
    """Tell whether a role lets someone act for a company in Orquestra.

    Args:
        role: gov.br's word.
        expires_at: Until when; None: without end.
        now: The instant.

    Returns:
        True for a legal representative or partner whose tie has not expired.
    """
    return powers_at(role, expires_at, now).may_request_every_service


def record_ties(
    connection: Connection, *, person_id: int, ties: Sequence[Tie] | None, now: datetime
) -> None:
    """Keep a person's companies as gov.br told them; what it tells no longer ends now.

    Args:
        connection: The caller's transaction.
        person_id: Whose.
        ties: All of them; None: gov.br did not answer, so that nothing is known at this entry.
            What was known stays for the record and proves nothing (`Person.ties_known`).
        now: When gov.br was asked.
    """
    whose = update(person).where(person.c.id == person_id)
    if ties is None:
        connection.execute(whose.values(ties_state=UNKNOWN))
        return
    connection.execute(whose.values(ties_state=KNOWN, ties_read_at=now))
    present = [
        _keep_tie(connection, person_id=person_id, tie=tie, now=now) for tie in _one_each(ties, now)
    ]
    connection.execute(
        update(company_tie)
        .where(
            company_tie.c.person_id == person_id,
            company_tie.c.ended_at.is_(None),
            company_tie.c.company_id.not_in(present),
        )
        .values(ended_at=now)
    )


def ties_of(connection: Connection, person_id: int) -> list[CompanyTie]:
    """Read a person's ties that have not ended.

    Args:
        connection: The caller's transaction.
        person_id: Whose.

    Returns:
        The ties as last read, by company name; expired ones among them.
    """
    rows = connection.execute(
        select(company_tie, company.c.cnpj, company.c.name.label("company_name"))
        .join(company, company.c.id == company_tie.c.company_id)
        .where(company_tie.c.person_id == person_id, company_tie.c.ended_at.is_(None))
        .order_by(company.c.name, company.c.cnpj)
    )
    return [
        CompanyTie(
            cnpj=Cnpj(row.cnpj),
            company_name=row.company_name,
            role=row.role,
            expires_at=row.expires_at,
            read_at=row.read_at,
        )
        for row in rows
    ]


def are_young(connection: Connection, cpf: Cpf, now: datetime) -> bool:
    """Tell whether a person's companies were read lately enough not to be asked for again.

    Args:
        connection: Read from.
        cpf: Whose.
        now: The instant.

    Returns:
        False for somebody unknown, or whose companies gov.br did not tell at the last entry.
    """
    read_at = connection.execute(
        select(person.c.ties_read_at).where(
            person.c.cpf == cpf.digits, person.c.ties_state == KNOWN
        )
    ).scalar_one_or_none()
    return read_at is not None and now - read_at < YOUNG


def may_open_processes(ties: Iterable[CompanyTie], now: datetime) -> bool:
    """Tell whether someone may open new processes: only for a company that they may act for.

    Args:
        ties: Their ties.
        now: The instant.

    Returns:
        True with at least one tie that acts.
    """
    return any(tie.acts(now) for tie in ties)


def _one_each(ties: Sequence[Tie], now: datetime) -> list[Tie]:
    """Keep one tie for each company, the one that acts if gov.br told several."""
    chosen: dict[str, Tie] = {}
    for tie in ties:
        if acts(tie.role, tie.expires_at, now) or tie.cnpj.digits not in chosen:
            chosen[tie.cnpj.digits] = tie
    return sorted(chosen.values(), key=lambda tie: tie.cnpj)


def _keep_tie(connection: Connection, *, person_id: int, tie: Tie, now: datetime) -> int:
    """Write one tie and give its company's number; companies are locked in CNPJ order."""
    new_company = upsert(company).values(
        cnpj=tie.cnpj.digits, name=tie.company_name, created_at=now
    )
    company_id: int = connection.execute(
        new_company.on_conflict_do_update(
            index_elements=[company.c.cnpj], set_={"name": new_company.excluded.name}
        ).returning(company.c.id)
    ).scalar_one()
    holds = (
        company_tie.c.person_id == person_id,
        company_tie.c.company_id == company_id,
        company_tie.c.ended_at.is_(None),
    )
    # Another role is another tie: what somebody did under the earlier one can be looked up.
    connection.execute(
        update(company_tie).where(*holds, company_tie.c.role != tie.role).values(ended_at=now)
    )
    new_tie = upsert(company_tie).values(
        person_id=person_id,
        company_id=company_id,
        role=tie.role,
        expires_at=tie.expires_at,
        since=now,
        read_at=now,
    )
    connection.execute(
        new_tie.on_conflict_do_update(
            index_elements=[company_tie.c.person_id, company_tie.c.company_id],
            index_where=company_tie.c.ended_at.is_(None),
            set_={"expires_at": new_tie.excluded.expires_at, "read_at": now},
        )
    )
    return company_id
