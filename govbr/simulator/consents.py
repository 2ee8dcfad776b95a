"""Which of a person's data a client may see: asked once for each scope, remembered after."""

from collections.abc import Sequence

import sqlalchemy as sa

from govbr.simulator import storage

#: What the consent page says for each scope (texts of gov.br's own page; pairing inferred).
ITEMS = {
    "openid": "Identidade gov.br",
    "profile": "Nome e foto",
    "email": "Endereço de e-mail",
    "phone": "Número de telefone celular",
    "govbr_confiabilidades_idtoken": ("Confiabilidades de sua conta no momento do login"),
    "govbr_empresa": "Dados de vinculação de empresas do gov.br",
}


def items(scopes: Sequence[str]) -> list[str]:
    """Name the data that scopes ask for, in the page's own order."""
    return [text for scope, text in ITEMS.items() if scope in scopes]


def covers(connection: sa.Connection, *, cpf: str, client_id: str, scopes: Sequence[str]) -> bool:
    """Tell whether all the scopes were authorized before."""
    table = storage.consent
    granted = connection.execute(
        sa.select(table.c.scope).where(table.c.cpf == cpf, table.c.client_id == client_id)
    ).scalars()
    return set(scopes) <= set(granted)


def grant(
    connection: sa.Connection, *, cpf: str, client_id: str, scopes: Sequence[str], now: float
) -> None:
    """Remember an authorization; `now` in seconds since 1970."""
    table = storage.consent
    key = (table.c.cpf == cpf, table.c.client_id == client_id)
    connection.execute(sa.delete(table).where(*key, table.c.scope.in_(scopes)))
    for scope in scopes:
        connection.execute(
            sa.insert(table).values(cpf=cpf, client_id=client_id, scope=scope, granted_at=now)
        )


def granted(connection: sa.Connection, *, cpf: str) -> dict[str, tuple[list[str], float]]:
    """List what a person authorized: scopes and the last date, in seconds since 1970, by client."""
    table = storage.consent
    rows = connection.execute(sa.select(table).where(table.c.cpf == cpf)).all()
    found: dict[str, tuple[list[str], float]] = {}
    for row in rows:
        scopes, since = found.get(row.client_id, ([], 0.0))
        found[row.client_id] = ([*scopes, row.scope], max(since, row.granted_at))
    return found


def withdraw(connection: sa.Connection, *, cpf: str, client_id: str) -> None:
    """Forget a client's authorizations; it is asked again the next time."""
    table = storage.consent
    connection.execute(sa.delete(table).where(table.c.cpf == cpf, table.c.client_id == client_id))
