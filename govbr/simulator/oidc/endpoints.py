"""The endpoints that clients call: discovery, token, keys, userinfo, picture."""

import base64
from typing import Any

from flask import Blueprint, Response, jsonify, request

from govbr.simulator import access_tokens, claims, faults, keys, people, picture
from govbr.simulator.access_tokens import AccessToken
from govbr.simulator.context import Simulator, current
from govbr.simulator.oidc.authorization_server import provider
from govbr.simulator.oidc.spoiling import PROCURATION
from govbr.simulator.people import Person

blueprint = Blueprint("oidc", __name__)

# As measured at gov.br. Six members are missing there and here, among them
# code_challenge_methods_supported and end_session_endpoint.
_DISCOVERY = {
    "scopes_supported": [
        "openid",
        "profile",
        "email",
        "phone",
        "govbr_empresa",
        "govbr_confiabilidades",
        "govbr_recupera_certificadox509",
    ],
    "response_types_supported": ["code"],
    "grant_types_supported": ["authorization_code", "client_credentials"],
    "subject_types_supported": ["public", "pairwise"],
    "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
    "id_token_signing_alg_values_supported": ["RS256", "RS512"],
    "claims_supported": [
        "sub",
        "name",
        "preferred_username",
        "profile",
        "picture",
        "email",
        "email_verified",
        "phone_number",
        "phone_number_verified",
    ],
}
# What other providers publish and gov.br does not.
_OMITTED = {
    "code_challenge_methods_supported": ["S256"],
    "acr_values_supported": ["1", "2", "3"],
    "prompt_values_supported": ["login", "none"],
}
_ENDPOINTS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "userinfo_endpoint": "userinfo",
    "jwks_uri": "jwk",
}


@blueprint.get("/.well-known/openid-configuration")
def discovery() -> Response:
    """Describe the provider (OpenID Connect Discovery 1.0), as incompletely as gov.br does."""
    issuer = current().config.issuer
    addresses = {name: f"{issuer}{path}" for name, path in _ENDPOINTS.items()}
    document: dict[str, Any] = {"issuer": issuer, **addresses, **_DISCOVERY}
    store = current().store
    ordered = faults.take_content(store, endpoint="discovery", cpf=None) == "complete"
    if ordered or current().switches().complete_discovery:
        document |= _OMITTED | {"end_session_endpoint": f"{issuer}logout"}
    return jsonify(document)


@blueprint.post("/token")
def issue_tokens() -> Response:
    """Exchange a code for tokens (RFC 6749, section 4.1.3)."""
    response = provider().create_token_response()
    assert isinstance(response, Response)  # noqa: S101 - narrows the type
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/jwk", methods=["GET", "POST"])
def publish_keys() -> Response:
    """Publish the key set; gov.br answers GET and POST."""
    return jsonify(keys.public_set(keys.load(current().store)))


@blueprint.get("/userinfo")
@blueprint.get("/userinfo/")
def tell_userinfo() -> Response:
    """Tell who the token's person is."""
    simulator = current()
    found = _presented_person(simulator)
    if found is None:
        return _unauthorized()
    token, person = found
    body = claims.userinfo(simulator.config, person, token.scopes)
    match faults.take_content(simulator.store, endpoint="userinfo", cpf=token.cpf):
        case "other_sub":
            body["sub"] = _somebody_else(simulator, token.cpf)
        case "no_sub":
            del body["sub"]
        case "invalid_token":
            return _unauthorized()
        case "agent":
            body |= PROCURATION
    return jsonify(body)


@blueprint.get("/userinfo/picture")
def send_picture() -> Response:
    """Send the photo as raw bytes, as both official examples read it."""
    found = _presented_person(current())
    if found is None:
        return _unauthorized()
    fault = faults.take_content(current().store, endpoint="picture", cpf=found[1].cpf)
    if not found[1].has_picture or fault == "not_found":
        return _error(404, "not_found", "Foto não encontrada")
    drawn = picture.draw(found[1].cpf)
    if fault == "base64":
        return Response(base64.b64encode(drawn), mimetype="text/plain")
    return Response(drawn, mimetype="image/png")


@blueprint.get("/api/x509/info")
def tell_certificate() -> Response:
    """Tell which certificate the person came in with, where one was used."""
    token = access_tokens.presented(current(), request)
    if token is None or "govbr_recupera_certificadox509" not in token.scopes:
        return _unauthorized()
    used = [word for word in token.amr if word.startswith("x509")]
    fault = faults.take_content(current().store, endpoint="x509", cpf=token.cpf)
    if not used or fault == "not_found":
        return _error(404, "not_found", "A pessoa não entrou com certificado")
    cloud = next((word for word in used if word not in ("x509", "x509_token")), None)
    answer: dict[str, Any] = {
        "amr": used,
        "certificate": token.certificate_name,
        "type": "device" if cloud is None else "cloud",
    }
    if cloud is not None:
        answer["provider"] = cloud.removeprefix("x509_")
    return jsonify(answer)


def _presented_person(simulator: Simulator) -> tuple[AccessToken, Person] | None:
    token = access_tokens.presented(simulator, request)
    if token is None or "openid" not in token.scopes:
        return None
    with simulator.store.reading() as connection:
        person = people.find(connection, cpf=token.cpf)
    return None if person is None else (token, person)


def _somebody_else(simulator: Simulator, cpf: str) -> str:
    with simulator.store.reading() as connection:
        return next(each.cpf for each in people.listing(connection) if each.cpf != cpf)


def _unauthorized() -> Response:
    response = _error(401, "invalid_token", "Invalid access token")
    response.headers["WWW-Authenticate"] = 'Bearer realm="oauth", error="invalid_token"'
    return response


def _error(status: int, error: str, description: str) -> Response:
    response = jsonify({"error": error, "error_description": description})
    response.status_code = status
    return response
