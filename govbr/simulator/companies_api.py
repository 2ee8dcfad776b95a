"""The companies API (empresas, versions 2 and 1), on its own port as gov.br has it on its host."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request

from govbr.simulator import faults
from govbr.simulator.context import Simulator, current
from govbr.simulator.errors import ApiRefused
from govbr.simulator.people import CompanyTie, Person
from govbr.simulator.personas import COLABORADOR
from govbr.simulator.registry_numbers import parse_cnpj
from govbr.simulator.token_person import BAD_TOKEN, answer_refusal, token_person

blueprint = Blueprint("empresas", __name__)
blueprint.register_error_handler(ApiRefused, answer_refusal)

_SCOPE = "govbr_empresa"


@blueprint.get("/empresas/v2/empresas")
def list_companies() -> Response:
    """List the companies that a person is tied to; none is an empty list."""
    simulator = current()
    person = token_person(simulator, request.args.get("filtrar-por-participante", ""), scope=_SCOPE)
    fault = faults.take_content(simulator.store, endpoint="empresas", cpf=person.cpf)
    if fault == "invalid_token":
        raise BAD_TOKEN
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
    person = token_person(simulator, cpf, scope=_SCOPE)
    return jsonify(_role(person, _tie(simulator, person, cnpj)))


@blueprint.get("/empresas/v1/representantes/<cpf>/empresas")
def list_companies_v1(cpf: str) -> Response:
    """List the companies as in early 2020 (`visao=simples`)."""
    simulator = current()
    person = token_person(simulator, cpf, scope=_SCOPE)
    fault = faults.take_content(simulator.store, endpoint="empresas", cpf=person.cpf)
    if fault == "invalid_token":
        raise BAD_TOKEN
    ties = () if fault == "empty" else person.ties
    companies = [{"cnpj": tie.cnpj, "nome": tie.company_name} for tie in ties]
    return jsonify({"cnpjs": companies, "cpf": person.cpf})


@blueprint.get("/empresas/v1/representantes/<cpf>/empresas/<cnpj>")
def tell_role_v1(cpf: str, cnpj: str) -> Response:
    """Tell a person's role in one company as in early 2020."""
    simulator = current()
    person = token_person(simulator, cpf, scope=_SCOPE)
    tie = _tie(simulator, person, cnpj)
    answer = {"cnpj": tie.cnpj, "nomeFantasia": tie.company_name}
    if tie.role != COLABORADOR:
        answer["atuacao"] = tie.role
    return jsonify(
        answer | {"cpfResponsavel": tie.registrar_cpf or person.cpf, "nomeResponsavel": person.name}
    )


def _tie(simulator: Simulator, person: Person, cnpj: str) -> CompanyTie:
    """Find a person's tie with a company, or what a fault makes of it."""
    tie = next((tie for tie in person.ties if tie.cnpj == parse_cnpj(cnpj)), None)
    fault = faults.take_content(simulator.store, endpoint="participante", cpf=person.cpf)
    if tie is None or fault == "not_found":
        raise ApiRefused(
            404,
            "COMPANYIDPARTICIPANT_MUSTFOUNDARECORD",
            "Responsável de empresa não encontrado no govbr.",
        )
    return replace(tie, role="ASTRONAUTA") if fault == "unknown_role" else tie


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
