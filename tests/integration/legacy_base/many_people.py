"""A gov.br in memory at which everybody of a trap base's people.json has an account."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httpx

from govbr.settings import RelyingPartySettings
from govbr.testing import ScriptedProvider

_TIES = {"REPRESENTANTE_LEGAL", "SOCIO", "CONTADOR"}


class ManyPeople(ScriptedProvider):
    """A gov.br in memory at which everybody of people.json has an account."""

    def __init__(
        self,
        settings: RelyingPartySettings,
        clock: Callable[[], datetime],
        people: Mapping[str, Mapping[str, Any]],
    ) -> None:
        super().__init__(settings, clock)
        self._people = people
        self._comes: dict[str, str] = {}

    def authorize_as(self, url: str, cpf: str) -> dict[str, str]:
        """Play one of the people, who logs in and releases the data."""
        query = self.authorize(url)
        self._comes[query["code"]] = cpf
        return query

    def _answer(self, request: httpx.Request) -> httpx.Response:
        """Be whoever the request is about: by its code, then by its token."""
        known = self.access_tokens.copy()
        code = dict(httpx.QueryParams(request.content.decode())).get("code", "")
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        cpf = self._comes.get(code) or self._comes.get(token)
        if cpf:
            self._become(self._people[cpf])
        answer = super()._answer(request)
        for fresh in self.access_tokens - known:
            self._comes[fresh] = self.cpf
        return answer

    def _become(self, person: Mapping[str, Any]) -> None:
        named = {"name": person["name"], "email": person["email"]}
        self.cpf = person["cpf"]
        self.claims = named
        self.userinfo = {"sub": person["cpf"], "email_verified": True, **named}
        self.companies = {
            tie["cnpj"]: {"atuacao": tie["role"]} if tie["role"] in _TIES else {}
            for tie in person["companies"]
        }
