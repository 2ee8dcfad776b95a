"""The companies of a person (gov.br's empresas API, version 2, and 1 of early 2020 by a setting).

An answer is whole or it is None, "unknown": a list that silently lacks one tie would deny a
person what is theirs. Nothing here stops a login.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from govbr.answers import CompanyTieClaim
from govbr.errors import BadAnswer, CompaniesUnknown, GovbrError
from govbr.reading import read_json, read_object
from govbr.registry_numbers import normalised_cnpj
from govbr.settings import RelyingPartySettings
from govbr.wire import Line

SCOPE: Final = "govbr_empresa"
_MOST_COMPANIES: Final = 200
_LONGEST_NAME: Final = 300  # characters
_LONGEST_ROLE: Final = 64  # characters
_GONE: Final = 404  # "Responsável de empresa não encontrado no govbr."
_BRASILIA: Final = ZoneInfo("America/Sao_Paulo")

_log = logging.getLogger(__name__)


def fetch_companies(
    line: Line, settings: RelyingPartySettings, access_token: str, cpf: str
) -> tuple[CompanyTieClaim, ...]:
    """Ask for the companies of a person, and for the person's role in each.

    Args:
        line: The line to gov.br.
        settings: Where the API stands, and whether its scope is asked for at all.
        access_token: The person's token.
        cpf: The person's digits; they stand in the addresses, which no log shows.

    Returns:
        The ties.

    Raises:
        CompaniesUnknown: Any part of the answer is missing or not understood, or the scope is not
            asked for.
    """
    if SCOPE not in settings.scopes.split():
        raise CompaniesUnknown(retry_after=None)
    try:
        fetch = _fetch_v1 if settings.companies_api == "v1" else _fetch
        return fetch(line, f"{settings.api_url.rstrip('/')}/empresas", access_token, cpf)
    except GovbrError as error:
        _log.warning("the companies of a person stay unknown: %s", error)
        raise CompaniesUnknown(retry_after=getattr(error, "retry_after", None)) from error


def _fetch_v1(line: Line, root: str, access_token: str, cpf: str) -> tuple[CompanyTieClaim, ...]:
    """Ask as in early 2020: the list names its companies, and each says the person's role."""
    headers = {"Authorization": f"Bearer {access_token}"}
    address = f"{root}/v1/representantes/{cpf}/empresas"
    listed = read_object(
        "empresas", line.get("empresas", f"{address}?visao=simples", headers=headers)
    )
    ties = []
    for cnpj, name in read_list(listed.get("cnpjs"), named="nome"):
        answer = line.get("participante", f"{address}/{cnpj}", headers=headers)
        if answer.status != _GONE:
            ties.append(read_tie(cnpj, name, read_object("participante", answer)))
    return tuple(ties)


def _fetch(line: Line, root: str, access_token: str, cpf: str) -> tuple[CompanyTieClaim, ...]:
    headers = {"Authorization": f"Bearer {access_token}"}
    root = f"{root}/v2"
    listed = line.get(
        "empresas", f"{root}/empresas?filtrar-por-participante={cpf}", headers=headers
    )
    ties = []
    for cnpj, name in read_list(read_json("empresas", listed)):
        answer = line.get(
            "participante", f"{root}/empresas/{cnpj}/participantes/{cpf}", headers=headers
        )
        if answer.status != _GONE:
            ties.append(read_tie(cnpj, name, read_object("participante", answer)))
    return tuple(ties)


def read_list(value: object, *, named: str = "razaoSocial") -> list[tuple[str, str]]:
    """Read the list of companies.

    Args:
        value: The JSON value of the answer.
        named: What the company's name is called in it.

    Returns:
        Number and name of each company, each number once.

    Raises:
        BadAnswer: When it is no list, too long, or an entry has no number.
    """
    if not isinstance(value, list) or len(value) > _MOST_COMPANIES:
        raise BadAnswer("gov.br's list of companies is no list, or too long to be a person's")
    companies: dict[str, str] = {}
    for entry in value:
        cnpj = normalised_cnpj(entry.get("cnpj")) if isinstance(entry, Mapping) else None
        if cnpj is None:
            raise BadAnswer("gov.br's list of companies has an entry without a CNPJ")
        companies.setdefault(cnpj, _name(entry.get(named), cnpj))
    return list(companies.items())


def read_tie(cnpj: str, name: str, detail: Mapping[str, Any]) -> CompanyTieClaim:
    """Read a person's role in one company.

    Args:
        cnpj: The company.
        name: Its name.
        detail: The JSON object of the answer.

    Returns:
        The tie. A collaborator is known by having no `atuacao`; unknown roles are kept.

    Raises:
        BadAnswer: When the role or the expiry cannot be read.
    """
    role = detail.get("atuacao") or "COLABORADOR"
    if not isinstance(role, str) or not role.isprintable() or len(role) > _LONGEST_ROLE:
        raise BadAnswer("gov.br gave a role in a company that cannot be read")
    return CompanyTieClaim(cnpj, name, role.strip().upper(), _expiry(detail.get("dataExpiracao")))


def _name(value: object, cnpj: str) -> str:
    """Keep a printable name; a company without one is called by its number."""
    if not isinstance(value, str):
        return cnpj
    shown = "".join(mark if mark.isprintable() else " " for mark in value)
    return " ".join(shown.split())[:_LONGEST_NAME] or cnpj


def _expiry(value: object) -> datetime | None:
    """Read an expiry; one without a zone is Brasília's, as the manual's mask text has it."""
    if value is None or value == "":
        return None
    instant: datetime | None = None
    if isinstance(value, str):
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            instant = None
    if instant is None:
        raise BadAnswer("gov.br gave an end of a company tie that is no instant")
    return instant if instant.tzinfo else instant.replace(tzinfo=_BRASILIA)
