"""What a person should know before they link a login that others may use too."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from orquestra.errors import LoginNotFound
from orquestra.ownership.rules import COMPANY_DOCUMENT
from orquestra.store.tables import login


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedUse:
    """The signs that a login is not one person's.

    Args:
        company: Whether it was registered with a company's CNPJ.
        signals: The other signs.
    """

    company: bool
    signals: tuple[str, ...]


def shared_use(connection: Connection, login_id: int) -> SharedUse | None:
    """Read the signs that several people use a login.

    Args:
        connection: The caller's transaction.
        login_id: Which login.

    Returns:
        The signs; None where there is none, so that nobody is warned without a cause.

    Raises:
        LoginNotFound: There is no such login.
    """
    row = connection.execute(
        select(login.c.cnpj, login.c.signals).where(login.c.id == login_id)
    ).one_or_none()
    if row is None:
        raise LoginNotFound(f"There is no login {login_id}.")
    signals = tuple(code for code in row.signals if code != COMPANY_DOCUMENT)
    company = row.cnpj is not None
    return SharedUse(company=company, signals=signals) if company or signals else None
