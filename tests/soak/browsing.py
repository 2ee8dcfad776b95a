"""Browsers in front of a portal, and the world that they are in, without the program itself."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import httpx

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class AtGovbr(StrEnum):
    """What happens once the browser is at gov.br."""

    AUTHORIZES = "autoriza"
    DENIES = "nega"
    STAYS_AWAY = "nao_volta"
    CODE_REFUSED = "codigo_recusado"
    COMPANIES_DOWN = "empresas_fora"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One login of cases.csv: which trap it is, and who may come for it."""

    login: str
    case: str
    password: str
    entitled: str
    stranger: str
    refused: bool


def read_cases(path: Path) -> list[Case]:
    """Read the logins of a trap base."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Case(
                login=row["login"],
                case=row["caso"],
                password=row["senha"],
                entitled=row["titular_cpf"],
                stranger=row["outro_cpf"],
                refused=row["recusado"] == "true",
            )
            for row in csv.DictReader(stream)
        ]


class World(Protocol):
    """Where the walk takes place."""

    def client(self) -> httpx.Client:
        """Open a browser of its own in front of the portal."""

    def at_govbr(self, client: httpx.Client, address: str, cpf: str, choice: AtGovbr) -> str:
        """Do at gov.br what a person does; gives the address to which the browser is led back."""

    def mailed_link(self, login: str) -> str:
        """Read the way to a new password out of the login's mailbox; "" where none arrives."""

    def settle(self) -> None:
        """Let the jobs be done that are due, where nobody else does them."""

    def patience(self) -> Iterator[None]:
        """Wait between two looks at a page that changes by itself, a bounded number of times."""


@dataclass
class Browser:
    """One browser in front of the portal."""

    client: httpx.Client

    def get(self, path: str) -> httpx.Response:
        """Open a page, without following where it leads."""
        return self.client.get(path)

    def post(self, path: str, *, page: str, **form: str) -> httpx.Response:
        """Send the form of a page that this browser opened."""
        found = _TOKEN.search(self.client.get(page).text)
        token = found.group(1) if found else ""
        return self.client.post(path, data={**form, "csrf_token": token})

    def enter(self, login: str, password: str) -> httpx.Response:
        """Type a legacy login and its password."""
        return self.post("/", page="/", usuario=login, senha=password)
