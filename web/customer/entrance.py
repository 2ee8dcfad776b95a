"""Passo 1: the two-panel login, and where someone who is signed in stands."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from govbr import attempts
from orquestra import campaign, kinds, logins
from orquestra.errors import (
    CredentialsRefused,
    LoginAlreadyLinked,
    LoginInactive,
    LoginLocked,
)
from web import session_ends, sessions
from web.customer import leaving, road
from web.errors import TooManyAttempts
from web.security import guessing
from web.security.networks import network_digest
from web.services import current_services
from web.visitors import Visitor, current_visitor

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

blueprint = Blueprint("entrance", __name__)

REMEMBERED = "normaliza_usuario"
_REMEMBERED_SECONDS = 180 * 24 * 3600

WRONG = "Usuário ou senha incorretos. Confira os dois e tente de novo."
INACTIVE = (
    "Este login está desativado no Orquestra. Para reativá-lo, procure o atendimento do Inmetro."
)
LOCKED = (
    "Este login foi bloqueado no sistema antigo. Para voltar a usá-lo, crie uma senha nova em "
    "“Esqueci minha senha”, na página inicial: o endereço segue para o e-mail do cadastro."
)
LINKED = "Este login já foi sincronizado com o gov.br. Entre com gov.br."


@dataclass(frozen=True)
class Refusal:
    """A login that was not let in: the sentence and its status."""

    sentence: str
    status: HTTPStatus


@blueprint.get("/")
def show() -> "Response | str":
    """Show the login; whoever is signed in goes where they stand.

    Returns:
        The page, or the redirection.
    """
    visitor = current_visitor()
    if visitor.kind != "anonymous":
        return redirect(standing_place(visitor), HTTPStatus.SEE_OTHER)
    remembered = request.cookies.get(REMEMBERED, "")
    page = render_template(
        "customer/login.html",
        usuario=remembered,
        salvar=bool(remembered),
        on_the_way=_is_on_the_way(visitor.session_id),
        why_ended=session_ends.why_ended(),
        left=leaving.left_sentence(),
        voltar=session_ends.wanted_page(),
    )
    return leaving.forget_left(make_response(page))


@blueprint.post("/")
def enter() -> "Response":
    """Let a legacy login in, or say why not.

    Returns:
        A redirection into the portal, or the login with its sentence.
    """
    name, password = request.form.get("usuario", ""), request.form.get("senha", "")
    keep = request.form.get("salvar") == "sim"
    services = current_services()
    now = services.clock.now()  # before the check: a password changed meanwhile ends this visit
    entered = check_password(name, password)
    if isinstance(entered, Refusal):
        page = render_template(
            "customer/login.html",
            usuario=name,
            salvar=keep,
            errors={"": entered.sentence},
            voltar=session_ends.wanted_page(),
        )
        return make_response(page, entered.status)
    with services.database.begin() as connection:
        rotation = sessions.promote(connection, kind="legacy", login_id=entered.id, now=now)
        place = _first_page(connection, entered, now)
    sessions.current_session().adopt(rotation)
    answer = redirect(place, HTTPStatus.SEE_OTHER)
    _remember(answer, entered.login if keep else "")
    return answer


def _is_on_the_way(session_id: int | None) -> bool:
    """Tell whether this browser went to gov.br and was lost there."""
    if session_id is None:
        return False
    services = current_services()
    with services.database.connect() as connection:
        return attempts.is_on_the_way(connection, session_id=session_id, now=services.clock.now())


def _first_page(connection: "Connection", login: logins.LegacyLogin, now: "datetime") -> str:
    """Say where a login begins: where it was going, unless something has to be told first.

    A foreign customer is told which way is theirs; whose work is closed is led to normalizing.
    """
    wanted = session_ends.wanted_page()
    if wanted is not None and login.blocked_at is None:
        return wanted
    if campaign.part_of(connection, login.id).foreign:
        return url_for("foreign.show")
    led = to_normalize(connection, login, now)
    return url_for("normalization.show" if led else "workspace.show")


def check_password(name: str, password: str) -> logins.LegacyLogin | Refusal:
    """Check a legacy login's password, counting the wrong ones.

    Args:
        name: The login, as typed.
        password: The password, as typed.

    Returns:
        The login, or why it is refused. Unknown and wrong are the same.

    Raises:
        LoginAlreadyLinked: The login belongs to a gov.br account; told by `refusal_of_linked`.
    """
    services = current_services()
    now = services.clock.now()
    try:
        counted = count_try(name, now)
    except TooManyAttempts as error:
        return Refusal(too_many(error), HTTPStatus.TOO_MANY_REQUESTS)
    try:
        with services.database.begin() as connection:
            entered = logins.authenticate(connection, login=name, password=password, now=now)
            guessing.take_back(connection, counted)
            _record_network(connection, entered.id, now)
            return entered
    except CredentialsRefused:
        return Refusal(WRONG, HTTPStatus.UNAUTHORIZED)
    except LoginAlreadyLinked as error:
        return LinkedRefusal(LINKED, HTTPStatus.FORBIDDEN, error)
    except (LoginInactive, LoginLocked) as error:
        with services.database.begin() as connection:
            guessing.take_back(connection, counted)
        sentence = INACTIVE if isinstance(error, LoginInactive) else LOCKED
        return Refusal(sentence, HTTPStatus.FORBIDDEN)


def _record_network(connection: "Connection", login_id: int, now: "datetime") -> None:
    """Keep from which network a login was used, where the server knows it."""
    digest = network_digest()
    if digest is not None:
        kinds.record_network(connection, login_id=login_id, network_digest=digest, now=now)


@dataclass(frozen=True)
class LinkedRefusal(Refusal):
    """A login that was not let in because it is linked, with its holder masked."""

    error: LoginAlreadyLinked


def too_many(error: TooManyAttempts) -> str:
    """Say that one has to wait.

    Args:
        error: Says for how long.

    Returns:
        The sentence.
    """
    return (
        "Houve muitas tentativas com senha incorreta. "
        f"Aguarde {error.minutes} minutos e tente de novo."
    )


def count_try(name: str, now: "datetime") -> list[int]:
    """Count a try in a transaction of its own, before its password is looked at.

    Args:
        name: The name, as typed.
        now: The instant.

    Returns:
        What was counted, for `guessing.take_back`.

    Raises:
        TooManyAttempts: Too many went wrong lately.
    """
    with current_services().database.begin() as connection:
        return guessing.spend(connection, name=name, now=now)


def to_normalize(connection: "Connection", login: logins.LegacyLogin, now: "datetime") -> bool:
    """Tell whether a login is led to normalizing: enrolled in an open campaign, or blocked.

    Args:
        connection: The caller's transaction.
        login: The login.
        now: The instant.

    Returns:
        True from the campaign's opening on; its deadline ends the work, not the campaign. Never
        for a login whose kind keeps it out.
    """
    if campaign.part_of(connection, login.id).exempt:
        return False
    if login.blocked_at is not None:
        return True
    if login.campaign_id is None:
        return False
    return campaign.load(connection, login.campaign_id).opens_at <= now


def standing_place(visitor: Visitor) -> str:
    """Say where someone who is signed in goes on.

    Args:
        visitor: The visitor.

    Returns:
        The address: an unfinished normalization first, else the workspace.
    """
    if visitor.kind == "staff":
        return url_for("staff_entrance.overview")
    services = current_services()
    if visitor.road_login_id is None:
        return url_for("workspace.show")
    with services.database.connect() as connection:
        where = road.read(connection, visitor.road_login_id)
        led = to_normalize(connection, where.login, services.clock.now())
    if where.step is road.Step.LINKING:
        return url_for("progress.show")
    unfinished = where.step is not road.Step.DONE and (led or where.step is not road.Step.SCREEN)
    return url_for("normalization.show" if unfinished else "workspace.show")


def _remember(answer: "Response", name: str) -> None:
    """Keep the login's name in this browser, or forget it."""
    if not name:
        answer.delete_cookie(REMEMBERED, samesite="Lax")
        return
    answer.set_cookie(
        REMEMBERED,
        name,
        max_age=_REMEMBERED_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=current_services().settings.secure,
    )
