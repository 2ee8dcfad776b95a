"""All that the base knows of one login, for the staff's page of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, func, literal, select, union_all

from orquestra.base_report.lines import document_of
from orquestra.base_report.logins import mailbox
from orquestra.documents import Cpf
from orquestra.errors import LoginNotFound
from orquestra.kinds import NETWORKS_KEPT
from orquestra.store.tables import (
    campaign,
    login,
    login_network,
    person,
    staff_member,
)
from orquestra.work import WorkCounts, counts_of_login

_SIBLINGS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """Another login that shares something with this one: a hint, never a proof.

    Args:
        id: Its number.
        login: Its name.
        shared: "cpf", "cnpj" or "email".
    """

    id: int
    login: str = field(repr=False)
    shared: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OneLogin:
    """All that is known of a login.

    Args:
        row: The login's own row, with the campaign's, the staff member's and the person's names.
        document: Its document, a CPF masked.
        holder: The masked CPF of the person it is linked to; empty without one.
        counts: Its processes and tasks.
        networks: From how many networks it was used lately.
        busiest_day: From how many on one day at most.
        siblings: Logins that share its CPF, CNPJ or e-mail.
    """

    row: Row[Any] = field(repr=False)
    document: str = field(repr=False)
    holder: str
    counts: WorkCounts
    networks: int
    busiest_day: int
    siblings: tuple[Sibling, ...]


def one_login(connection: Connection, login_id: int, *, now: datetime) -> OneLogin:
    """Read all that is known of a login.

    Args:
        connection: The caller's transaction.
        login_id: Which.
        now: The instant.

    Returns:
        The login.

    Raises:
        LoginNotFound: There is none.
    """
    row = connection.execute(
        select(
            login,
            campaign.c.name.label("campaign_name"),
            campaign.c.deadline_on.label("campaign_deadline_on"),
            staff_member.c.name.label("staff_name"),
            person.c.name.label("holder_name"),
            person.c.cpf.label("holder_cpf"),
        )
        .outerjoin(campaign, campaign.c.id == login.c.campaign_id)
        .outerjoin(staff_member, staff_member.c.id == login.c.kind_staff_id)
        .outerjoin(person, person.c.id == login.c.person_id)
        .where(login.c.id == login_id)
    ).one_or_none()
    if row is None:
        raise LoginNotFound(f"There is no login {login_id}.")
    networks, busiest = _networks(connection, login_id, (now - NETWORKS_KEPT).date())
    return OneLogin(
        row=row,
        document=document_of(cpf=row.cpf, cnpj=row.cnpj, written=row.document_text),
        holder=Cpf(row.holder_cpf).masked if row.holder_cpf is not None else "",
        counts=counts_of_login(connection, login_id),
        networks=networks,
        busiest_day=busiest,
        siblings=_siblings(connection, row),
    )


def _networks(connection: Connection, login_id: int, since: date) -> tuple[int, int]:
    """Count a login's networks, and those of its busiest day."""
    daily = (
        select(func.count().label("networks"))
        .where(login_network.c.login_id == login_id, login_network.c.day > since)
        .group_by(login_network.c.day)
        .subquery()
    )
    all_of_them = connection.scalar(
        select(func.count(login_network.c.network.distinct())).where(
            login_network.c.login_id == login_id, login_network.c.day > since
        )
    )
    return all_of_them or 0, connection.scalar(select(func.max(daily.c.networks))) or 0


def _siblings(connection: Connection, row: Row[Any]) -> tuple[Sibling, ...]:
    """List the logins that share a CPF, a CNPJ or a mailbox with this one."""
    email = (row.email or "").strip().lower()
    shared = {
        "cpf": login.c.cpf == row.cpf,
        "cnpj": login.c.cnpj == row.cnpj,
        "email": mailbox == email,
    }
    known = {"cpf": row.cpf, "cnpj": row.cnpj, "email": email}
    parts = [
        select(login.c.id, login.c.login, literal(name).label("shared")).where(
            condition, login.c.id != row.id
        )
        for name, condition in shared.items()
        if known[name]
    ]
    if not parts:
        return ()
    found = connection.execute(union_all(*parts).order_by("shared", "login", "id").limit(_SIBLINGS))
    return tuple(Sibling(id=each.id, login=each.login, shared=each.shared) for each in found)
