"""What can go wrong in the portal, one class for each answer that a caller may have to give.

The texts reach logs: they name rows by their numbers, never a person, a document or an address.
"""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orquestra.linking.obstacles import Obstacle


class OrquestraError(Exception):
    """Anything that this package refuses or cannot find."""


class InvalidDocument(OrquestraError):
    """A text that should be a CPF or a CNPJ is none."""


class InvalidCpf(InvalidDocument):
    """A text that should be a CPF has another shape or wrong check digits."""


class InvalidCnpj(InvalidDocument):
    """A text that should be a CNPJ has another shape or wrong check digits."""


class InvalidText(OrquestraError):
    """A text is empty where it must not be, too long, or holds what PostgreSQL cannot store."""


class InvalidPage(OrquestraError):
    """A page of a list was asked for that cannot exist."""


class InvalidPasswordHash(OrquestraError):
    """A stored password is not what it should be, is damaged, or asks for too much work.

    Args:
        message: What is wrong.
        reason: A code for whoever repairs the file; the importer has a sentence for each.
    """

    def __init__(self, message: str, *, reason: str = "hash_invalido") -> None:
        super().__init__(message)
        self.reason = reason


class PasswordFormatUnknown(InvalidPasswordHash):
    """Nothing says how a stored password was made, or it was made in a way that is refused."""


class InvalidPasswordAdapter(OrquestraError):
    """The description of a home-made password format is not complete, or says what is unknown."""


class WeakPassword(OrquestraError):
    """A new password is too short."""


class CredentialsRefused(OrquestraError):
    """Name and password do not open anything; the screens tell no more than this."""


class LoginUnknown(CredentialsRefused):
    """Nobody has this name."""


class WrongPassword(CredentialsRefused):
    """The name exists, the password is not its own."""


class LoginInactive(OrquestraError):
    """Name and password are right, but the login was switched off."""


class LoginLocked(OrquestraError):
    """Name and password are right, but the old portal had locked the login."""


class LoginAlreadyLinked(OrquestraError):
    """The login belongs to a gov.br account, so that its old password opens nothing.

    Args:
        login_id: Which login.
        masked_holder: The holder's CPF as a screen may show it.
        linked_at: Since when.
    """

    def __init__(self, login_id: int, *, masked_holder: str, linked_at: datetime) -> None:
        super().__init__(
            f"Login {login_id} was linked to a gov.br account at {linked_at.isoformat()}; "
            "enter with gov.br instead."
        )
        self.login_id = login_id
        self.masked_holder = masked_holder
        self.linked_at = linked_at


class ResetRefused(OrquestraError):
    """A link for a new password opens nothing; unknown, used, void and late look the same."""


class NotAllowed(OrquestraError):
    """The holder may see this, or once might, but may not do it now.

    Args:
        reason: "bloqueado" (the deadline has passed), "em_vinculacao" (the link is under way),
            "vinculado" (the login is linked) or "desvinculado" (the person's link was undone);
            the web has a sentence for each.
        login_id: Whose state forbids it.
    """

    def __init__(self, reason: str, *, login_id: int) -> None:
        super().__init__(f"Login {login_id} may not do this: {reason}.")
        self.reason = reason
        self.login_id = login_id


class NotFound(OrquestraError):
    """There is no such thing, or it is somebody else's: the two look the same from outside."""


class BaseNumberNotFound(NotFound):
    """The report on the old base has no number of this code."""


class LoginNotFound(NotFound):
    """No login has this number."""


class PersonNotFound(NotFound):
    """No person has this number."""


class ProcessNotFound(NotFound):
    """The holder has no process with this number."""


class TaskNotFound(NotFound):
    """The holder has no task with this number."""


class CampaignNotFound(NotFound):
    """No campaign has this number."""


class LinkNotFound(NotFound):
    """No link has this number."""


class DecisionNotFound(NotFound):
    """No ownership decision has this number."""


class AccessCaseNotFound(NotFound):
    """No access case has this number."""


class SessionNotFound(NotFound):
    """No open portal session has this number."""


class TaskNotOpen(OrquestraError):
    """The task was concluded already, perhaps in another tab a moment ago."""


class CountMismatch(OrquestraError):
    """The end of a link does not hold what its beginning counted; nothing is unfrozen."""


class UndoRefused(OrquestraError):
    """An undo of a link that cannot be asked for, withdrawn or done as the link stands."""


class LinkNotUndoable(UndoRefused):
    """Something was begun under the link, which an undo would tear from its owner.

    Args:
        link_id: Which link.
        obstacles: What stands in the way.
    """

    def __init__(self, link_id: int, obstacles: "Sequence[Obstacle]") -> None:
        super().__init__(
            f"Link {link_id} cannot be undone: {len(obstacles)} things were begun under it."
        )
        self.obstacles = tuple(obstacles)


class LinkAlreadyUndone(UndoRefused):
    """Somebody has undone this link already."""


class UndoAlreadyAsked(UndoRefused):
    """Somebody has asked for this undo already: it waits for a second pair of eyes."""


class UndoNotAsked(UndoRefused):
    """Nobody has asked for this undo, or the request was withdrawn."""


class DecisionAlreadyMade(OrquestraError):
    """Somebody has decided already; a decision is never overwritten."""


class InvalidNextStep(OrquestraError):
    """A refusal names no next step, or one that nobody knows."""


class LinkNotAllowed(OrquestraError):
    """Neither a rule nor a decision stands behind a link."""


class NothingToDecide(OrquestraError):
    """No question that waits fits the filter."""


class QuestionsChanged(OrquestraError):
    """The filter shows other questions than those that were on the page."""


class AccessCaseDecided(OrquestraError):
    """Somebody has granted or refused this access case already."""


class AccessCaseNotGrantable(OrquestraError):
    """No password can be given: nobody has the login, or its way in is another one.

    Args:
        case_id: Which case.
        reason: "sem_login", "vinculado", "desativado" or "outro_lugar".
    """

    def __init__(self, case_id: int, *, reason: str) -> None:
        super().__init__(f"Access case {case_id} cannot be granted: {reason}.")
        self.case_id = case_id
        self.reason = reason


class SameStaffMember(OrquestraError):
    """The second pair of eyes has to be another staff member's."""


class CampaignExists(OrquestraError):
    """Another campaign has this name."""


class InvalidDeadline(OrquestraError):
    """A deadline lies in the past, before the opening, or where it already stands."""


class InvalidReminder(OrquestraError):
    """A reminder is not an ISO 8601 duration of weeks, days, hours, minutes and seconds."""


class StaffExists(OrquestraError):
    """Another staff member has this username."""


class WayOnlyForForeigners(OrquestraError):
    """A login that is no foreign customer's was given a day of its own for the old way in."""
