"""The authorization code: long, single-use, short-lived, bound to client, redirect and PKCE."""

import base64
from typing import Any

import sqlalchemy as sa
from authlib.common.security import generate_token
from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge

from govbr.simulator import access_tokens, clients, people, storage
from govbr.simulator.claims import Release
from govbr.simulator.context import current
from govbr.simulator.oidc.client import RegisteredClient

# gov.br's code is a compact JWE of this header; to a client it is a long text without meaning.
_CODE_HEADER = b'{"kid":"codeCryptography","alg":"dir","enc":"A256GCM"}'
_CODE_PARTS = (16, 160, 22)  # characters of the vector, the ciphertext and the tag


class IssuedCode:
    """A code that was just redeemed, with what was authorized when it was issued."""

    def __init__(self, code: str, details: dict[str, Any]) -> None:
        self.code = code
        self.details = details
        self.code_challenge = details["code_challenge"]
        self.code_challenge_method = details["code_challenge_method"]

    def get_redirect_uri(self) -> str:
        """Give the redirect URI of the authorization request."""
        return str(self.details["redirect_uri"])

    def get_scope(self) -> str:
        """Give the scopes that were authorized."""
        return str(self.details["scope"])


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc] # Authlib publishes no types
    """Authlib's code grant on our storage; `request.user` is the SSO login of the browser."""

    def generate_authorization_code(self) -> str:
        """Make the code: header, no key, vector, ciphertext, tag (RFC 7516 section 7.1)."""
        header = base64.urlsafe_b64encode(_CODE_HEADER).decode().rstrip("=")
        return ".".join([header, "", *(str(generate_token(size)) for size in _CODE_PARTS)])

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        """Keep what the code stands for."""
        simulator, asked = current(), request.payload.data
        details = {
            "client_id": request.client.client_id,
            "redirect_uri": asked["redirect_uri"],
            "scope": request.scope,
            "nonce": asked.get("nonce"),
            "code_challenge": asked.get("code_challenge"),
            "code_challenge_method": asked.get("code_challenge_method"),
            "cpf": request.user.cpf,
            "amr": list(request.user.amr),
            "auth_time": request.user.auth_time,
            "cnpj": request.user.cnpj,
            "certificate_name": request.user.certificate_name,
        }
        expires_at = simulator.timestamp() + simulator.switches().code_lifetime
        with simulator.store.writing() as connection:
            connection.execute(
                sa.insert(storage.authorization_code).values(
                    code=code, details=details, expires_at=expires_at, used=False
                )
            )

    def query_authorization_code(self, code: str, client: RegisteredClient) -> IssuedCode | None:
        """Redeem a code: it is used up even when the rest of the request turns out wrong.

        One that comes again takes the token back that it was exchanged for (RFC 6749, 4.1.2).
        """
        simulator, table = current(), storage.authorization_code
        with simulator.store.writing() as connection:
            row = connection.execute(sa.select(table).where(table.c.code == code)).one_or_none()
            connection.execute(sa.update(table).where(table.c.code == code).values(used=True))
            if row is not None and row.used and row.jti is not None:
                access_tokens.revoke(connection, row.jti)
        if row is None or row.used or row.expires_at <= simulator.timestamp():
            return None
        own = row.details["client_id"] == client.client_id
        return IssuedCode(code, row.details) if own else None

    def delete_authorization_code(self, authorization_code: IssuedCode) -> None:
        """Do nothing: it was used up when it was read."""

    def authenticate_user(self, authorization_code: IssuedCode) -> Release | None:
        """Load the person whose code it was, as they are now."""
        details = authorization_code.details
        with current().store.reading() as connection:
            person = people.find(connection, cpf=details["cpf"])
            client = clients.find(connection, details["client_id"])
        if person is None or client is None:
            return None
        return Release(
            client=client,
            code=authorization_code.code,
            person=person,
            scopes=tuple(details["scope"].split()),
            amr=tuple(details["amr"]),
            auth_time=details["auth_time"],
            nonce=details["nonce"],
            cnpj=details.get("cnpj"),
            certificate_name=details.get("certificate_name"),
        )


class ProofKey(CodeChallenge):  # type: ignore[misc] # Authlib publishes no types
    """PKCE with S256 only (RFC 7636), demanded from confidential clients too."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        """Check the challenge at the authorization request."""
        asked = grant.request.payload.data
        present = asked.get("code_challenge") or asked.get("code_challenge_method")
        if current().switches().require_pkce or present:
            for name in ("code_challenge", "code_challenge_method"):
                if not asked.get(name):
                    raise InvalidRequestError(f"Missing '{name}'")
        super().validate_code_challenge(grant, redirect_uri)

    def validate_code_verifier(self, grant: CodeGrant, result: object) -> None:
        """Check the verifier at the token request; any fault of it is an invalid_grant."""
        try:
            super().validate_code_verifier(grant, result)
        except InvalidRequestError as error:
            raise InvalidGrantError(error.description) from error


class NonceAndState:
    """Makes both mandatory, as gov.br's manual does (passo 3), after everything else."""

    def __call__(self, grant: CodeGrant) -> None:
        """Hook into the check of an authorization request."""
        grant.register_hook("after_validate_authorization_request_payload", self._check)

    @staticmethod
    def _check(grant: CodeGrant, _redirect_uri: str) -> None:
        for name in ("nonce", "state"):
            if not grant.request.payload.data.get(name):
                raise InvalidRequestError(f"Missing '{name}'")
