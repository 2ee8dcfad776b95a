"""Work that a login's state forbids: each reason code gets its sentence and its way on."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint

from orquestra import campaign
from orquestra.errors import NotAllowed
from web.errors import PROBLEMS, Problem, SessionLinked, problem_page
from web.services import current_services
from web.visitors import current_visitor

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

_BLOCKED = Problem(
    status=HTTPStatus.FORBIDDEN,
    title="A tramitação está bloqueada",
    message="O prazo para sincronizar este login com o gov.br terminou. Nada foi gravado e nada "
    "se perdeu: os processos estão guardados.",
    advice="Para reabrir a tramitação, sincronize o login com a sua conta gov.br.",
    href="/normalizacao",
    action="Sincronizar agora",
)
_FOREIGN_BLOCKED = Problem(
    status=HTTPStatus.FORBIDDEN,
    title="A tramitação está bloqueada",
    message="O último dia do seu acesso por login e senha passou. Nada foi gravado e nada se "
    "perdeu: os processos estão guardados.",
    advice="Veja quais são os seus caminhos. / See your options, in English too.",
    href="/acesso-estrangeiro",
    action="Ver os seus caminhos",
)
_MOVING = Problem(
    status=HTTPStatus.CONFLICT,
    title="Os processos deste login ainda estão sendo transferidos",
    message="A vinculação do login ao gov.br ainda não terminou, e o processo fica parado até lá. "
    "Nada foi gravado.",
    advice="Costuma levar poucos minutos. Acompanhe e tente de novo quando terminar.",
    href="/area",
    action="Voltar ao Meu Ambiente de Trabalho",
)
_UNLINKED = Problem(
    status=HTTPStatus.CONFLICT,
    title="Este processo não está mais na sua conta",
    message="A equipe do Inmetro desfez a vinculação do login de onde este processo veio. Nada foi "
    "gravado.",
    advice="Se você não sabe o motivo, procure o atendimento do Inmetro.",
    href="/area",
    action="Voltar ao Meu Ambiente de Trabalho",
)


def register(blueprint: Blueprint) -> None:
    """Let a blueprint answer work that is not allowed.

    Args:
        blueprint: The blueprint, with those nested in it.
    """
    blueprint.register_error_handler(NotAllowed, _answer)


def _answer(error: NotAllowed) -> "tuple[str, int] | tuple[Response, int]":
    """Answer by reason and by who asks."""
    if error.reason == "bloqueado":
        return problem_page(_FOREIGN_BLOCKED if _foreign(error.login_id) else _BLOCKED)
    if error.reason == "desvinculado":
        return problem_page(_UNLINKED)
    if current_visitor().kind == "person":
        return problem_page(_MOVING)
    # The link began between the session's check and this read: the session is over by now.
    return problem_page(dict(PROBLEMS)[SessionLinked])


def _foreign(login_id: int) -> bool:
    """Tell whether a login is a foreign customer's, for whom no synchronizing is due."""
    with current_services().database.connect() as connection:
        return campaign.part_of(connection, login_id).foreign
