"""What a list behind a number looks like: its columns, its lines, and what of them is masked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import ColumnElement, Row

from orquestra.documents import Cnpj, Cpf

_SEEN = 6
_LONG_ENOUGH = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a list.

    Args:
        title: Its heading, in Portuguese.
        numeric: Whether it holds numbers or dates, which stand in one line.
    """

    title: str
    numeric: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a list.

    Args:
        cells: What stands in its columns, ready to be shown: documents of people are masked.
        logins: Number and name of each login that the grain's linked column leads to.
        more: How many more logins there are than are named.
    """

    cells: tuple[object, ...] = field(repr=False)
    logins: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grain:
    """What one line of a list stands for.

    Args:
        columns: The columns.
        read: Turns a row into a line.
        searched: Where a search looks.
        linked: Which column names the line's logins, each a way to the login's page.
    """

    columns: tuple[Column, ...]
    read: Callable[[Row[Any]], Line]
    searched: tuple[ColumnElement[Any], ...]
    linked: int | None = None


#: How the screens call each kind.
KIND_NAMES: Final = {
    "pessoa": "Cliente pessoa",
    "empresa": "Login de empresa",
    "estrangeiro": "Cliente estrangeiro",
    "servico": "Conta de teste ou sistema",
    "equipe": "Equipe do órgão",
    "desconhecido": "Desconhecido",
}


def document_of(*, cpf: str | None, cnpj: str | None, written: str | None) -> str:
    """Write a login's document as lists show it: a CPF masked, a CNPJ, which is public, in full.

    Args:
        cpf: The valid CPF, if any.
        cnpj: The valid CNPJ, if any.
        written: What stood in the document's place and is neither.

    Returns:
        The text; empty without any.
    """
    parts = [
        f"CPF {Cpf(cpf).masked}" if cpf else "",
        f"CNPJ {Cnpj(cnpj).formatted}" if cnpj else "",
        f"inválido: {masked_text(written)}" if written else "",
    ]
    return " · ".join(part for part in parts if part)


def masked_text(written: str) -> str:
    """Mask what may be somebody's number with a typing error, as a CPF is masked.

    Args:
        written: As it stood in the old base.

    Returns:
        The text; of nine digits or more, six in the middle are left.
    """
    places = [place for place, sign in enumerate(written) if sign.isdigit()]
    if len(places) < _LONG_ENOUGH:
        return written
    first = (len(places) - _SEEN) // 2
    shown = set(places[first : first + _SEEN])
    return "".join(
        "*" if sign.isdigit() and place not in shown else sign for place, sign in enumerate(written)
    )
