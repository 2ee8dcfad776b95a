"""What can go wrong on the road to gov.br, one class for each thing a caller does about it.

No message holds a token, a code, a secret, a CPF, a name or an address with a query.
"""


class GovbrError(Exception):
    """The root of every error of this package."""


class BadSettings(GovbrError):
    """A setting of the relying party cannot be right; the message names it."""


class SealBroken(GovbrError):
    """A stored value does not open with any key at hand, or not in this place."""


class AttemptNotFound(GovbrError):
    """No attempt has that number."""

    def __init__(self, attempt_id: int) -> None:
        super().__init__(f"there is no attempt {attempt_id} at gov.br; begin a new one")
        self.attempt_id = attempt_id


class AttemptMoved(GovbrError):
    """The attempt is not in the state that the step needs, so the step was not done.

    A job that finds this was overtaken: by its own earlier run, by the end of the attempt, or by
    its time limit.
    """

    def __init__(self, attempt_id: int, *, status: str, step: str) -> None:
        super().__init__(
            f"attempt {attempt_id} is {status}, too early or too late for: {step}; load it and see"
        )
        self.attempt_id = attempt_id
        self.status = status


class CallbackRefused(GovbrError):
    """The browser came back with a state that opens nothing.

    The text is the same for unknown, used, expired and foreign states, so that an answer tells
    an attacker nothing. `cause` is for the record of the staff only.
    """

    def __init__(self, cause: str) -> None:
        super().__init__("the return from gov.br belongs to no attempt of this browser; begin anew")
        self.cause = cause


class CallFailed(GovbrError):
    """A call to gov.br gave nothing that can be used.

    `retry_after` is what gov.br asked for, in seconds, or None.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class CompaniesUnknown(CallFailed):
    """gov.br did not tell a person's companies, or not in a way that can be understood."""

    def __init__(self, *, retry_after: float | None) -> None:
        super().__init__("gov.br did not tell the person's companies", retry_after=retry_after)


class Unreachable(CallFailed):
    """No connection was made, so nothing was sent: any call may be repeated."""


class Uncertain(CallFailed):
    """The request may have arrived, but no usable answer came.

    A read may be repeated; an exchange may not, because the code may be used up.
    """


class Refused(GovbrError):
    """gov.br answered with a refusal; `code` is its OAuth error code (RFC 6749 section 5.2)."""

    def __init__(self, call: str, code: str) -> None:
        super().__init__(f"gov.br refused the call {call} with the code {code}")
        self.code = code


class BadIdToken(GovbrError):
    """The ID token is missing or fails a check; `reason` says which, in one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"gov.br's ID token was not accepted: {reason}; nobody was identified")
        self.reason = reason


class BadAnswer(GovbrError):
    """An answer of gov.br does not keep its contract."""


class ActsForAnother(BadAnswer):
    """The person came in by a procuração, for somebody else: nothing is linked for good by that."""

    def __init__(self) -> None:
        super().__init__("gov.br named somebody who acts for another person; come in as yourself")
