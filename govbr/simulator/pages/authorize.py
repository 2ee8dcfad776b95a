"""/authorize and the consent page: from the client's request to the answer to the client."""

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import AccessDeniedError, UnsupportedResponseTypeError
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from govbr.simulator import authorizations, browser, consents, faults, returning
from govbr.simulator.authorizations import Authorization
from govbr.simulator.context import Simulator, current
from govbr.simulator.oidc.authorization_server import StoredRequest, provider

blueprint = Blueprint("authorize", __name__)
blueprint.before_request(browser.refuse_foreign_posts)

#: What a page function may return.
PageAnswer = str | Response | tuple[str, int]


@blueprint.get("/authorize")
def authorize() -> PageAnswer:
    """Take a client's request (OpenID Connect Core 1.0, section 3.1.2).

    The order of the checks: client, redirect URI (both end on a page here), then response type,
    scope, PKCE, nonce, state (sent back to the client).
    """
    simulator = current()
    named = request.args.getlist("client_id")
    client = simulator.client(named[0]) if len(named) == 1 else None
    if client is None:
        return render_template("error.html", code="invalid_client"), 401
    addresses = request.args.getlist("redirect_uri")
    if len(addresses) != 1 or addresses[0] not in client.redirect_uris:
        return render_template("error.html", code="invalid_grant"), 400
    refused = _refusal(addresses[0])
    if refused is not None:
        return refused
    if simulator.switches().honour_prompt and request.args.get("prompt") == "login":
        browser.log_out()
    query = request.args.to_dict()
    return resume(authorizations.begin(simulator, browser=browser.mark(), query=query))


def _refusal(redirect_uri: str) -> Response | None:
    server = provider()
    try:
        if request.args.get("response_type") != "code":
            raise UnsupportedResponseTypeError("Unsupported response type")
        server.get_consent_grant()
    except OAuth2Error as error:
        error.redirect_uri = redirect_uri
        error.state = request.args.get("state")
        return _see_other(server.handle_error_response(None, error).headers["Location"])
    return None


def resume(authorization: Authorization) -> Response:
    """Lead the browser to the next thing that an authorization request needs.

    Args:
        authorization: Where the browser is at.

    Returns:
        A redirect: to the client, to the consent page or to the login.
    """
    simulator = current()
    if authorization.answer is not None:
        return _see_other(authorization.answer)
    person = browser.person(simulator)
    if person is None:
        return redirect(url_for("login.ask_cpf", authorization_id=authorization.id), 303)
    fault = faults.take_content(
        simulator.store, endpoint="authorize", cpf=person.cpf, among=returning.INSTEAD_OF_CONSENT
    )
    if fault is not None:
        return returning.instead_of_consent(simulator, authorization, fault)
    if faults.take_content(
        simulator.store, endpoint="authorize", cpf=person.cpf, among=("consent_withdrawn",)
    ):
        with simulator.store.writing() as connection:
            consents.withdraw(connection, cpf=person.cpf, client_id=authorization.client_id)
    with simulator.store.reading() as connection:
        authorized = consents.covers(
            connection,
            cpf=person.cpf,
            client_id=authorization.client_id,
            scopes=authorization.scopes,
        )
    if authorized:
        return _see_other(_answer(simulator, authorization, denied=False))
    return redirect(url_for("authorize.ask_consent", authorization_id=authorization.id), 303)


def present_authorization() -> Authorization:
    """Find the authorization request that the page's address names.

    Raises:
        PageGone: It is over, unknown or another browser's.
    """
    asked = request.values.get("authorization_id")
    return authorizations.find(current(), id=asked, browser=browser.mark())


@blueprint.get("/autorizacao")
def ask_consent() -> PageAnswer:
    """Show which data the service asks for."""
    simulator, authorization = current(), present_authorization()
    if authorization.answer is not None or browser.person(simulator) is None:
        return resume(authorization)
    return render_template(
        "consent.html",
        authorization=authorization,
        service=_service_name(simulator, authorization),
        items=consents.items(authorization.scopes),
        person=browser.person(simulator),
    )


@blueprint.post("/autorizacao")
def decide_consent() -> Response:
    """Take the decision, and send the browser back to the client."""
    simulator, authorization = current(), present_authorization()
    person = browser.person(simulator)
    if authorization.answer is not None or person is None:
        return resume(authorization)
    denied = request.form.get("decisao") != "autorizar"
    if not denied:
        with simulator.store.writing() as connection:
            consents.grant(
                connection,
                cpf=person.cpf,
                client_id=authorization.client_id,
                scopes=authorization.scopes,
                now=simulator.timestamp(),
            )
    return _see_other(_answer(simulator, authorization, denied=denied))


def _answer(simulator: Simulator, authorization: Authorization, *, denied: bool) -> str:
    server, query = provider(), authorization.query
    asked = StoredRequest(simulator.config.issuer, query)
    if denied:
        error = AccessDeniedError(
            "User denied access", redirect_uri=query["redirect_uri"], state=query["state"]
        )
        response = server.handle_error_response(asked, error)
    else:
        grant = server.get_authorization_grant(asked)
        login = browser.login()
        response = server.create_authorization_response(asked, grant_user=login, grant=grant)
    location = str(response.headers["Location"])
    fault = faults.take_content(
        simulator.store, endpoint="authorize", cpf=login_cpf(), among=returning.CHANGED
    )
    if fault is not None:
        location = returning.changed(simulator, fault, location)
    return authorizations.answer_once(simulator, authorization=authorization, location=location)


def _service_name(simulator: Simulator, authorization: Authorization) -> str:
    client = simulator.client(authorization.client_id)
    return authorization.client_id if client is None else client.service_name


def login_cpf() -> str:
    """Give the CPF of whoever is logged in; empty for nobody."""
    person = browser.person(current())
    return "" if person is None else person.cpf


def _see_other(location: str) -> Response:
    response = redirect(location, 303)
    response.headers["Cache-Control"] = "no-store"
    return response
