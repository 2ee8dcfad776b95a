"""From an HTTP answer to a JSON value, or to the error that says what the caller may do."""

import json
from typing import Any, Final

from govbr.errors import GovbrError, Refused, Uncertain
from govbr.wire import Answer

# RFC 6749 section 5.2 and RFC 6750 section 3.1, with gov.br's own "unauthorized". Another word
# could be text made to be read in a log, and is not kept.
_KNOWN_CODES: Final = frozenset(
    {
        "insufficient_scope",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "invalid_token",
        "unauthorized",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)
_REFUSALS: Final = {400, 401, 403, 404}


def read_json(call: str, answer: Answer) -> Any:  # noqa: ANN401 - JSON is anything
    """Read a JSON answer.

    Args:
        call: The call's name, for errors.
        answer: The answer.

    Returns:
        The value.

    Raises:
        Refused: Status 400, 401, 403 or 404, with the OAuth error code where one is given.
        Uncertain: Any other status than 200, or a body that is no JSON.
    """
    failure: GovbrError | None = None
    value: Any = None
    try:
        value = json.loads(answer.body) if answer.body else None
    except (ValueError, RecursionError):
        failure = Uncertain(f"gov.br's answer to the call {call} is no JSON")
    if answer.status in _REFUSALS:
        failure = Refused(call, _code(answer.status, value))
    elif answer.status != 200:  # noqa: PLR2004 - HTTP's word for good
        failure = Uncertain(
            f"gov.br answered the call {call} with status {answer.status}",
            retry_after=answer.retry_after,
        )
    if failure is not None:
        raise failure
    return value


def read_object(call: str, answer: Answer) -> dict[str, Any]:
    """Read a JSON answer that must be an object.

    Args:
        call: The call's name, for errors.
        answer: The answer.

    Returns:
        The object.

    Raises:
        Refused: As `read_json` does.
        Uncertain: As `read_json` does, and when the value is no object.
    """
    value = read_json(call, answer)
    if not isinstance(value, dict):
        raise Uncertain(f"gov.br's answer to the call {call} is no JSON object")
    return value


def _code(status: int, value: object) -> str:
    code = value.get("error") if isinstance(value, dict) else None
    if isinstance(code, str) and code in _KNOWN_CODES:
        return code
    # A wrong secret is often answered with 401 and nothing else (manual, "Erros comuns").
    return "unauthorized" if status == 401 else f"status_{status}"  # noqa: PLR2004 - as above
