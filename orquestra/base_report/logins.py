"""The numbers that count logins: each is a condition, and its list the logins that meet it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    and_,
    func,
    literal_column,
    or_,
    select,
)

from orquestra.base_report.lines import KIND_NAMES, Column, Grain, Line, document_of
from orquestra.store.tables import login, open_task, process_record

_running = func.count().filter(process_record.c.situation == "em_andamento")
_work = (
    select(
        process_record.c.login_id,
        _running.label("running"),
        (func.count() - _running).label("finished"),
    )
    .group_by(process_record.c.login_id)
    .subquery("work")
)
_waiting = (
    select(open_task.c.login_id, func.count().label("tasks"))
    .where(open_task.c.concluded_at.is_(None), open_task.c.login_id.is_not(None))
    .group_by(open_task.c.login_id)
    .subquery("waiting")
)

#: A login's processes and pending tasks, 0 where it has none.
running: Final = func.coalesce(_work.c.running, 0)
finished: Final = func.coalesce(_work.c.finished, 0)
pending: Final = func.coalesce(_waiting.c.tasks, 0)

_FROM: Final[FromClause] = login.outerjoin(_work, _work.c.login_id == login.c.id).outerjoin(
    _waiting, _waiting.c.login_id == login.c.id
)

# What people see of a name: no case, no blanks, one form of each character. lower() alone knows
# only the letters of the database's locale.
look: Final = func.lower(
    func.translate(
        func.regexp_replace(func.normalize(login.c.login, literal_column("NFKC")), r"\s+", "", "g"),
        "ÁÀÂÃÄÉÈÊËÍÌÎÏÓÒÔÕÖÚÙÛÜÇÑ",
        "áàâãäéèêëíìîïóòôõöúùûüçñ",
    )
)
#: A mailbox is one whatever the case of its letters.
mailbox: Final = func.nullif(func.lower(func.btrim(login.c.email)), "")

Order = Literal["login", "running", "finished", "pending"]
_ORDERS: Final[dict[Order, tuple[Any, ...]]] = {
    "login": (login.c.login, login.c.id),
    "running": (running.desc(), login.c.id),
    "finished": (finished.desc(), login.c.id),
    "pending": (pending.desc(), login.c.id),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginNumber:
    """A number of logins.

    Args:
        code: How addresses and files name it.
        label: What it counts, in Portuguese.
        where: Which logins it counts.
        order: What its list begins with.
        hint: What one should know of it.
    """

    code: str
    label: str
    where: ColumnElement[bool]
    order: Order = "login"
    hint: str = ""


def counting(numbers: tuple[LoginNumber, ...]) -> Select[Any]:
    """Count logins for many numbers in one walk over the base.

    Args:
        numbers: Which.

    Returns:
        A statement with one row, its columns in the order of the numbers.
    """
    counts: list[ColumnElement[Any]] = [func.count().filter(each.where) for each in numbers]
    return select(*counts).select_from(_FROM)


def listing(number: LoginNumber) -> Select[Any]:
    """List a number's logins.

    Args:
        number: Which.

    Returns:
        A statement in an order without ties.
    """
    return (
        select(
            login.c.id,
            login.c.login,
            login.c.name,
            login.c.kind,
            login.c.cpf,
            login.c.cnpj,
            login.c.document_text,
            login.c.email,
            running.label("running"),
            finished.label("finished"),
            pending.label("pending"),
        )
        .select_from(_FROM)
        .where(number.where)
        .order_by(*_ORDERS[number.order])
    )


def _read(row: Row[Any]) -> Line:
    """Turn a login's row into a line."""
    document = document_of(cpf=row.cpf, cnpj=row.cnpj, written=row.document_text)
    return Line(
        cells=(
            row.login,
            row.name,
            KIND_NAMES[row.kind],
            document,
            row.email or "",
            row.running,
            row.finished,
            row.pending,
        ),
        logins=((row.id, row.login),),
    )


LOGINS: Final = Grain(
    columns=(
        Column(title="Login"),
        Column(title="Nome"),
        Column(title="Tipo"),
        Column(title="Documento"),
        Column(title="E-mail"),
        Column(title="Em andamento", numeric=True),
        Column(title="Concluídos", numeric=True),
        Column(title="Tarefas", numeric=True),
    ),
    read=_read,
    searched=(login.c.login, login.c.name, login.c.email, login.c.cnpj),
    linked=0,
)


def repeated(value: ColumnElement[Any]) -> ColumnElement[bool]:
    """Build the condition that a login shares a value with another.

    Args:
        value: The value, of the table `login`.

    Returns:
        The condition.
    """
    shared = (
        select(value).where(value.is_not(None)).group_by(value).having(func.count() > 1).subquery()
    )
    return value.in_(select(shared))


def without_entry_since(limit: datetime, years: int = 1) -> ColumnElement[bool]:
    """Build the condition that nobody has used a login for long.

    Args:
        limit: The instant from which to count back.
        years: For how long.

    Returns:
        The condition; logins of which the old base keeps no entry are left out.
    """
    return login.c.last_entry_at < limit - timedelta(days=365 * years)


def has_signal(signal: str) -> ColumnElement[bool]:
    """Build the condition that a login has a sign of several users.

    Args:
        signal: Which.

    Returns:
        The condition.
    """
    return login.c.signals.contains([signal])


#: By the rule of `kinds.looks_shared`.
looks_shared: Final = or_(has_signal("cnpj"), func.jsonb_array_length(login.c.signals) > 1)
no_document: Final = and_(
    login.c.cpf.is_(None), login.c.cnpj.is_(None), login.c.document_text.is_(None)
)
