"""The relying party's calls to gov.br: the exchange of a code, and the facts about a person."""

import contextlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

import httpx
from authlib.oauth2.auth import encode_client_secret_basic
from authlib.oauth2.rfc6749.parameters import prepare_token_request

from govbr import addresses
from govbr.answers import CompanyTieClaim, Facts, Tokens
from govbr.claims import acts_for_another, read_identity, read_scopes
from govbr.companies import fetch_companies
from govbr.discovery import PATH, read_discovery
from govbr.errors import (
    ActsForAnother,
    BadAnswer,
    CallFailed,
    CompaniesUnknown,
    Uncertain,
    Unreachable,
)
from govbr.id_token import Expectation, read_unverified, verify
from govbr.keys import KeyCache
from govbr.reading import read_object
from govbr.settings import RelyingPartySettings
from govbr.wire import WHOLE_SECONDS, Answer, Line, Wire

_DISCOVERY_KEPT: Final = timedelta(hours=1)
_DISCOVERY_PAUSE: Final = timedelta(minutes=5)
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_OK: Final = 200


class GovbrClient:
    """Speaks gov.br's contract. One instance serves a whole process; it caches the keys.

    `transport` is the seam: `govbr.testing` gives one that reaches no network.
    """

    def __init__(
        self,
        settings: RelyingPartySettings,
        clock: Callable[[], datetime],
        transport: httpx.BaseTransport | None = None,
        *,
        whole_seconds: float = WHOLE_SECONDS,
    ) -> None:
        self._given = settings
        self._found = settings
        self._find_again_at: datetime | None = None
        self._clock = clock
        self._wire = Wire(transport, whole_seconds=whole_seconds, wall=clock)
        self._keys = KeyCache(settings.issuer, self._read_keys, clock)

    def settings(self) -> RelyingPartySettings:
        """Give the settings, completed by the provider's discovery document when it answers.

        Whoever begins attempts at another provider than gov.br needs its authorization endpoint
        from here; gov.br's own stands where the manual says.

        Returns:
            The completed settings, or the given ones; read anew after an hour.
        """
        now = self._clock()
        if self._find_again_at is None or now >= self._find_again_at:
            with self._wire.line() as line:
                found = self._discovered(line)
            self._found = found or self._found
            self._find_again_at = now + (_DISCOVERY_KEPT if found else _DISCOVERY_PAUSE)
        return self._found

    def authorization_url(self, *, state: str, nonce: str, verifier: str) -> str:
        """Build the address to which the browser is sent; no call is made.

        Args:
            state: The single-use state.
            nonce: The single-use nonce.
            verifier: The PKCE verifier.

        Returns:
            The absolute address; never log it.
        """
        return addresses.authorization_url(self._found, state=state, nonce=nonce, verifier=verifier)

    def logout_url(self) -> str:
        """Build the address that ends gov.br's own session; no call is made.

        Returns:
            The absolute address.
        """
        return addresses.logout_url(self._found)

    def exchange(self, code: str, verifier: str, nonce: str) -> Tokens:
        """Exchange a code for tokens, once, and verify the ID token.

        Args:
            code: The authorization code.
            verifier: The PKCE verifier of the attempt.
            nonce: The nonce of the attempt.

        Returns:
            The tokens and who the ID token names.

        Raises:
            Unreachable: The code was not sent: the exchange may be repeated.
            Uncertain: The code may be used up: the exchange must not be repeated.
            Refused: gov.br said no; invalid_grant is a used, old or foreign code.
            BadIdToken: The ID token is missing or not good.
            ActsForAnother: The person came in by a procuração.
            BadAnswer: The answer has no access token.
        """
        settings = self._ready()
        request = _token_request(settings, code, verifier)
        with self._wire.line() as line:
            answer = line.post("token", addresses.token_endpoint(settings), **request)
        document = read_object("token", answer)
        access_token = _access_token(document)
        expected = Expectation(
            settings.issuer, settings.client_id, nonce, access_token, self._clock()
        )
        try:
            claims = verify(document.get("id_token"), self._keys, expected)
        except Unreachable:
            claims = None
        if claims is None:
            raise Uncertain("gov.br's keys could not be read after the code was used; begin anew")
        # The manual puts the procuração into the access token, which is not ours to verify.
        if acts_for_another(read_unverified(access_token)):
            raise ActsForAnother
        # RFC 6749 section 5.1: a scope left out is the scope asked for.
        granted = read_scopes(document.get("scope", settings.scopes))
        return Tokens(access_token, claims, granted)

    def fetch_facts(
        self, access_token: str, expected_sub: str, *, with_companies: bool = True
    ) -> Facts:
        """Read who the person is and which companies are theirs; may be repeated.

        Args:
            access_token: The token of the exchange.
            expected_sub: The CPF that the ID token named.
            with_companies: Whether to ask for the companies at all.

        Returns:
            The facts; the companies are None when the API did not say.

        Raises:
            Unreachable: No connection was made.
            Uncertain: No usable answer came.
            Refused: The token is not good, or no more.
            BadAnswer: Userinfo names nobody, or somebody else (OpenID Connect Core section 5.3.2).
        """
        settings = self.settings()
        headers = {"Authorization": f"Bearer {access_token}"}
        with self._wire.line() as line:
            answer = line.get("userinfo", addresses.userinfo_endpoint(settings), headers=headers)
            identity = read_identity(read_object("userinfo", answer))
            if identity.sub != expected_sub:
                raise BadAnswer("gov.br's userinfo names another person than its ID token")
            companies = None
            if with_companies:
                with contextlib.suppress(CompaniesUnknown):
                    companies = fetch_companies(line, settings, access_token, identity.sub)
        return Facts(identity, companies, companies_asked=with_companies)

    def fetch_companies(self, access_token: str, cpf: str) -> tuple[CompanyTieClaim, ...]:
        """Read a person's companies alone, where the first answer lacked them; may be repeated.

        Args:
            access_token: The token of the exchange.
            cpf: The CPF that the ID token named.

        Returns:
            The ties.

        Raises:
            CompaniesUnknown: The API did not say; with how long it asked to be left alone.
        """
        with self._wire.line() as line:
            return fetch_companies(line, self.settings(), access_token, cpf)

    def _ready(self) -> RelyingPartySettings:
        """Read what the exchange needs before the code is risked."""
        settings = self.settings()
        try:
            self._keys.warm()
        except (CallFailed, BadAnswer) as error:  # both say nothing that may not be said
            raise Unreachable(
                f"the code was not sent, because gov.br's keys could not be read ({error})",
                retry_after=getattr(error, "retry_after", None),
            ) from error
        return settings

    def _discovered(self, line: Line) -> RelyingPartySettings | None:
        try:
            answer = line.get("discovery", addresses.under_issuer(self._given, PATH))
        except CallFailed:
            return None
        return read_discovery(self._given, answer.body) if answer.status == _OK else None

    def _read_keys(self) -> bytes:
        with self._wire.line() as line:
            answer: Answer = line.get("jwk", addresses.jwks_uri(self._found))
        if answer.status != _OK:
            raise Uncertain(
                f"gov.br answered the call jwk with status {answer.status}",
                retry_after=answer.retry_after,
            )
        return answer.body


def _token_request(settings: RelyingPartySettings, code: str, verifier: str) -> dict[str, Any]:
    """Make form and headers of the exchange (RFC 6749 section 4.1.3, client_secret_basic)."""
    form: str = prepare_token_request(
        "authorization_code",
        redirect_uri=settings.redirect_uri,
        code=code,
        code_verifier=verifier,
    )
    client = SimpleNamespace(client_id=settings.client_id, client_secret=settings.client_secret)
    headers: dict[str, str]
    _, headers, _ = encode_client_secret_basic(client, "POST", "", {}, "")
    return {"form": form, "headers": headers}


def _access_token(document: Mapping[str, Any]) -> str:
    token = document.get("access_token")
    kind = document.get("token_type", "Bearer")
    good = isinstance(token, str) and _TOKEN.fullmatch(token)
    if not good or not isinstance(kind, str) or kind.lower() != "bearer":
        raise BadAnswer("gov.br answered the exchange without a bearer token; begin anew")
    return str(token)
