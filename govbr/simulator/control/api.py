"""The control API: lets a test make people, order faults, read the mailbox and count requests."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify, request

from govbr.simulator import fault_kinds, faults, known_people, mailbox, people, storage
from govbr.simulator.context import current
from govbr.simulator.errors import ClientRefused, FaultRefused, PersonRefused, SwitchRefused
from govbr.simulator.people import Person

blueprint = Blueprint("control_api", __name__, url_prefix="/simulador")


@blueprint.errorhandler(FaultRefused)
@blueprint.errorhandler(PersonRefused)
@blueprint.errorhandler(ClientRefused)
@blueprint.errorhandler(SwitchRefused)
def answer_refusal(refused: Exception) -> tuple[Response, int]:
    """Say why nothing was done."""
    return jsonify({"error": str(refused)}), 400


@blueprint.post("/faults")
def add_fault() -> tuple[Response, int]:
    """Let the next `times` requests of an endpoint fail."""
    asked = json_object()
    with current().store.writing() as connection:
        return jsonify(asdict(faults.add(connection, asked=asked))), 201


@blueprint.get("/faults")
def list_faults() -> Response:
    """List the faults that wait."""
    with current().store.reading() as connection:
        return jsonify([asdict(fault) for fault in faults.waiting(connection)])


@blueprint.get("/fault-kinds")
def list_fault_kinds() -> Response:
    """List every fault that can be ordered: name, endpoints, options, and what it does."""
    return jsonify([asdict(kind) for kind in fault_kinds.KINDS])


@blueprint.delete("/faults")
def clear_faults() -> tuple[str, int]:
    """Let everything work again."""
    with current().store.writing() as connection:
        faults.clear(connection)
    return "", 204


@blueprint.post("/people")
def add_person() -> tuple[Response, int]:
    """Create a person with a known password; JSON only, so that no foreign form can do it."""
    new = known_people.person_from(json_object(), source="api")
    hashed = people.hash_password(new.known_password or "")
    with current().store.writing() as connection:
        created = people.create(connection, new=new, password_hash=hashed)
    return jsonify(_described(created)), 201


@blueprint.get("/people")
def list_people() -> Response:
    """List people, personas first."""
    with current().store.reading() as connection:
        return jsonify([_described(person) for person in people.listing(connection)])


@blueprint.get("/mailbox")
def list_messages() -> Response:
    """Read the mailbox, newest first; `address` narrows it to one."""
    with current().store.reading() as connection:
        found = mailbox.messages(connection, address=request.args.get("address"))
    return jsonify(found)


@blueprint.get("/requests")
def list_requests() -> Response:
    """List the requests received, oldest first; `endpoint` and `after` (an id) narrow it."""
    table = storage.request_log
    found = sa.select(table).order_by(table.c.id)
    if endpoint := request.args.get("endpoint"):
        found = found.where(table.c.endpoint == endpoint)
    found = found.where(table.c.id > request.args.get("after", 0, type=int))
    with current().store.reading() as connection:
        return jsonify([dict(row) for row in connection.execute(found).mappings()])


@blueprint.delete("/requests")
def clear_requests() -> tuple[str, int]:
    """Begin to count anew."""
    with current().store.writing() as connection:
        connection.execute(sa.delete(storage.request_log))
    return "", 204


def json_object() -> dict[str, Any]:
    """Read the request's JSON object.

    Raises:
        FaultRefused: It is something else.
    """
    asked = request.get_json()
    if not isinstance(asked, dict):
        raise FaultRefused("Send a JSON object.")
    return asked


def _described(person: Person) -> dict[str, Any]:
    described = asdict(person)
    described["password"] = described.pop("known_password")
    described["companies"] = described.pop("ties")
    return described
