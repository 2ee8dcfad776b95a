"""The web's own errors, and the one table from every error to the page that answers it.

A page's sentence is written for the person who reads it; the error's own text goes to the log.
"""

import logging
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, jsonify, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

import engine.errors
import govbr.errors
import orquestra.errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    Answer = tuple[str, int] | tuple[Response, int]

_log = logging.getLogger(__name__)

_REFERENCE_BYTES = 4


class WebError(Exception):
    """Something that a request asked for and cannot have."""


class NotSignedIn(WebError):
    """Raised when a page needs someone signed in; the answer leads to the entrance.

    Args:
        staff: Whether it is the staff's entrance.
    """

    def __init__(self, *, staff: bool = False) -> None:
        super().__init__("nobody is signed in who may see this page: sign in and open it again")
        self.staff = staff


class SessionLinked(WebError):
    """Raised when the browser's legacy session ended because its login was linked."""

    def __init__(self) -> None:
        super().__init__("the legacy session ended with its login's link: enter by gov.br")


class SessionOver(WebError):
    """Raised when a form comes whose visit has ended.

    Args:
        staff: Whether it was a staff member's visit.
    """

    def __init__(self, *, staff: bool) -> None:
        super().__init__("the session ended before the form was sent: sign in and send it again")
        self.staff = staff


class TooManyAttempts(WebError):
    """Raised when too many wrong passwords came from one place or for one login.

    Args:
        minutes: After how many minutes to try again.
    """

    def __init__(self, minutes: int) -> None:
        super().__init__(f"too many wrong passwords: try again in {minutes} minutes")
        self.minutes = minutes


class NoRoad(WebError):
    """Raised when a person's session opens the road's pages without adding a login."""

    def __init__(self) -> None:
        super().__init__("this session walks no login's road: name the login first")


class DatabaseAway(WebError):
    """Raised when the session's database does not answer, so that nobody can be recognised."""

    def __init__(self) -> None:
        super().__init__("the session could not be read: the database does not answer")


class NotOfThisSession(WebError):
    """Raised when another browser session than the one that began wants to confirm."""

    def __init__(self) -> None:
        super().__init__("only the browser session that began the attempt may answer for it")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What an error page says.

    Args:
        status: The HTTP status.
        title: The heading.
        message: What happened, in a plain sentence.
        advice: What to do now.
        href: Where the page's one button leads.
        action: The button's text.
        reference: The id that finds the error in the log; empty where none is needed.
    """

    status: int
    title: str
    message: str
    advice: str = ""
    href: str = "/"
    action: str = "Voltar à página inicial"
    reference: str = ""


_NOT_FOUND = Problem(
    status=HTTPStatus.NOT_FOUND,
    title="Página não encontrada",
    message="Não encontramos o que você procura, ou não está entre os seus processos.",
    advice="Confira o endereço ou volte à página inicial.",
)
_NO_LONGER_OPEN = Problem(
    status=HTTPStatus.CONFLICT,
    title="Esta etapa já foi respondida",
    message="O que você tentou responder já foi respondido, talvez em outra aba ou por outra "
    "pessoa.",
    advice="Veja como está agora e continue dali.",
    action="Ver como está agora",
)

_BUSY = Problem(
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    title="O sistema está ocupado",
    message="Não foi possível atender agora. Nada se perdeu.",
    advice="Tente de novo em alguns instantes.",
)
_STANDS_STILL = Problem(
    status=HTTPStatus.CONFLICT,
    title="Este processo está suspenso",
    message="A equipe suspendeu este processo por enquanto. Nada do que você enviou foi gravado.",
    advice="Tente de novo mais tarde; as suas tarefas continuam como estavam.",
)
_UNFIT = Problem(
    status=HTTPStatus.CONFLICT,
    title="O reparo não se aplica",
    message="O processo não está mais como a página mostrava, ou o reparo pedido não cabe nele. "
    "Nada foi alterado.",
    advice="Veja como o processo está agora e escolha de novo.",
    action="Ver como está agora",
)
_SIGN_IN_AGAIN = Problem(
    status=HTTPStatus.FORBIDDEN,
    title="Sua sessão terminou",
    message="A sessão em que você estava terminou enquanto o pedido era atendido. Nada foi "
    "gravado.",
    advice="Entre novamente para continuar.",
    action="Entrar novamente",
)

#: A form without its proof against forgery, see web.session_ends.
FORM_TOO_OLD = Problem(
    status=HTTPStatus.BAD_REQUEST,
    title="A página ficou aberta por muito tempo",
    message="Por segurança, este formulário não vale mais. Nada foi gravado.",
    advice="Abra a página novamente e repita o que queria fazer.",
)
_TOO_LARGE = Problem(
    status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    title="Conteúdo grande demais",
    message="O que você enviou é maior do que o sistema aceita. Nada foi gravado.",
    advice="Diminua o texto e envie de novo.",
)

_DIAGRAM_STUCK = Problem(
    status=HTTPStatus.CONFLICT,
    title="O processo não pôde seguir com esta resposta",
    message="O diagrama do processo não conseguiu seguir com o que foi respondido. Nada foi "
    "gravado, e nada do que já existia se perdeu.",
    advice="A equipe do Inmetro foi avisada. Volte à página e confira as respostas; se estiverem "
    "certas, tente de novo mais tarde.",
)

# Flask picks the handler of the nearest class, so that special cases may stand beside general
# ones in any order.
PROBLEMS: tuple[tuple[type[Exception], Problem], ...] = (
    (
        SessionLinked,
        Problem(
            status=HTTPStatus.FORBIDDEN,
            title="Este login já foi sincronizado com o gov.br",
            message="Seu login antigo do Orquestra foi vinculado a uma conta gov.br e não vale "
            "mais para entrar. Os seus processos estão na conta gov.br.",
            advice="Para continuar, entre com gov.br.",
            action="Ir para a entrada",
        ),
    ),
    (
        NotOfThisSession,
        Problem(
            status=HTTPStatus.FORBIDDEN,
            title="A sincronização está em andamento em outro navegador",
            message="Só o navegador que foi ao gov.br pode confirmar esta sincronização.",
            advice="Confirme naquele navegador ou recomece aqui.",
            href="/normalizacao/confirmar",
            action="Ver como está agora",
        ),
    ),
    (
        TooManyAttempts,
        Problem(
            status=HTTPStatus.TOO_MANY_REQUESTS,
            title="Muitas tentativas",
            message="Houve muitas tentativas com senha incorreta.",
            advice="Aguarde 15 minutos e tente de novo.",
        ),
    ),
    (
        govbr.errors.CallbackRefused,
        Problem(
            status=HTTPStatus.BAD_REQUEST,
            title="Não foi possível aceitar o retorno do gov.br",
            message="Este retorno não vale mais: ele já foi usado, expirou ou não foi iniciado "
            "neste navegador. Nada foi vinculado.",
            advice="Se você já autorizou no gov.br, veja como está. Se não, volte ao Orquestra e "
            "clique em Entrar com gov.br novamente.",
            action="Voltar ao Orquestra",
        ),
    ),
    (
        NoRoad,
        Problem(
            status=HTTPStatus.NOT_FOUND,
            title="Nenhuma sincronização em andamento",
            message="Você já entrou com gov.br e não há login antigo sendo sincronizado.",
            advice="Para vincular mais um login, informe o usuário e a senha dele.",
            href="/vincular",
            action="Vincular um login antigo",
        ),
    ),
    (DatabaseAway, _BUSY),
    # A connection that broke, a server that restarts, a lock that came too late.
    (OperationalError, _BUSY),
    (engine.errors.Busy, _BUSY),
    (orquestra.errors.SessionNotFound, _SIGN_IN_AGAIN),
    (orquestra.errors.DecisionAlreadyMade, _NO_LONGER_OPEN),
    (orquestra.errors.UndoRefused, _NO_LONGER_OPEN),
    (orquestra.errors.AccessCaseDecided, _NO_LONGER_OPEN),
    (orquestra.errors.NotFound, _NOT_FOUND),
    (engine.errors.InstanceNotFound, _NOT_FOUND),
    (orquestra.errors.TaskNotOpen, _NO_LONGER_OPEN),
    (engine.errors.TaskNotOpen, _NO_LONGER_OPEN),
    (engine.errors.MessageNotExpected, _NO_LONGER_OPEN),
    (engine.errors.DiagramFailed, _DIAGRAM_STUCK),
    (engine.errors.ValueTooLarge, _TOO_LARGE),
    (engine.errors.InstanceSuspended, _STANDS_STILL),
    (engine.errors.InstanceNotRunning, _NO_LONGER_OPEN),
    (engine.errors.RepairRefused, _UNFIT),
    (engine.errors.BatchRefused, _UNFIT),
    (engine.errors.BatchNotFound, _NOT_FOUND),
    (engine.errors.IncidentNotFound, _NOT_FOUND),
    (engine.errors.UnknownVersion, _NOT_FOUND),
    (govbr.errors.AttemptMoved, _NO_LONGER_OPEN),
)

_BY_STATUS: dict[int, Problem] = {
    HTTPStatus.NOT_FOUND: _NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: Problem(
        status=HTTPStatus.METHOD_NOT_ALLOWED,
        title="Esta página não se abre assim",
        message="O endereço existe, mas só recebe formulários enviados pelo próprio sistema.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _TOO_LARGE,
}


def register(app: Flask) -> None:
    """Let the table answer every error of an application.

    Args:
        app: The application.
    """
    app.register_error_handler(HTTPException, _http)
    for error_type, problem in PROBLEMS:
        app.register_error_handler(error_type, _answering(problem))
    app.register_error_handler(Exception, _unknown)


def problem_page(problem: Problem) -> "Answer":
    """Answer with an error page, or its JSON for the live region.

    Args:
        problem: What to say.

    Returns:
        The answer and its status.
    """
    if request.path.endswith(".json"):
        answer = jsonify(title=problem.title, message=problem.message, next_url=problem.href)
        return answer, problem.status
    return render_template("errors/problem.html", problem=problem), problem.status


def _answering(problem: Problem) -> "Callable[[Exception], Answer]":
    """Make the handler that answers with one problem."""

    def handle(error: Exception) -> "Answer":
        cause = getattr(error, "cause", None)
        _log.info(
            "request refused",
            extra={"action": "refused", "error": type(error).__name__, "cause": cause},
        )
        return problem_page(problem)

    return handle


def _http(error: HTTPException) -> "Answer | HTTPException":
    """Answer an error of HTTP itself."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status < HTTPStatus.BAD_REQUEST:
        return error
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unknown(getattr(error, "original_exception", None) or error)
    return problem_page(
        _BY_STATUS.get(
            status,
            Problem(
                status=status,
                title="Não foi possível atender ao pedido",
                message="O sistema não entendeu o que o navegador enviou.",
            ),
        )
    )


def _unknown(error: Exception) -> "Answer":
    """Answer what nobody foresaw, with an id that finds it in the log."""
    reference = secrets.token_hex(_REFERENCE_BYTES).upper()
    _log.error(
        "unexpected error",
        exc_info=error,
        extra={"action": "unexpected_error", "reference": reference, "endpoint": request.endpoint},
    )
    return problem_page(
        Problem(
            status=HTTPStatus.INTERNAL_SERVER_ERROR,
            title="Algo deu errado do nosso lado",
            message="O pedido não foi concluído por uma falha do sistema. Nada foi vinculado nem "
            "perdido por causa dela.",
            advice="Tente de novo em alguns minutos. Se continuar, informe à equipe o código "
            "abaixo.",
            reference=reference,
        )
    )
