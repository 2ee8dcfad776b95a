"""Levels, seals and categories of an account (confiabilidades, version 3)."""

from flask import Blueprint, Response, jsonify, request

from govbr.simulator import faults
from govbr.simulator.claims import SEAL_DATE, SEALS
from govbr.simulator.context import current
from govbr.simulator.errors import ApiRefused
from govbr.simulator.people import Person
from govbr.simulator.token_person import BAD_TOKEN, answer_refusal, token_person

blueprint = Blueprint("confiabilidades", __name__, url_prefix="/confiabilidades/v3/contas/<cpf>")
blueprint.register_error_handler(ApiRefused, answer_refusal)

_SCOPE = "govbr_confiabilidades"
_LEVELS = {"bronze": (1, "Bronze"), "silver": (2, "Prata"), "gold": (3, "Ouro")}
#: What a seal is of, for the call that is only in the manual's older example.
_CATEGORIES = {"201": "100", "401": "300", "801": "500"}


@blueprint.get("/niveis")
def tell_levels(cpf: str) -> Response:
    """Tell the account's levels: the highest one and all below it (manual, passo 11)."""
    person = _person(cpf)
    if person is None:
        return jsonify([])
    highest = _LEVELS[person.level][0]
    reached = [(number, name) for number, name in _LEVELS.values() if number <= highest]
    return jsonify([_dated(_named(number, name)) for number, name in reversed(reached)])


@blueprint.get("/confiabilidades")
def tell_seals(cpf: str) -> Response:
    """Tell the account's seals (manual, passo 13)."""
    person = _person(cpf)
    return jsonify([] if person is None else [_dated(seal) for seal in SEALS[person.level]])


@blueprint.get("/categorias")
def tell_categories(cpf: str) -> Response:
    """Tell the categories of the account's seals."""
    person = _person(cpf)
    seals = () if person is None else SEALS[person.level]
    return jsonify([_dated(_CATEGORIES[seal]) for seal in seals])


def _person(cpf: str) -> Person | None:
    """Find whose account it is; None where a fault empties it."""
    person = token_person(current(), cpf, scope=_SCOPE)
    fault = faults.take_content(current().store, endpoint="confiabilidades", cpf=person.cpf)
    if fault == "invalid_token":
        raise BAD_TOKEN
    return None if fault == "empty" else person


def _named(number: int, name: str) -> str:
    """Write a level as asked: its id alone, or as the manual's own sample prints it."""
    return str(number) if request.args.get("response-type") == "ids" else f"{number} ({name})"


def _dated(identifier: str) -> dict[str, str]:
    # Here the date is called dataAtualizacao; in the ID token it is updatedAt.
    return {"id": identifier, "dataAtualizacao": SEAL_DATE}
