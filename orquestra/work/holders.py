"""Whose work is looked at: a legacy login's, or a person's with everything linked to them."""

from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy import ColumnElement, exists, or_

from orquestra.store.tables import open_task, process_record


@dataclass(frozen=True, slots=True)
class LegacyHolder:
    """Who came in with an old login and its password.

    Args:
        login_id: The login.
    """

    login_id: int

    @property
    def actor(self) -> str:
        """How records name this holder."""
        return f"login:{self.login_id}"


@dataclass(frozen=True, slots=True)
class PersonHolder:
    """Who came in through gov.br.

    Args:
        person_id: The person.
    """

    person_id: int

    @property
    def actor(self) -> str:
        """How records name this holder."""
        return f"person:{self.person_id}"


Holder: TypeAlias = LegacyHolder | PersonHolder


def requested_by(holder: Holder) -> ColumnElement[bool]:
    """Build the condition that a process is the holder's.

    Args:
        holder: Whose.

    Returns:
        The condition on `process_record`.
    """
    if isinstance(holder, PersonHolder):
        return process_record.c.owner_person_id == holder.person_id
    return process_record.c.login_id == holder.login_id


def waits_on(holder: Holder) -> ColumnElement[bool]:
    """Build the condition that a task is the holder's.

    Args:
        holder: Whose.

    Returns:
        The condition on `open_task`.
    """
    if isinstance(holder, PersonHolder):
        return open_task.c.owner_person_id == holder.person_id
    return open_task.c.login_id == holder.login_id


def may_see(holder: Holder) -> ColumnElement[bool]:
    """Build the condition that a holder may open a process: their own, or with a task of theirs.

    Args:
        holder: Who looks.

    Returns:
        The condition on `process_record`.
    """
    has_task = exists().where(open_task.c.process_id == process_record.c.id, waits_on(holder))
    return or_(requested_by(holder), has_task)
