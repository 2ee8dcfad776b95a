"""How a line of accounts.csv and the login that it names become one."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import TextClause, text


class _Follows(NamedTuple):
    """A column of `login` that follows the file, where the file has one of some columns.

    Of several about one column the first that the file can serve holds.
    """

    column: str
    brought_by: tuple[str, ...]
    new_value: str


def _follows(column: str, *brought_by: str, new_value: str = "excluded.{0}") -> _Follows:
    return _Follows(column, brought_by, new_value.format(column))


# What the portal itself has seen since is not older than what the file tells.
_LATER = "greatest(old.{0}, excluded.{0})"
# A line without a new password leaves the one that is there; its holder may have chosen it since
# the line's own was wrapped.
_WRAPPED = (
    "CASE WHEN excluded.password_hash IS NOT NULL"
    " AND old.password_source IS DISTINCT FROM 'escolhida'"
    " THEN excluded.{0} ELSE old.{0} END"
)
# A file without the column that mostly brings this text takes it away only with another document.
_OTHER_DOCUMENT = (
    "CASE WHEN excluded.{0} IS NOT NULL"
    " OR excluded.cpf <> coalesce(old.cpf, '') OR excluded.cnpj <> coalesce(old.cnpj, '')"
    " THEN excluded.{0} ELSE old.{0} END"
)

_FOLLOWED = (
    _follows("name", "nome"),
    _follows("email", "email"),
    _follows("cpf", "cpf", "documento"),
    _follows("cnpj", "cnpj", "documento"),
    _follows("document_text", "documento"),
    _follows("document_text", "cpf", "cnpj", new_value=_OTHER_DOCUMENT),
    _follows("identification", "identificacao"),
    _follows("auth_kind", "tipo_autenticacao"),
    _follows("active", "ativo"),
    _follows("locked", "bloqueado"),
    _follows("created_at", "criado_em"),
    _follows("last_entry_at", "ultimo_acesso_em", new_value=_LATER),
    _follows("password_changed_at", "senha_alterada_em", new_value=_LATER),
    _follows("groups", "grupos"),
    _follows("language", "idioma"),
    _follows("password_hash", "senha_hash", new_value=_WRAPPED),
    _follows("password_format", "senha_hash", new_value=_WRAPPED),
    _follows("password_salt", "senha_hash", new_value=_WRAPPED),
    _follows("password_source", "senha_hash", new_value=_WRAPPED),
    _follows("password_seen", "senha_hash", new_value=_WRAPPED),
)

_COLUMNS = tuple(dict.fromkeys(each.column for each in _FOLLOWED))


def upsert_statement(columns: Sequence[str]) -> TextClause:
    """Write the statement that brings a staged batch in.

    Whatever has begun to be linked is out of reach: its password is gone for good and its holder
    is known.

    Args:
        columns: The file's columns; a login that is there keeps what the others would bring.

    Returns:
        The statement, with `:file` and `:now` open.
    """
    by_column: dict[str, _Follows] = {}
    for each in _FOLLOWED:
        if not set(columns).isdisjoint(each.brought_by):
            by_column.setdefault(each.column, each)
    followed = by_column.values()
    assignments = ", ".join(f"{each.column} = {each.new_value}" for each in followed)
    return text(f"""
        INSERT INTO orquestra.login AS old (login, {", ".join(_COLUMNS)}, imported_at)
        SELECT staged.login, {", ".join(f"staged.{name}" for name in _COLUMNS)}, :now
        FROM account_line staged JOIN orquestra.import_seen seen
          ON seen.file_id = :file AND seen.what = 'login' AND seen.key = staged.key
         AND seen.line = staged.line
        ORDER BY staged.login
        ON CONFLICT (login) DO UPDATE SET {assignments}, imported_at = excluded.imported_at
        WHERE old.state = 'legacy'
          AND ROW({", ".join(f"old.{each.column}" for each in followed)})
              IS DISTINCT FROM ROW({", ".join(each.new_value for each in followed)})
    """)
