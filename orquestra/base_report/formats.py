"""The numbers of passwords: how many logins have each format, and none."""

from typing import Final

from sqlalchemy import Connection, and_, select

from orquestra.base_report.logins import LoginNumber
from orquestra.store.tables import login

_NAMES: Final = {
    "argon2id": "argon2id",
    "aspnet_identity_v3": "ASP.NET Identity v3",
    "aspnet_identity_v2": "ASP.NET Identity v2",
    "aspnet_membership_sha1": "ASP.NET Membership SHA-1",
    "aspnet_membership_hmacsha256": "ASP.NET Membership HMAC-SHA256",
    "forms_sha1": "FormsAuthentication SHA-1",
    "forms_md5": "FormsAuthentication MD5",
}

NO_PASSWORD: Final = LoginNumber(
    code="senha_ausente",
    label="Logins sem senha",
    where=and_(login.c.password_hash.is_(None), login.c.state == "legacy"),
    hint="Não entram pelo modo antigo: precisam redefinir a senha ou entrar com gov.br.",
)


def format_numbers(connection: Connection) -> tuple[LoginNumber, ...]:
    """Give one number for each format of the base, and the one of those without a password.

    Args:
        connection: The caller's transaction.

    Returns:
        The numbers, by the format's name.
    """
    found = connection.scalars(
        select(login.c.password_format)
        .where(login.c.password_hash.is_not(None), login.c.password_format.is_not(None))
        .distinct()
        .order_by(login.c.password_format)
    ).all()
    return (
        *(
            LoginNumber(
                code=f"senha_{each}",
                label=f"Senhas no formato {_NAMES.get(each, each)}",
                where=and_(login.c.password_hash.is_not(None), login.c.password_format == each),
            )
            for each in found
        ),
        NO_PASSWORD,
    )
