"""A gov.br in memory, for tests: written from the contract, reached through `transport`.

It keeps the contract unless told otherwise: `faults` replaces the answer of one call by its name,
`claims` and `mint` change what the ID token says and how it is signed.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from govbr.settings import RelyingPartySettings

ISSUER: Final = "https://sso.exemplo.gov.br/"
API: Final = "https://api.exemplo.gov.br"

Fault = Callable[[httpx.Request], httpx.Response]


def settings_for_tests(**changes: Any) -> RelyingPartySettings:  # noqa: ANN401 - any setting
    """Make settings that fit the scripted provider.

    Args:
        changes: Settings to replace.

    Returns:
        The settings.
    """
    values: dict[str, Any] = {
        "issuer": ISSUER,
        "api_url": API,
        "client_id": "h-normaliza.exemplo.gov.br",
        "client_secret": "segredo-de-teste",
        "scopes": "openid email profile phone govbr_empresa",
        "redirect_uri": "https://orquestra.exemplo.gov.br/govbr/callback",
        "post_logout_redirect_uri": "https://orquestra.exemplo.gov.br/",
    }
    return RelyingPartySettings(**{**values, **changes})


class ScriptedProvider:
    """One person at one provider; the tests change what they want to see go wrong."""

    def __init__(
        self,
        settings: RelyingPartySettings,
        clock: Callable[[], datetime],
        *,
        key: RSAKey | None = None,
    ) -> None:
        self.settings = settings
        self.key = key or self.new_key()
        self.cpf = "12345678909"
        self.userinfo: dict[str, Any] = {
            "sub": self.cpf,
            "name": "Maria Exemplo",
            "email": "maria@exemplo.org",
            "email_verified": True,
        }
        self.claims: dict[str, Any] = {}
        self.mint: Callable[[dict[str, Any]], str | None] = self.sign
        self.companies: dict[str, dict[str, Any]] = {}
        self.discovery: dict[str, Any] | None = None
        self.faults: dict[str, Fault] = {}
        self.calls: list[str] = []
        self.requests: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._answer)
        self._clock = clock
        self._codes: dict[str, dict[str, str]] = {}
        self.access_tokens: set[str] = set()
        #: What the person releases; None: all that is asked for.
        self.granted: str | None = None
        #: Given instead of a fresh one.
        self.access_token: str | None = None

    @staticmethod
    def new_key() -> RSAKey:
        """Make a key to sign with.

        Returns:
            An RSA key under the id that the key set prints.
        """
        return RSAKey.generate_key(2048, {"kid": "rsa1", "alg": "RS256"})

    def authorize(self, url: str) -> dict[str, str]:
        """Play the person who logs in and releases the data.

        Args:
            url: The address to which the browser was sent.

        Returns:
            The query with which the browser comes back.
        """
        asked = dict(parse_qsl(urlsplit(url).query))
        code = secrets.token_urlsafe(150)
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def deny(self, url: str) -> dict[str, str]:
        """Play the person who presses "Negar".

        Args:
            url: The address to which the browser was sent.

        Returns:
            The query with which the browser comes back.
        """
        asked = dict(parse_qsl(urlsplit(url).query))
        return {
            "error": "access_denied",
            "error_description": "User denied access",
            "state": asked["state"],
        }

    def sign(self, claims: dict[str, Any]) -> str:
        """Sign claims as gov.br does.

        Args:
            claims: The payload.

        Returns:
            The compact token.
        """
        return jwt.encode({"alg": "RS256", "kid": "rsa1"}, claims, self.key)

    def key_set(self) -> dict[str, Any]:
        """Give the key set as gov.br prints it: one key, without `use`.

        Returns:
            The JSON object.
        """
        public = self.key.as_dict(private=False)
        names = ("kty", "e", "kid", "alg", "n")
        return {"keys": [{name: public[name] for name in names}]}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        call = _call_of(path)
        self.calls.append(call)
        self.requests.append(request)
        if call in self.faults:
            return self.faults[call](request)
        handlers: dict[str, Fault] = {
            "discovery": lambda _: _maybe(self.discovery),
            "jwk": lambda _: httpx.Response(200, json=self.key_set()),
            "token": self._token,
            "userinfo": self._for_bearer(lambda _: httpx.Response(200, json=self.userinfo)),
            "empresas": self._for_bearer(self._list),
            "participante": self._for_bearer(self._detail),
            "empresas v1": self._for_bearer(self._list_v1),
            "participante v1": self._for_bearer(self._detail_v1),
        }
        return handlers[call](request) if call in handlers else httpx.Response(404)

    def _token(self, request: httpx.Request) -> httpx.Response:
        pair = f"{self.settings.client_id}:{self.settings.client_secret}".encode()
        expected = "Basic " + base64.b64encode(pair).decode()
        if request.headers.get("Authorization") != expected:
            body = {"error": "unauthorized", "error_description": "Bad credentials"}
            return httpx.Response(401, json=body)
        form = dict(parse_qsl(request.content.decode()))
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None or not _proves(form, asked):
            return httpx.Response(400, json={"error": "invalid_grant"})
        access_token = self.access_token or secrets.token_urlsafe(60)
        self.access_tokens.add(access_token)
        answer: dict[str, Any] = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": 3599,
            "scope": self.granted or asked["scope"],
        }
        id_token = self.mint(self._id_claims(asked))
        return httpx.Response(200, json=answer | ({"id_token": id_token} if id_token else {}))

    def _id_claims(self, asked: dict[str, str]) -> dict[str, Any]:
        """Give the claims in the manual's own shapes: truths as text, scopes as a list."""
        now = int(self._clock().timestamp())
        claims: dict[str, Any] = {
            "sub": self.cpf,
            "preferred_username": self.cpf,
            "name": "Maria Exemplo",
            "email": "maria@exemplo.org",
            "email_verified": "true",
            "amr": ["passwd"],
            "kid": "rsa1",
            "iss": self.settings.issuer,
            "aud": asked["client_id"],
            "nonce": asked["nonce"],
            "scope": asked["scope"].split(),
            "iat": now,
            "auth_time": now,
            "exp": now + 60,
            "jti": secrets.token_urlsafe(8),
            **self.claims,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def _for_bearer(self, handler: Fault) -> Fault:
        def guarded(request: httpx.Request) -> httpx.Response:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            good = scheme == "Bearer" and token in self.access_tokens
            return handler(request) if good else httpx.Response(401)

        return guarded

    def _list(self, _: httpx.Request) -> httpx.Response:
        listed = [
            {"cnpj": cnpj, "razaoSocial": f"Empresa {cnpj}", "dataCriacao": "2025-05-28T16:54:53"}
            for cnpj in self.companies
        ]
        return httpx.Response(200, json=listed)

    def _list_v1(self, _: httpx.Request) -> httpx.Response:
        listed = [{"cnpj": cnpj, "nome": f"Empresa {cnpj}"} for cnpj in self.companies]
        return httpx.Response(200, json={"cnpjs": listed, "cpf": self.cpf})

    def _detail_v1(self, request: httpx.Request) -> httpx.Response:
        cnpj = unquote(request.url.path).split("/")[-1]
        detail = self.companies.get(cnpj)
        if not detail:
            return httpx.Response(404, json={"errors": [{"status": 404}]})
        responsible = {"cpfResponsavel": self.cpf, "nomeResponsavel": "Maria Exemplo"}
        return httpx.Response(
            200, json={"cnpj": cnpj, "nomeFantasia": f"Empresa {cnpj}", **responsible, **detail}
        )

    def _detail(self, request: httpx.Request) -> httpx.Response:
        cnpj = unquote(request.url.path).split("/")[-3]
        detail = self.companies.get(cnpj)
        if not detail:
            code = "COMPANYIDPARTICIPANT_MUSTFOUNDARECORD"
            return httpx.Response(404, json={"errors": [{"status": 404, "code": code}]})
        return httpx.Response(200, json={"cpf": self.cpf, **detail})


def _maybe(document: dict[str, Any] | None) -> httpx.Response:
    return httpx.Response(404) if document is None else httpx.Response(200, json=document)


def _call_of(path: str) -> str:
    if path.startswith("/empresas/v1/"):
        return "empresas v1" if path.endswith("/empresas") else "participante v1"
    if path.startswith("/empresas/v2/"):
        return "participante" if "/participantes/" in path else "empresas"
    return {"/.well-known/openid-configuration": "discovery"}.get(path, path.strip("/"))


def _proves(form: dict[str, str], asked: dict[str, str]) -> bool:
    """Check redirect_uri and verifier (RFC 7636 section 4.6)."""
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return challenge == asked["code_challenge"] and form["redirect_uri"] == asked["redirect_uri"]
