"""Whose access token a request to the API host carries, and the envelope of its refusals."""

from flask import Response, jsonify, request

from govbr.simulator import access_tokens, people
from govbr.simulator.context import Simulator
from govbr.simulator.errors import ApiRefused
from govbr.simulator.people import Person
from govbr.simulator.registry_numbers import parse_cpf

BAD_TOKEN = ApiRefused(401, "ACCESSTOKEN_MUSTBEVALID", "Token de acesso inválido.")


def token_person(simulator: Simulator, asked_cpf: str, *, scope: str) -> Person:
    """Find the person that a token is about.

    Args:
        simulator: Whose key, clock and people decide.
        asked_cpf: The CPF in the request's address.
        scope: What the token must allow.

    Returns:
        The person.

    Raises:
        ApiRefused: The token is missing, not ours, over, without the scope, or another person's.
    """
    token = access_tokens.presented(simulator, request)
    if token is None:
        raise BAD_TOKEN
    if scope not in token.scopes:
        raise ApiRefused(
            401,
            "ACCESSTOKEN_SCOPE_MUSTCONTAINSEXPECTEDSCOPE",
            f"Escopo requerido não encontrado. Valor esperado: '{scope}', "
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
        raise BAD_TOKEN
    return person


def answer_refusal(refused: ApiRefused) -> tuple[Response, int]:
    """Write a refusal in the API's envelope."""
    error = {"status": refused.status, "code": refused.code, "title": refused.title}
    return jsonify({"errors": [error]}), refused.status
