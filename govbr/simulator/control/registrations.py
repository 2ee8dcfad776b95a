"""The control API, second part: services, switches, clock, keys, consents, and what it is."""

import inspect
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Response, current_app, jsonify, request

from govbr.simulator import clients, consents, keys, storage, switches
from govbr.simulator.clients import Client
from govbr.simulator.context import CLOCK_AHEAD, current
from govbr.simulator.control.api import answer_refusal, json_object
from govbr.simulator.errors import ClientRefused, FaultRefused, SwitchRefused
from govbr.simulator.registry_numbers import parse_cpf

blueprint = Blueprint("control_registrations", __name__, url_prefix="/simulador")
for _refusal in (FaultRefused, ClientRefused, SwitchRefused):
    blueprint.register_error_handler(_refusal, answer_refusal)

_CONTROL: Final = "control_"
_FARTHEST: Final = 366 * 24 * 3600  # seconds


@blueprint.get("/clients")
def list_clients() -> Response:
    """List the services that are registered; their secrets are not told."""
    with current().store.reading() as connection:
        return jsonify([_described(each) for each in clients.listing(connection)])


@blueprint.post("/clients")
def add_client() -> tuple[Response, int]:
    """Register a service, or write it over the one of that client_id."""
    new = clients.from_mapping(json_object(), source="api")
    with current().store.writing() as connection:
        clients.register(connection, new)
    return jsonify(_described(new)), 201


@blueprint.delete("/clients/<client_id>")
def remove_client(client_id: str) -> tuple[Response | str, int]:
    """Take a service out; that of the settings stays."""
    with current().store.writing() as connection:
        gone = clients.remove(connection, client_id)
    return ("", 204) if gone else (jsonify({"error": "There is no such service to take out."}), 404)


@blueprint.get("/switches")
def tell_switches() -> Response:
    """Tell how the simulator behaves now."""
    return jsonify(asdict(current().switches()))


@blueprint.patch("/switches")
def change_switches() -> Response:
    """Switch something; what is not named stays."""
    asked = json_object()
    with current().store.writing() as connection:
        return jsonify(asdict(switches.change(connection, current().config, asked)))


@blueprint.delete("/switches")
def reset_switches() -> tuple[str, int]:
    """Behave as the settings say again."""
    with current().store.writing() as connection:
        switches.reset(connection)
    return "", 204


@blueprint.get("/clock")
def tell_clock() -> Response:
    """Tell the simulator's time, by which tokens, codes and pages end."""
    return jsonify({"now": current().now().isoformat()})


@blueprint.post("/clock")
def set_clock() -> Response:
    """Let the clock run ahead of the settings' by `ahead_seconds`; 0 sets it right."""
    ahead = json_object().get("ahead_seconds")
    if isinstance(ahead, bool) or not isinstance(ahead, int | float) or abs(ahead) > _FARTHEST:
        raise SwitchRefused(f"ahead_seconds must be a number, at most {_FARTHEST} either way.")
    with current().store.writing() as connection:
        storage.remember(connection, name=CLOCK_AHEAD, value=str(ahead))
    return tell_clock()


@blueprint.post("/keys/rotate")
def rotate_keys() -> tuple[str, int]:
    """Sign with a new key under the same kid from now on."""
    with current().store.writing() as connection:
        keys.rotate(connection)
    return "", 204


@blueprint.get("/consents")
def list_consents() -> Response:
    """List what a person (`cpf`) authorized, by service."""
    with current().store.reading() as connection:
        granted = consents.granted(connection, cpf=_cpf())
    return jsonify(
        [
            {"client_id": client_id, "scopes": sorted(scopes), "since": since}
            for client_id, (scopes, since) in sorted(granted.items())
        ]
    )


@blueprint.delete("/consents")
def withdraw_consents() -> tuple[str, int]:
    """Withdraw what a person (`cpf`) authorized a service (`client_id`) for."""
    with current().store.writing() as connection:
        consents.withdraw(connection, cpf=_cpf(), client_id=request.args.get("client_id", ""))
    return "", 204


@blueprint.get("/openapi.json")
def describe() -> Response:
    """Describe this API (OpenAPI 3.1), from the routes themselves."""
    paths: dict[str, dict[str, Any]] = {}
    for rule in current_app.url_map.iter_rules():
        if not rule.endpoint.startswith(_CONTROL):
            continue
        told = inspect.getdoc(current_app.view_functions[rule.endpoint]) or ""
        path = rule.rule.replace("<", "{").replace(">", "}")
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PATCH", "DELETE"}):
            paths.setdefault(path, {})[method.lower()] = {
                "summary": told.partition("\n")[0],
                "operationId": rule.endpoint.partition(".")[2],
                "parameters": [
                    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                    for name in sorted(rule.arguments)
                ],
                "responses": {"default": {"description": "Done, or `error` says why not."}},
            }
    title = "Simulador local do gov.br: controle"
    return jsonify({"openapi": "3.1.0", "info": {"title": title, "version": "1"}, "paths": paths})


def _described(client: Client) -> dict[str, Any]:
    described = asdict(client)
    del described["client_secret"]
    return described


def _cpf() -> str:
    cpf = parse_cpf(request.args.get("cpf", ""))
    if cpf is None:
        raise FaultRefused("cpf must be a CPF, with or without punctuation.")
    return cpf
