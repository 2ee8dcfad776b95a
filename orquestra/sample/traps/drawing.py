"""Names, addresses and numbers of one trap, all from one source of draws."""

import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from orquestra.sample import vocabulary
from orquestra.sample.registry_numbers import cnpj, cpf
from orquestra.sample.shapes import Citizen, Tie, source_of
from orquestra.sample.traps.documents import punctuated_cnpj, punctuated_cpf
from orquestra.sample.traps.shapes import Document, TrapLogin

#: Numbers that one group of logins may use for people and companies.
NUMBERS = 4
#: Running numbers below this are the strangers'.
FIRST = 1_000
STRANGERS = 40


class Drawer:
    """Draws what the logins of one group need.

    Args:
        seed: The base's.
        index: Which group.
        today: Every login is older.
    """

    def __init__(self, *, seed: int, index: int, today: date) -> None:
        self.source = source_of(seed, "trap", index)
        self.number = FIRST + index * NUMBERS
        self._today = today

    def name(self) -> str:
        """Draw a person's name."""
        first = self.source.choice(vocabulary.FIRST_NAMES)
        middle, last = self.source.sample(vocabulary.SURNAMES, 2)
        return f"{first} {middle} {last}"

    def company_name(self) -> str:
        """Draw a company's name; its form stands at its end."""
        kind = self.source.choice(vocabulary.COMPANY_KINDS)
        word = self.source.choice(vocabulary.COMPANY_NAMES)
        return f"{kind} {word} {self.source.choice(vocabulary.COMPANY_FORMS)}"

    def nickname(self, name: str, place: int = 0) -> str:
        """Make a login of a name; the running number at its end makes it the only one."""
        words = [word for word in _plain(name).replace(".", "").split() if word.isalpha()]
        return f"{words[0]}.{words[-1]}{self.number + place}"

    def created_on(self) -> date:
        """Draw when a login was made."""
        return self._today - timedelta(days=self.source.randrange(400, 4_000))

    def last_entry_on(self) -> date | None:
        """Draw when a login was last used: lately, more than a year ago, or nobody knows."""
        days = self.source.choice(((1, 360), (370, 399), None))
        return self._today - timedelta(days=self.source.randint(*days)) if days else None

    def citizen(self, name: str, digits: str, *ties: Tie) -> Citizen:
        """Make a login's person at gov.br."""
        area = self.source.choice(vocabulary.AREA_CODES)
        return Citizen(
            cpf=digits,
            name=name,
            email=f"pessoa{digits[:9]}@example.org",
            phone=f"{area}9{self.source.randrange(10**8):08}",
            ties=ties,
        )

    def stranger(self) -> str:
        """Choose the CPF of somebody whose login it is not."""
        return cpf(self.source.randrange(STRANGERS))

    def person(self, case: str, place: int = 0, **changes: Any) -> TrapLogin:  # noqa: ANN401 - any
        """Draw a customer with a valid CPF and an account at gov.br.

        Args:
            case: Which trap it is.
            place: Which one of its group.
            changes: Fields to write over.
        """
        name, digits = self.name(), cpf(self.number + place)
        login = self.nickname(name, place)
        drawn = TrapLogin(
            case=case,
            login=login,
            name=name,
            email=f"{login}@example.com",
            cpf=digits,
            document=digits,
            document_style=Document.PLAIN,
            created_on=self.created_on(),
            last_entry_on=self.last_entry_on(),
            entitled=digits,
            stranger=self.stranger(),
            people=(self.citizen(name, digits),),
        )
        return replace(drawn, **changes)

    def company(
        self,
        case: str,
        place: int = 0,
        *,
        number: str = "",
        role: str = "",
        **changes: Any,  # noqa: ANN401 - any field
    ) -> TrapLogin:
        """Draw a company's login.

        Args:
            case: Which trap it is.
            place: Which one of its group.
            number: Its CNPJ; drawn when absent.
            role: What the person at gov.br is to it; nobody is when absent.
            changes: Fields to write over.
        """
        name, characters = self.company_name(), number or cnpj(self.number + place, letters=False)
        digits = cpf(self.number + place)
        tie = Tie(cnpj=characters, name=name, role=role)
        login = self.nickname(name, place)
        mailbox = f"{name.split()[-2].lower()}{self.number + place}"
        acts = role in ("REPRESENTANTE_LEGAL", "SOCIO")
        drawn = TrapLogin(
            case=case,
            login=login,
            name=name,
            email=f"{_plain(mailbox)}@example.com",
            cnpj=characters,
            document=characters,
            document_style=Document.PLAIN,
            kind="empresa",
            signals=("cnpj", "nome_de_empresa"),
            created_on=self.created_on(),
            last_entry_on=self.last_entry_on(),
            entitled=digits if acts else "",
            stranger=digits if role and not acts else self.stranger(),
            people=(self.citizen(self.name(), digits, tie),) if role else (),
        )
        return replace(drawn, **changes)


def punctuated(drawn: TrapLogin) -> TrapLogin:
    """Write a login's document with its punctuation."""
    written = punctuated_cpf(drawn.cpf) if drawn.cpf else punctuated_cnpj(drawn.cnpj)
    return replace(drawn, document=written, document_style=Document.PUNCTUATED)


def _plain(text: str) -> str:
    """Write a text in lower case and without accents."""
    return unicodedata.normalize("NFD", text.lower()).encode("ascii", "ignore").decode()
