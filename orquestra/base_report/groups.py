"""The numbers that count values which several logins share, and their lists, largest first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from orquestra.base_report.lines import Column, Grain, Line
from orquestra.base_report.logins import look, mailbox
from orquestra.documents import Cnpj, Cpf
from orquestra.store.tables import login

#: The most logins that a line names; the rest is counted.
NAMED: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupNumber:
    """A number of values that several logins share.

    Args:
        code: How addresses and files name it.
        label: What it counts, in Portuguese.
        value: What is shared.
        title: The heading of the value's column.
        show: Makes the value fit to be shown.
        searched: Where a search looks: never in what the list masks.
        hint: What one should know of it.
    """

    code: str
    label: str
    value: ColumnElement[Any]
    title: str
    show: Callable[[str], str]
    searched: tuple[ColumnElement[Any], ...]
    hint: str = ""

    @property
    def grain(self) -> Grain:
        """What one line of its list stands for."""
        return Grain(
            columns=(
                Column(title=self.title),
                Column(title="Logins", numeric=True),
                Column(title="Quais"),
            ),
            read=self._read,
            searched=self.searched,
            linked=2,
        )

    def _read(self, row: Row[Any]) -> Line:
        """Turn a group's row into a line."""
        named = tuple(zip(row.ids[:NAMED], row.names[:NAMED], strict=True))
        more = row.logins - len(named)
        names = ", ".join(row.names[:NAMED])
        return Line(
            cells=(
                self.show(row.value),
                row.logins,
                f"{names} e mais {more}" if more else names,
            ),
            logins=named,
            more=more,
        )


def _as_it_is(text: str) -> str:
    """Show a value as it stands."""
    return text


GROUPS: Final = (
    GroupNumber(
        code="cpf_repetido",
        label="CPFs com mais de um login",
        value=login.c.cpf,
        title="CPF",
        show=lambda text: Cpf(text).masked,
        searched=(login.c.login,),
        hint="Cada login é normalizado por si; a página da pessoa sugere os demais.",
    ),
    GroupNumber(
        code="cnpj_repetido",
        label="CNPJs com mais de um login",
        value=login.c.cnpj,
        title="CNPJ",
        show=lambda text: Cnpj(text).formatted,
        searched=(login.c.login, login.c.cnpj),
    ),
    GroupNumber(
        code="email_repetido",
        label="E-mails com mais de um login",
        value=mailbox,
        title="E-mail",
        show=_as_it_is,
        searched=(login.c.login, login.c.email),
        hint="Cada caixa recebe um aviso só, com a lista dos seus logins.",
    ),
    GroupNumber(
        code="parecidos",
        label="Nomes de login que se confundem",
        value=look,
        title="Sem maiúsculas nem espaços",
        show=_as_it_is,
        searched=(login.c.login,),
        hint="Só diferem em maiúsculas ou espaços.",
    ),
)


def listing(number: GroupNumber) -> Select[Any]:
    """List a number's groups, the largest first.

    Args:
        number: Which.

    Returns:
        A statement in an order without ties.
    """
    return (
        select(
            number.value.label("value"),
            func.count().label("logins"),
            func.array_agg(aggregate_order_by(login.c.login, login.c.id)).label("names"),
            func.array_agg(aggregate_order_by(login.c.id, login.c.id)).label("ids"),
        )
        .where(number.value.is_not(None))
        .group_by(number.value)
        .having(func.count() > 1)
        .order_by(func.count().desc(), number.value)
    )
