"""A line's CPF and CNPJ, however they were written: punctuated, short of zeros, in one field.

A number that is neither does not keep its login out: its owner could enter no more. What stood
there is kept as text, for staff, and pointed out.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from orquestra.documents import Cnpj, Cpf
from orquestra.errors import InvalidDocument
from orquestra.importing.cells import Cells
from orquestra.importing.faults import shown

#: The columns that may bring one.
DOCUMENT_COLUMNS = ("cpf", "cnpj", "documento")

_BLANKS = " \t\r\n"
_DIGITS = re.compile(r"[0-9]+")
_PUNCTUATION = str.maketrans("", "", ".-/ ")
# Shorter numbers are too often something else whose check digits fit by chance.
_FEWEST_DIGITS = 8
_CPF_DIGITS = 11
_CNPJ_DIGITS = 14
_HEAD_OFFICE = "0001"

_PADDED = "faltavam zeros à esquerda; o número foi completado"
_UNREADABLE = "não é um CPF nem um CNPJ; o login entra sem documento, e o texto fica guardado"
_AMBIGUOUS = "serve de CPF e de CNPJ sem os zeros à esquerda; o login entra sem documento"
_CONTRADICTED = (
    "difere da coluna {column}; o login entra sem documento, e os textos ficam guardados"
)


class Identity(NamedTuple):
    """What a line says of whose the login is.

    Args:
        cpf: Eleven digits, if it has a CPF.
        cnpj: Fourteen characters, if it has a CNPJ.
        unreadable: What stood there and is neither, or does not say whose the login is.
    """

    cpf: str | None
    cnpj: str | None
    unreadable: str | None


def read_identity(cells: Cells) -> Identity:
    """Read the documents of a line; none of them is a reason to reject it.

    Where two columns name different owners, no document of the line is taken: any of them could
    give the login to the wrong one.

    Args:
        cells: The line.

    Returns:
        The documents.
    """
    texts: list[str] = []
    unreadable: list[str] = []
    found: dict[str, str] = {}
    contradicted = False
    for column in DOCUMENT_COLUMNS:
        text = (cells.read(column, str) or "").strip(_BLANKS)
        if not text:
            continue
        texts.append(text)
        kinds = ("cpf", "cnpj") if column == "documento" else (column,)
        document = _read(cells, column, text, kinds)
        if document is None:
            unreadable.append(text)
        elif found.setdefault(document[0], document[1]) != document[1]:
            cells.warn(column, _CONTRADICTED.format(column=document[0]))
            contradicted = True
    if contradicted:
        return Identity(None, None, _kept(texts))
    return Identity(found.get("cpf"), found.get("cnpj"), _kept(unreadable))


def _kept(texts: Sequence[str]) -> str | None:
    """Join what staff shall see, as far as it may be kept."""
    return shown("documento", " / ".join(texts)) or None


def _read(cells: Cells, column: str, text: str, kinds: tuple[str, ...]) -> tuple[str, str] | None:
    """Read one cell as one of some kinds; None, and a warning, when it is none of them."""
    for kind in kinds:
        if (whole := _parsed(kind, text)) is not None:
            return kind, whole
    padded = [
        (kind, number) for kind in kinds if (number := _parsed(kind, _pad(kind, text))) is not None
    ]
    if padded and not (len(padded) > 1 and _is_head_office(text)):
        cells.warn(column, _PADDED)
        return padded[0]
    cells.warn(column, _AMBIGUOUS if padded else _UNREADABLE)
    return None


def _is_head_office(text: str) -> bool:
    """Tell whether a number would name a company's head office, were it a CNPJ.

    Both numbers compute their check digits alike where ten digits or fewer are left of them, so
    these cannot tell them apart. Hardly any CPF has these four digits there, and hardly any CNPJ
    so short has others.
    """
    return text.translate(_PUNCTUATION)[-6:-2] == _HEAD_OFFICE


def _pad(kind: str, text: str) -> str:
    """Put back the zeros that a spreadsheet takes from the left of a number."""
    digits = text.translate(_PUNCTUATION)
    if not _DIGITS.fullmatch(digits) or len(digits) < _FEWEST_DIGITS:
        return ""
    return digits.zfill(_CPF_DIGITS if kind == "cpf" else _CNPJ_DIGITS)


def _parsed(kind: str, text: str) -> str | None:
    try:
        return Cpf.parse(text).digits if kind == "cpf" else Cnpj.parse(text).digits
    except InvalidDocument:
        return None
