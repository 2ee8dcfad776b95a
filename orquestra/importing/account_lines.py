"""One line of accounts.csv."""

import unicodedata

from orquestra.importing import values
from orquestra.importing.account_passwords import FilePassword, read_password
from orquestra.importing.cells import Cells, digest
from orquestra.importing.file_kind import Row
from orquestra.importing.identities import read_identity
from orquestra.importing.options import ImportOptions

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
#: What an export may bring besides; an absent column leaves what the base has.
MORE_COLUMNS = (
    "documento",
    "identificacao",
    "tipo_autenticacao",
    "bloqueado",
    "ultimo_acesso_em",
    "senha_alterada_em",
    "grupos",
    "senha_sal",
)
REQUIRED = ("login", "nome")

#: The staging table's columns, in the order of a row's values.
STAGED = (
    "line",
    "login",
    "name",
    "email",
    "cpf",
    "cnpj",
    "document_text",
    "identification",
    "auth_kind",
    "active",
    "locked",
    "created_at",
    "last_entry_at",
    "password_changed_at",
    "groups",
    "language",
    "password_seen",
    "key",
    "look",
    "digest",
    # From here on as `account_passwords.columns_of` gives them.
    "password_hash",
    "password_format",
    "password_salt",
    "password_source",
)

_name = values.text(limit=200, required=True)
_email = values.text(limit=254)
_identification = values.text(limit=32)
_auth_kind = values.text(limit=32)


def parse_account(cells: Cells, *, options: ImportOptions) -> tuple[Row, FilePassword | None]:
    """Read a line; whether it is sound, the cells then know.

    Args:
        cells: The line.
        options: The import's.

    Returns:
        The values for the staging table, in the order of `STAGED` up to the wrapped password; and
        the line's own password, which is never staged.
    """
    login = cells.read("login", values.login_name) or ""
    password = read_password(cells, login=login, options=options)
    described = (
        login,
        cells.read("nome", _name),
        _address(cells),
        *read_identity(cells),
        *_standing(cells),
        cells.read("idioma", values.language) or "pt-BR",
        password.seen if password is not None else None,
    )
    names = (digest(login), digest(look(login)), digest(described))
    return (cells.line, *described, *names), password


def look(login: str) -> str:
    """Fold a login to what people see of it: no case, no blanks, one form of each character."""
    return "".join(unicodedata.normalize("NFKC", login).casefold().split())


def _address(cells: Cells) -> str | None:
    """Read the e-mail; a strange one is kept, since it identifies nobody, but pointed out."""
    email = cells.read("email", _email) or None
    if email is not None and "@" not in email.strip("@"):
        cells.warn("email", "não parece um endereço de e-mail; nenhum aviso chegará")
    return email


def _standing(cells: Cells) -> tuple[object, ...]:
    """Read how the login stood in the old portal; where a column is absent, what most are."""
    active = cells.read("ativo", values.switch)
    return (
        cells.read("identificacao", _identification) or None,
        (cells.read("tipo_autenticacao", _auth_kind) or "local").lower(),
        True if active is None else active,
        cells.read("bloqueado", values.optional_switch) or False,
        cells.read("criado_em", values.instant),
        cells.read("ultimo_acesso_em", values.instant),
        cells.read("senha_alterada_em", values.instant),
        cells.read("grupos", values.groups) or "[]",
    )
