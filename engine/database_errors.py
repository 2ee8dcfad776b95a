"""What of a database's error may be logged or kept: never the row that it is about.

PostgreSQL repeats data in its errors: "Failing row contains (…)", "Key (cpf)=(…)", a COPY's line.
psycopg hands that on as the exception's text, SQLAlchemy adds the statement's values where they
are not hidden, and a traceback prints all of it.
"""

import re
from collections.abc import Iterator

import psycopg
from sqlalchemy.exc import StatementError

# SQLSTATE classes whose primary message quotes values: data exceptions, what a procedure raises.
_QUOTES_VALUES = ("22", "P0")
# What is left in a text that came without its exception: to the statement, or to the end.
_DETAIL = re.compile(
    r"(?P<start>\n|\\n)(DETAIL|CONTEXT|HINT):  .*?(?=(?:\n|\\n)(?:\[SQL: |\(Background on |\n)|\Z)",
    re.DOTALL,
)
_CUT = " (detail left out)"
# SQLAlchemy's own addition, one line; where an engine hides values it holds none.
_PARAMETERS = re.compile(
    r"(?:\n|\\n)\[parameters: .*?\](?=(?:\n|\\n)\(Background on |\Z)", re.DOTALL
)


def said_without_rows(error: BaseException) -> str:
    """Say what an error says, also one that quotes a database's, without rows.

    Args:
        error: The error; what it was raised from is looked at too.

    Returns:
        Its text.
    """
    return str(without_rows(str(error), replacements=replacements_for(error)))


def without_rows(value: object, *, replacements: dict[str, str]) -> object:
    """Take rows out of what is about to be logged or kept.

    Args:
        value: A text, or a list or dictionary that may hold some.
        replacements: Of the errors at hand, from `replacements_for`.

    Returns:
        The same without rows.
    """
    if isinstance(value, str):
        for text, safe in replacements.items():
            value = value.replace(text, safe)
        return _PARAMETERS.sub("", _DETAIL.sub(_CUT, value))
    if isinstance(value, dict):
        return {key: without_rows(each, replacements=replacements) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [without_rows(each, replacements=replacements) for each in value]
    if isinstance(value, BaseException):
        return without_rows(str(value), replacements=replacements_for(value))
    return value


def replacements_for(*errors: BaseException | None) -> dict[str, str]:
    """Find the texts of database errors, and what may stand in their places.

    Args:
        errors: Errors at hand; what they were raised from is looked at too.

    Returns:
        Safe texts by unsafe ones, the longest first, since they hold one another.
    """
    found: dict[str, str] = {}
    for error in _chain(list(errors)):
        if safe := _safe(error):
            found[str(error)] = safe
            found[repr(error)] = f"{type(error).__name__}({safe!r})"
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _chain(errors: list[BaseException | None]) -> Iterator[BaseException]:
    """Go through errors and all that they came from."""
    seen: set[int] = set()
    while errors:
        error = errors.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        yield error
        errors += [error.__cause__, error.__context__]
        if isinstance(error, StatementError):
            errors.append(error.orig)
        if isinstance(error, BaseExceptionGroup):
            errors += error.exceptions


def _safe(error: BaseException) -> str | None:
    """Say what an error may say; None for one that is no database's."""
    if isinstance(error, StatementError):
        cause = _safe(error.orig) if error.orig is not None else None
        name = type(error.orig).__name__
        return f"({name}) {cause or 'the text is left out'}\n[SQL: {error.statement}]"
    if not isinstance(error, psycopg.Error):
        return None
    state = error.sqlstate
    if state is None:  # not from the server: a lost connection, a wrong use
        return None
    message = "" if state.startswith(_QUOTES_VALUES) else f": {error.diag.message_primary}"
    where = [
        f"{kind} {name}"
        for kind, name in (
            ("table", error.diag.table_name),
            ("column", error.diag.column_name),
            ("constraint", error.diag.constraint_name),
        )
        if name
    ]
    return f"SQLSTATE {state}{message}" + (f" ({', '.join(where)})" if where else "")
