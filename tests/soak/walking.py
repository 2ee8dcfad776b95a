"""One customer after the other on the whole road, by HTTP alone, with answers drawn by a seed.

The same walk goes through an application in the test's own process and through a running program:
a `World` says how to reach either. Nothing here imports the program.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus

from browsing import AtGovbr, Browser, Case, World

_TRIES = 3
NEW_PASSWORD = "caminho-de-volta-2026"


@dataclass
class Walk:
    """The walk of many logins.

    Args:
        world: Where.
        seed: Decides every answer.
        outcomes: How each ended.
    """

    world: World
    seed: int
    outcomes: Counter[str] = field(default_factory=Counter)

    def unit(self, logins: list[Case]) -> None:
        """Walk a person's logins: once one is linked the others are added to it."""
        waiting = list(logins)
        while waiting:
            case = waiting.pop(0)
            outcome = _Walker(self, case, drawing(self.seed, case.login)).walk(waiting)
            self.outcomes[outcome] += 1
            if outcome == "vinculado":
                return


def drawing(seed: int, what: str) -> random.Random:
    """Make the source of draws for one thing, whoever walks beside it."""
    return random.Random(f"{seed}:{what}")  # noqa: S311 - repeatable on purpose, guards nothing


def units(cases: list[Case], *, seed: int) -> list[list[Case]]:
    """Put the logins of one person together, in a drawn order."""
    people: dict[str, list[Case]] = {}
    for case in cases:
        people.setdefault(case.entitled or case.login, []).append(case)
    found = list(people.values())
    drawing(seed, "order").shuffle(found)
    return found


class _Walker:
    """Somebody who knows a login's password, in front of one browser."""

    def __init__(self, walk: Walk, case: Case, source: random.Random) -> None:
        self.walk_of, self.world = walk, walk.world
        self.case, self.source = case, source
        self.password = case.password
        self.browser = Browser(self.world.client())
        right = bool(case.entitled) and source.random() < 0.75
        self.cpf = case.entitled if right else case.stranger

    def walk(self, others: list[Case]) -> str:
        try:
            outcome = self._enter() or self._road()
            if outcome == "vinculado":
                self._try_the_old_way()
                self._add(others)
        finally:
            self.browser.client.close()
        return outcome

    def _enter(self) -> str:
        """Sign in by the old password; says why that was the end of it, "" when it was not."""
        if self.source.random() < 0.1:
            wrong = self.browser.enter(self.case.login, "nao-e-esta")
            assert wrong.status_code in (401, 429), wrong.text
        if self.source.random() < 0.1:
            self._forget()
        answer = self.browser.enter(self.case.login, self.password)
        if answer.status_code != HTTPStatus.SEE_OTHER:
            return f"nao_entrou_{answer.status_code}"
        if answer.headers["Location"].endswith("/area"):
            assert self.browser.get("/area").status_code == HTTPStatus.OK
            return "so_trabalhou"
        return ""

    def _forget(self) -> None:
        """Ask for a new password, and choose one where the mail arrives."""
        page = "/esqueci-minha-senha"
        asked = self.browser.post(page, page=page, usuario=self.case.login)
        assert asked.status_code < HTTPStatus.BAD_REQUEST, asked.text
        link = self.world.mailed_link(self.case.login)
        if not link or self.source.random() < 0.3:
            return
        page = self.browser.get(link).headers["Location"]
        chosen = self.browser.post(page, page=page, senha=NEW_PASSWORD, repetida=NEW_PASSWORD)
        assert chosen.status_code == HTTPStatus.SEE_OTHER, chosen.text
        old = self.browser.enter(self.case.login, self.password)
        assert old.status_code in (401, 403, 429), old.text
        self.password = NEW_PASSWORD
        self.walk_of.outcomes["senha_nova"] += 1

    def _road(self) -> str:
        """Go to gov.br until something is settled, or the patience is over."""
        outcome = "desistiu"
        for _ in range(_TRIES):
            outcome = self._visit()
            if outcome in ("vinculado", "espera", "nao_volta", "outra_sessao"):
                return outcome
            if outcome == "nao_sou_eu":
                self.cpf = self.case.entitled or self.cpf
            if self.source.random() < 0.3:
                return outcome
        return outcome

    def _visit(self) -> str:
        """Go to gov.br once and come back; says how it ended."""
        if self.browser.get("/normalizacao").status_code == HTTPStatus.SEE_OTHER:
            return self._settled()  # what was confirmed before a request broke goes on by itself
        answer = self.browser.post("/normalizacao/entrar", page="/normalizacao")
        if answer.status_code == HTTPStatus.FORBIDDEN:
            return "outra_sessao"  # linked between page and form
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        address = answer.headers["Location"]
        if not address.startswith("http") or "/andamento" in address:
            return self._settled()
        choice = self.source.choices(tuple(AtGovbr), (76, 7, 5, 6, 6))[0]
        if choice is AtGovbr.STAYS_AWAY:
            return "nao_volta"
        back = self.world.at_govbr(self.browser.client, address, self.cpf, choice)
        answer = self.browser.get(back)
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        return self._settled()

    def _settled(self) -> str:
        """Read where the road stands, and confirm if it waits for that."""
        place = self._where()
        return self._confirm() if place == "confirmacao" else place

    def _confirm(self) -> str:
        """Answer whether it is them."""
        page = "/normalizacao/confirmar"
        shown = self.browser.get(page)
        assert shown.status_code == HTTPStatus.OK, shown.headers
        drawn = self.source.random()
        if drawn < 0.05:
            return "nao_confirmou"
        response = "confirmar" if drawn < 0.9 else "nao_sou_eu"
        answer = self.browser.post(page, page=page, resposta=response)
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        self.world.settle()
        return self._where() if response == "confirmar" else response

    def _where(self) -> str:
        """Read where the road stands, once it moves no more by itself."""
        self.world.settle()
        found = "espera"
        for _ in self.world.patience():
            answer = self.browser.get("/normalizacao/andamento.json")
            if answer.status_code != HTTPStatus.OK:
                return f"andamento_{answer.status_code}"
            region = answer.json()
            found = _place(region["next_url"] or "", region["html"])
            if found:
                return found
        return "espera"

    def _add(self, others: list[Case]) -> None:
        """Add the person's other logins in the session that gov.br opened."""
        for other in others:
            page = "/vincular"
            answer = self.browser.post(page, page=page, usuario=other.login, senha=other.password)
            if answer.status_code != HTTPStatus.SEE_OTHER:
                outcome = f"nao_acrescentou_{answer.status_code}"
            else:
                self.case = other
                outcome = f"segundo_login_{self._road()}"
            self.walk_of.outcomes[outcome] += 1

    def _try_the_old_way(self) -> None:
        """The old password opens nothing any more, from any browser."""
        browser = Browser(self.world.client())
        answer = browser.enter(self.case.login, self.password)
        browser.client.close()
        assert answer.status_code in (401, 403, 429), answer.text


def _place(next_url: str, region: str) -> str:
    """Name where a road stands; "" while it still moves."""
    if "/confirmar" in next_url:
        return "confirmacao"
    if next_url.endswith("/area"):
        return "vinculado"
    if next_url.endswith("/normalizacao"):
        return "tela" if "voltou ao começo" in region else ""
    waits = ("A equipe do Inmetro vai decidir", "precisa da nossa equipe", "não informou as suas")
    return "espera" if any(words in region for words in waits) else ""
