"""The logins that fill a sample up to its size, drawn from the seed one after the other."""

import random
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta

from orquestra.sample import vocabulary
from orquestra.sample.registry_numbers import cnpj, cpf
from orquestra.sample.shapes import Account, Citizen, Tie, source_of
from orquestra.sample.stories import FIRST_DRAWN

#: Of a hundred logins. The rest are companies, half of them with a representative at gov.br.
_PEOPLE = 54
_SECOND_LOGINS = 11
_FORMER_EMPLOYEES = 4
_WITHOUT_DOCUMENT = 6

_ALL_DIGITS = 0.04
_INACTIVE = 0.04
_ALPHANUMERIC = 0.25


def drawn_accounts(
    *, seed: int, first: int, count: int, today: date
) -> Iterator[tuple[Account, Citizen | None]]:
    """Draw logins, and the person that each brings along.

    Args:
        seed: The sample's.
        first: Index of the first one in accounts.csv.
        count: How many.
        today: Every login is older.

    Yields:
        The login, and a person who has not come before, or None.
    """
    last: Citizen | None = None
    for index in range(first, first + count):
        drawer = _Drawer(source_of(seed, "account", index), FIRST_DRAWN + index, today)
        account, citizen = drawer.draw(last)
        last = citizen or last
        yield account, citizen


class _Drawer:
    """Draws one login.

    Args:
        source: Of all draws.
        number: The running number of its person or company.
        today: The sample's day.
    """

    def __init__(self, source: random.Random, number: int, today: date) -> None:
        self._source = source
        self._number = number
        self._today = today

    def draw(self, last: Citizen | None) -> tuple[Account, Citizen | None]:
        """Choose what kind of login it is; `last` is the person drawn before."""
        kind = self._source.randrange(100)
        if kind < _PEOPLE:
            citizen = self._citizen()
            return self._persons(citizen.name, citizen.cpf), citizen
        kind -= _PEOPLE
        if kind < _SECOND_LOGINS and last is not None:
            return self._persons(last.name, last.cpf, digits=False), None
        kind -= _SECOND_LOGINS
        if kind < _FORMER_EMPLOYEES:
            return self._persons(self._name(), cpf(self._number)), None
        kind -= _FORMER_EMPLOYEES
        if kind < _WITHOUT_DOCUMENT:
            return self._persons(self._name(), ""), None
        return self._company()

    def _persons(self, name: str, document: str, *, digits: bool = True) -> Account:
        login = self._login(name)
        if digits and document and self._source.random() < _ALL_DIGITS:
            login = document
        return self._account(login, name, cpf_digits=document)

    def _company(self) -> tuple[Account, Citizen | None]:
        kind = self._source.choice(vocabulary.COMPANY_KINDS)
        word = self._source.choice(vocabulary.COMPANY_NAMES)
        name = f"{kind} {word} {self._source.choice(vocabulary.COMPANY_FORMS)}"
        number = cnpj(self._number, letters=self._source.random() < _ALPHANUMERIC)
        citizen = None
        if self._source.random() < 1 / 2:
            role = self._source.choice(("REPRESENTANTE_LEGAL", "SOCIO"))
            citizen = self._citizen(Tie(cnpj=number, name=name, role=role))
        login = self._login(f"{word} {kind.split()[0]}")
        return self._account(login, name, cnpj_digits=number), citizen

    def _account(
        self, login: str, name: str, *, cpf_digits: str = "", cnpj_digits: str = ""
    ) -> Account:
        age = timedelta(days=self._source.randrange(400, 4_000))
        return Account(
            login=login,
            name=name,
            email=f"{login}@example.com" if self._source.random() > 1 / 20 else "",
            cpf=cpf_digits,
            cnpj=cnpj_digits,
            active=self._source.random() >= _INACTIVE,
            created_on=self._today - age,
        )

    def _citizen(self, *ties: Tie) -> Citizen:
        name = self._name()
        area = self._source.choice(vocabulary.AREA_CODES)
        return Citizen(
            cpf=cpf(self._number),
            name=name,
            email=f"{self._login(name)}@example.org",
            phone=f"{area}9{self._source.randrange(10**8):08}",
            ties=ties,
        )

    def _name(self) -> str:
        first = self._source.choice(vocabulary.FIRST_NAMES)
        middle, last = self._source.sample(vocabulary.SURNAMES, 2)
        return f"{first} {middle} {last}"

    def _login(self, name: str) -> str:
        """Make a login that no other index can have: the running number stands at its end."""
        plain = unicodedata.normalize("NFD", name.lower()).encode("ascii", "ignore").decode()
        words = plain.split()
        return f"{words[0]}.{words[-1]}{self._number}"
