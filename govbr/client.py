"""The relying party's calls to gov.br: the exchange of a code, and the facts about a person."""

from collections.abc import Callable
from datetime import datetime

import httpx

from govbr import addresses
from govbr.answers import Facts, Tokens
from govbr.settings import RelyingPartySettings


class GovbrClient:
    """Speaks gov.br's contract. One instance serves a whole process; it caches the keys."""

    def __init__(
        self,
        settings: RelyingPartySettings,
        clock: Callable[[], datetime],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._transport = transport

    def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """As addresses.authorization_url."""
        return addresses.authorization_url(
            self._settings, state=state, nonce=nonce, verifier=verifier
        )

    def logout_url(self) -> str:
        """As addresses.logout_url."""
        return addresses.logout_url(self._settings)

    def exchange(self, code: str, verifier: str, nonce: str) -> Tokens:
        """Exchange a code for tokens and verify the ID token."""
        raise NotImplementedError

    def fetch_facts(self, access_token: str, expected_sub: str) -> Facts:
        """Read userinfo and the company ties."""
        raise NotImplementedError
