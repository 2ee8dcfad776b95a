"""One line of accounts.csv."""

import unicodedata
from typing import TypeAlias

from orquestra import passwords
from orquestra.errors import InvalidPasswordHash
from orquestra.importing import values
from orquestra.importing.cells import Cells, digest

COLUMNS = (
    "login",
    "nome",
    "email",
    "cpf",
    "cnpj",
    "senha_hash",
    "senha_formato",
    "idioma",
    "ativo",
    "criado_em",
)

#: In the order of `account_batch.STAGING`'s columns.
AccountRow: TypeAlias = tuple[object, ...]

_name = values.text(limit=200, required=True)
_email = values.text(limit=254)
_hash = values.text(limit=512)
_format = values.text(limit=32)


def parse_account(cells: Cells) -> AccountRow:
    """Read a line; whether it is sound, the cells then know.

    Args:
        cells: The line.

    Returns:
        The values for the staging table, the line's number first.
    """
    login = cells.read("login", values.login_name) or ""
    password_hash, password_format = _password(cells)
    described = (
        login,
        cells.read("nome", _name),
        _address(cells),
        cells.read("cpf", values.cpf),
        cells.read("cnpj", values.cnpj),
        password_hash,
        password_format,
        cells.read("idioma", values.language),
        cells.read("ativo", values.switch),
        cells.read("criado_em", values.instant),
    )
    return (cells.line, *described, look(login), digest(described))


def look(login: str) -> str:
    """Fold a login to what people see of it: no case, no blanks, one form of each character."""
    return "".join(unicodedata.normalize("NFKC", login).casefold().split())


def _address(cells: Cells) -> str | None:
    """Read the e-mail; a strange one is kept, since it identifies nobody, but pointed out."""
    email = cells.read("email", _email) or None
    if email is not None and "@" not in email.strip("@"):
        cells.warn("email", "não parece um endereço de e-mail; nenhum aviso chegará")
    return email


def _password(cells: Cells) -> tuple[str | None, str | None]:
    """Read the hash and its format, which must fit; both may be absent together."""
    stored = cells.read("senha_hash", _hash)
    password_format = cells.read("senha_formato", _format)
    if not stored and not password_format:
        return None, None
    if password_format is not None and password_format not in passwords.FORMATS:
        known = ", ".join(passwords.FORMATS)
        cells.refuse("senha_formato", f"formato de senha desconhecido; conhecidos: {known}")
    elif stored is not None:
        _check(cells, stored, password_format or "")
    return stored, password_format


def _check(cells: Cells, stored: str, password_format: str) -> None:
    try:
        passwords.check_stored(stored, password_format)
    except InvalidPasswordHash:
        cells.refuse(
            "senha_hash", f"o hash não é do formato {password_format}, ou passa dos limites"
        )
