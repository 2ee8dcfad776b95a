"""The companies API, on its own port as gov.br has it on its own host (empresas, version 2)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request

from govbr.simulator import access_tokens, faults, people
from govbr.simulator.context import Simulator, current
from govbr.simulator.errors import ApiRefused
from govbr.simulator.people import CompanyTie, Person
from govbr.simulator.personas import COLABORADOR
from govbr.simulator.registry_numbers import parse_cnpj, parse_cpf

blueprint = Blueprint("empresas", __name__)

_SCOPE = "govbr_empresa"
_BAD_TOKEN = ApiRefused(401, "ACCESSTOKEN_MUSTBEVALID", "Token de acesso inválido.")


@blueprint.get("/empresas/v2/empresas")
def list_companies() -> Response:
    """List the companies that a person is tied to; none is an empty list."""
    simulator = current()
    person = _token_person(simulator, request.args.get("filtrar-por-participante", ""))
    fault = faults.take_content(simulator.store, endpoint="empresas", cpf=person.cpf)
    if fault == "invalid_token":
        raise _BAD_TOKEN
    ties = () if fault == "empty" else person.ties
    return jsonify(
        [
            {
                "cnpj": tie.cnpj,
                "razaoSocial": tie.company_name,
                "dataCriacao": tie.created_at,
            }
            for tie in ties
        ]
    )


@blueprint.get("/empresas/v2/empresas/<cnpj>/participantes/<cpf>")
def tell_role(cnpj: str, cpf: str) -> Response:
    """Tell a person's role in one company; a collaborator's `atuacao` is absent."""
    simulator = current()
    person = _token_person(simulator, cpf)
    tie = next((tie for tie in person.ties if tie.cnpj == parse_cnpj(cnpj)), None)
    fault = faults.take_content(simulator.store, endpoint="participante", cpf=person.cpf)
    if tie is None or fault == "not_found":
        raise ApiRefused(
            404,
            "COMPANYIDPARTICIPANT_MUSTFOUNDARECORD",
            "Responsável de empresa não encontrado no govbr.",
        )
    if fault == "unknown_role":
        tie = replace(tie, role="ASTRONAUTA")
    return jsonify(_role(person, tie))


@blueprint.errorhandler(ApiRefused)
def answer_refusal(refused: ApiRefused) -> tuple[Response, int]:
    """Write a refusal in the API's envelope."""
    error = {"status": refused.status, "code": refused.code, "title": refused.title}
    return jsonify({"errors": [error]}), refused.status


def _role(person: Person, tie: CompanyTie) -> Mapping[str, Any]:
    collaborator = tie.role == COLABORADOR
    answer: dict[str, Any] = {
        "cpf": person.cpf,
        "cadastrador": "false" if collaborator or tie.registrar_cpf else "true",
        "dataCriacao": tie.created_at,
    }
    if not collaborator:
        answer["atuacao"] = tie.role
    if tie.registrar_cpf:
        answer["cpfCadastrador"] = tie.registrar_cpf
    if tie.expires_at:
        answer["dataExpiracao"] = tie.expires_at
    return answer


def _token_person(simulator: Simulator, asked_cpf: str) -> Person:
    token = access_tokens.presented(simulator, request)
    if token is None:
        raise _BAD_TOKEN
    if _SCOPE not in token.scopes:
        raise ApiRefused(
            401,
            "ACCESSTOKEN_SCOPE_MUSTCONTAINSEXPECTEDSCOPE",
            f"Escopo requerido não encontrado. Valor esperado: '{_SCOPE}', "
            f"valor recebido: '{' '.join(token.scopes)}'.",
        )
    if parse_cpf(asked_cpf) != token.cpf:
        # gov.br's answer is not documented; refusing is the safe reading.
        raise ApiRefused(
            403,
            "ACCESSTOKEN_CPF_MUSTMATCHPARTICIPANT",
            "O CPF informado não é o da pessoa autenticada.",
        )
    with simulator.store.reading() as connection:
        person = people.find(connection, cpf=token.cpf)
    if person is None:
        raise _BAD_TOKEN
    return person
