"""What an access case is."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

State = Literal["aberto", "atendido", "recusado"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What somebody says they know of a login.

    Args:
        document: The CPF or CNPJ of its registration, as typed; empty when not told.
        process_numbers: Numbers of its processes.
        old_email: The mailbox of its registration, as typed; empty when not told.
        registered_year: The year of its registration.
    """

    document: str = field(default="", repr=False)
    process_numbers: tuple[int, ...] = field(default=(), repr=False)
    old_email: str = field(default="", repr=False)
    registered_year: int | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One line of the staff's list.

    Args:
        id: The case's number.
        login_text: The login, as typed.
        login_known: Whether somebody has it.
        name: Who asks.
        state: "aberto", "atendido" or "recusado".
        first_granted: Whether one staff member has granted it and a second is missing.
        asked_at: Since when it waits.
        decided_at: When it was answered.
        forgotten: Whether its personal data were blanked since.
    """

    id: int
    login_text: str = field(repr=False)
    login_known: bool
    name: str = field(repr=False)
    state: State
    first_granted: bool
    asked_at: datetime
    decided_at: datetime | None
    forgotten: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessCase(CaseRow):
    """A case with all that was said.

    Args:
        login_id: The login, None when nobody has it.
        email: The contact address.
        phone: The contact number.
        claims: What they say they know.
        statement: What they tell.
        reason: Staff's, of the answer or of the first grant.
        staff_id: Who answered.
        first_staff_id: With four eyes, who granted first.
        new_email: Whether the grant, or the first of two, makes the contact address the login's.
    """

    login_id: int | None
    email: str = field(repr=False)
    phone: str | None = field(repr=False)
    claims: Claims
    statement: str = field(repr=False)
    reason: str | None
    staff_id: int | None
    first_staff_id: int | None
    new_email: bool
