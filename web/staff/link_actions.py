"""What staff do to a link: ask for its undo, withdraw that, undo it, have its count done again."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Blueprint, flash, make_response, redirect, request, url_for

from engine import incidents
from orquestra import errors, linking
from web.services import current_services
from web.staff import link_evidence, links
from web.staff.reopening import undo_and_reopen
from web.visitors import staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

    #: Acts on a link for a member of staff and a reason; answers with the sentence and its kind.
    Act = Callable[[Connection, linking.AccountLink, int, str], tuple[str, str]]

blueprint = Blueprint("staff_link_actions", __name__, url_prefix="/equipe/vinculos/<reference>")

_REASON = "motivo"
_WITHDRAWAL_FIELD = "motivo-retirada"
_NO_REASON = "Escreva o motivo: ele fica registrado com o seu nome."

_REFUSALS: Final[dict[type[errors.OrquestraError], str]] = {
    errors.LinkAlreadyUndone: "Outra pessoa da equipe já desfez esta vinculação.",
    errors.UndoAlreadyAsked: "Outra pessoa da equipe pediu primeiro. Veja o pedido nesta página.",
    errors.UndoNotAsked: "Não há pedido para desfazer: foi retirado, ou ninguém pediu ainda.",
    errors.SameStaffMember: "Quem pediu não pode confirmar: isso cabe a outra pessoa da equipe.",
    errors.LinkNotUndoable: "Algo novo foi feito com esta vinculação: veja abaixo o que impede.",
}
_ASKED = "Pedido registrado. Outra pessoa da equipe precisa conferir e desfazer."
_WITHDRAWN = "Pedido retirado. A vinculação continua valendo."
_UNDONE = (
    "Vinculação desfeita. Os processos voltaram ao login, e o e-mail antigo dele recebeu um "
    "endereço para criar uma senha nova."
)
_UNDONE_WITHOUT_MAIL = (
    "Vinculação desfeita. Os processos voltaram ao login. Não há como enviar ao e-mail antigo um "
    "endereço para criar senha nova: o titular precisa pedir acesso em “Esqueci minha senha”."
)
_COUNTING = "A conferência está sendo feita de novo. Atualize a página em instantes."
_STILL_COUNTING = "A conferência já está sendo feita. Atualize a página em instantes."
_NOT_COUNTED = "Esta vinculação não espera mais pela conferência."
_DIFFERS = "A contagem continua diferente. Veja abaixo o que há agora."
_MATCHES = "A contagem confere: a vinculação foi concluída."


@blueprint.post("/pedido")
def ask(reference: str) -> "Response":
    """Ask for an undo.

    Args:
        reference: Of the link.

    Returns:
        A redirection to the link's page, or the page with what is missing.
    """
    return _with_reason(reference, _ask)


@blueprint.post("/retirada")
def withdraw(reference: str) -> "Response":
    """Withdraw the request for an undo.

    Args:
        reference: Of the link.

    Returns:
        A redirection to the link's page, or the page with what is missing.
    """
    return _with_reason(reference, _withdraw, field=_WITHDRAWAL_FIELD)


@blueprint.post("/desfazer")
def undo(reference: str) -> "Response":
    """Undo a link.

    Args:
        reference: Of the link.

    Returns:
        A redirection to the link's page, or the page with what is missing.
    """
    return _with_reason(reference, _undo)


@blueprint.post("/conferencia")
def count_again(reference: str) -> "Response":
    """Have the count at a link's end done again.

    Args:
        reference: Of the link.

    Returns:
        A redirection to the link's page.
    """
    member_id = _member_id()
    with current_services().runtime.transaction() as connection:
        link = links.find(connection, reference)
        sentence, kind = _count_again(connection, link, f"staff:{member_id}")
    flash(sentence, kind)
    return _back(reference)


def _with_reason(reference: str, act: "Act", *, field: str = _REASON) -> "Response":
    """Do something that takes a reason; what the link does not allow is said on its page."""
    member_id, reason = _member_id(), request.form.get(_REASON, "")
    try:
        with current_services().runtime.transaction() as connection:
            link = links.find(connection, reference)
            sentence, kind = act(connection, link, member_id, reason)
    except errors.InvalidText:
        missing = _NO_REASON
        if reason.strip():
            missing = f"Escreva no máximo {linking.REASON_LIMIT} caracteres."
        page = links.page_of(reference, {field: missing}, reason)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    except (errors.UndoRefused, errors.SameStaffMember) as refusal:
        sentence, kind = _REFUSALS[type(refusal)], "warning"
    flash(sentence, kind)
    return _back(reference)


def _ask(
    connection: "Connection", link: linking.AccountLink, member_id: int, reason: str
) -> tuple[str, str]:
    """Ask for an undo."""
    linking.ask_undo(
        connection,
        link_id=link.id,
        staff_id=member_id,
        reason=reason,
        now=current_services().clock.now(),
    )
    return _ASKED, "success"


def _withdraw(
    connection: "Connection", link: linking.AccountLink, member_id: int, reason: str
) -> tuple[str, str]:
    """Withdraw a request."""
    linking.withdraw_undo(
        connection,
        link_id=link.id,
        staff_id=member_id,
        reason=reason,
        now=current_services().clock.now(),
    )
    return _WITHDRAWN, "success"


def _undo(
    connection: "Connection", link: linking.AccountLink, member_id: int, reason: str
) -> tuple[str, str]:
    """Undo a link, and say what its login's holder has to do."""
    if undo_and_reopen(connection, link=link, staff_id=member_id, reason=reason):
        return _UNDONE, "success"
    return _UNDONE_WITHOUT_MAIL, "warning"


def _count_again(
    connection: "Connection", link: linking.AccountLink, actor: str
) -> tuple[str, str]:
    """Try the stuck job again; where no process is left to do it, do it here."""
    instance = link_evidence.road_instance(connection, link.login_id)
    if link.state != "linking":
        return _NOT_COUNTED, "info"
    if instance is None:
        return _finish_here(connection, link)
    retried = incidents.retry_all(
        current_services().runtime, connection, instance_id=instance.id, actor=actor
    )
    if retried:
        return _COUNTING, "success"
    return _STILL_COUNTING, "info"


def _finish_here(connection: "Connection", link: linking.AccountLink) -> tuple[str, str]:
    """Move what is left and compare, for a link whose process is gone."""
    now = current_services().clock.now()
    while linking.migrate_batch(connection, link_id=link.id, size=linking.MAX_BATCH):
        pass
    try:
        linking.finish(connection, link_id=link.id, now=now)
    except errors.CountMismatch:
        linking.note_mismatch(connection, link_id=link.id, now=now)
        return _DIFFERS, "warning"
    return _MATCHES, "success"


def _member_id() -> int:
    """Give the number of the member of staff who acts."""
    member = staff().staff
    assert member is not None  # noqa: S101 - staff() refuses a visitor without one
    return member.id


def _back(reference: str) -> "Response":
    """Lead back to the link's page."""
    return redirect(url_for("staff_links.show", reference=reference), HTTPStatus.SEE_OTHER)
