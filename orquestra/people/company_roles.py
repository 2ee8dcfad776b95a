"""What each role in a company lets someone do in Orquestra (Inmetro's FAQ, question 18).

Orquestra recognises two of gov.br's roles. gov.br's COLABORADOR is not Orquestra's member: a
member is made inside Orquestra, by a delegation of one service. A role that is not known here
lets nobody do anything.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePowers:
    """What a role lets someone do for a company while the tie holds.

    Args:
        may_request_every_service: Open new processes of any kind for the company.
        may_delegate: Let a member ask for one service.
        may_manage_members: Tie and untie members of the company.
    """

    may_request_every_service: bool
    may_delegate: bool
    may_manage_members: bool


_ALL: Final = RolePowers(may_request_every_service=True, may_delegate=True, may_manage_members=True)
NO_POWERS: Final = RolePowers(
    may_request_every_service=False, may_delegate=False, may_manage_members=False
)

#: The roles that act for the company; all others need a delegation made inside Orquestra.
ACTING_ROLES: Final = frozenset({"REPRESENTANTE_LEGAL", "SOCIO"})


def powers_of(role: str) -> RolePowers:
    """Tell what a role lets someone do, so that each page asks the same rule.

    Args:
        role: gov.br's word, COLABORADOR where it leaves it out.

    Returns:
        All powers for a legal representative or partner, and none for anybody else.
    """
    return _ALL if role in ACTING_ROLES else NO_POWERS
