"""Authlib's authorization server with gov.br's tokens, error bodies and oddities."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidGrantError,
    InvalidScopeError,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from flask import Flask, Response, current_app

from govbr.simulator import claims, faults, keys, storage
from govbr.simulator.claims import Release
from govbr.simulator.context import Simulator, current
from govbr.simulator.oidc.client import RegisteredClient
from govbr.simulator.oidc.code_grant import CodeGrant, NonceAndState, ProofKey
from govbr.simulator.oidc.spoiling import PROCURATION, sign, spoil_claims

_EXTENSION = "govbr_simulator_oidc"


class LoginUnico(AuthorizationServer):  # type: ignore[misc] # Authlib publishes no types
    """The provider; a wrong client gets the body that was measured at gov.br, not RFC 6749's."""

    def handle_error_response(self, request: OAuth2Request, error: OAuth2Error) -> Response:
        """Turn an error into an answer."""
        if isinstance(error, InvalidClientError) and error.description == "empty_401":
            answer: Response = self.handle_response(401, "", [("Content-Length", "0")])
        elif isinstance(error, InvalidClientError):
            body = {"error": "unauthorized", "error_description": "Bad credentials"}
            headers = [*error.get_headers(), ("WWW-Authenticate", 'Basic realm="oauth"')]
            answer = self.handle_response(401, body, headers)
        else:
            answer = super().handle_error_response(request, error)
        return answer


class StoredRequest(OAuth2Request):  # type: ignore[misc] # Authlib publishes no types
    """An authorization request that waited while the person logged in and decided."""

    def __init__(self, issuer: str, query: dict[str, str]) -> None:
        super().__init__("GET", f"{issuer}authorize")
        self.payload = BasicOAuth2Payload(query)


class NoClientCredentials(ClientCredentialsGrant):  # type: ignore[misc] # Authlib publishes no types
    """The grant that gov.br's discovery lists, and that its token endpoint refuses (measured)."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

    def validate_token_request(self) -> None:
        """Refuse, and tell the client's scopes as gov.br does."""
        client: RegisteredClient = self.authenticate_token_endpoint_client()
        told = " ".join(client.registered.scopes)
        raise InvalidScopeError(f"Invalid scope; this client has the scope {told}")


class IssueIdToken:
    """Adds the ID token to the answer of the token endpoint, or spoils it, when asked to."""

    def __call__(self, grant: CodeGrant) -> None:
        """Hook into the making of the answer."""
        grant.register_hook("after_create_token_response", self._add)

    @staticmethod
    def _add(grant: CodeGrant, answer: tuple[int, dict[str, Any], Any]) -> None:
        simulator, release, body = current(), grant.request.user, answer[1]
        fault = faults.take_content(simulator.store, endpoint="token", cpf=release.person.cpf)
        if fault == "invalid_grant":
            raise InvalidGrantError("Invalid authorization code")
        if fault in ("bad_credentials", "empty_401"):
            raise InvalidClientError(description=fault)
        if fault == "rotated_key":
            with simulator.store.writing() as connection:
                keys.rotate(connection)
            body.update(_bearer_token(user=release, scope=" ".join(release.scopes)))
        if fault == "scope_missing":
            release = replace(release, scopes=_without_companies(release.scopes))
            body.update(_bearer_token(user=release, scope=" ".join(release.scopes)))
        if fault == "agent_in_access_token":
            body.update(
                _bearer_token(user=release, scope=" ".join(release.scopes), more=PROCURATION)
            )
        if fault == "access_token_missing":
            body.pop("access_token")
        if fault == "id_token_missing":
            return
        content = claims.id_token(
            simulator.config,
            release,
            now=simulator.timestamp(),
            lifetime=simulator.switches().id_token_lifetime,
        )
        body["id_token"] = sign(
            fault,
            keys.load(simulator.store),
            spoil_claims(fault, content),
            secret=release.client.client_secret,
        )


def install(app: Flask, simulator: Simulator) -> None:
    """Build the provider of an app.

    Args:
        app: The app of the SSO host.
        simulator: Its settings and storage.
    """

    def query_client(client_id: str) -> RegisteredClient | None:
        found = simulator.client(client_id)
        return None if found is None else RegisteredClient(found)

    server = LoginUnico(
        app,
        query_client=query_client,
        save_token=lambda _token, _request: None,  # they prove themselves by their signature
    )
    server.register_token_generator("default", _bearer_token)
    # Whether it is required is a switch, asked at each request.
    proof_key = ProofKey(required=False)
    server.register_grant(CodeGrant, [proof_key, NonceAndState(), IssueIdToken()])
    server.register_grant(NoClientCredentials)
    app.extensions[_EXTENSION] = server


def provider() -> LoginUnico:
    """Find the provider of the app that serves the present request."""
    server = current_app.extensions[_EXTENSION]
    assert isinstance(server, LoginUnico)  # noqa: S101 - narrows the type
    return server


def _without_companies(scopes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(scope for scope in scopes if scope != "govbr_empresa")


def _bearer_token(
    *, user: Release, scope: str, more: Mapping[str, Any] | None = None, **_: object
) -> dict[str, Any]:
    simulator = current()
    lifetime = simulator.switches().access_token_lifetime
    now = simulator.timestamp()
    content = claims.access_token(simulator.config, user, now=now, lifetime=lifetime)
    content |= more or {}
    _note_token(simulator, user.code, content["jti"])
    return {
        "access_token": keys.sign(keys.load(simulator.store), content),
        "token_type": "Bearer",
        # The manual's sample shows 3599: a second has passed since it was issued.
        "expires_in": lifetime - 1,
        "scope": scope,
    }


def _note_token(simulator: Simulator, code: str, jti: str) -> None:
    """Note which token a code was exchanged for, in case it comes again."""
    table = storage.authorization_code
    with simulator.store.writing() as connection:
        connection.execute(sa.update(table).where(table.c.code == code).values(jti=jti))
