"""One login of the old base: what is known of it, and the staff's choice of its kind."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for

from govbr import attempts
from orquestra import base_report, kinds
from web.formatting import ZONE
from web.services import current_services
from web.staff import attempt_words, kind_words
from web.visitors import staff

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

_EVENTS = 50

blueprint = Blueprint("staff_base_logins", __name__, url_prefix="/equipe/logins")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the form says.

    Args:
        kind: The kind's code, as chosen.
        reason: Why.
        until: The foreign customer's last day, as typed.
    """

    kind: str
    reason: str
    until: str

    @property
    def day(self) -> date | None:
        """The last day, if one was typed that is one."""
        try:
            return date.fromisoformat(self.until) if self.until else None
        except ValueError:
            return None


@blueprint.get("/<int:login_id>")
def show(login_id: int) -> str:
    """Show a login.

    Args:
        login_id: Which.

    Returns:
        The page.

    Raises:
        LoginNotFound: There is none.
    """
    staff()
    return _page(login_id, None, {})


@blueprint.post("/<int:login_id>/tipo")
def choose(login_id: int) -> "Response":
    """Record the kind that staff chose, and what follows from it for the login's access.

    Args:
        login_id: Which login.

    Returns:
        A redirection to the login's page, or the page with what is missing.

    Raises:
        LoginNotFound: There is none.
    """
    member = staff().staff
    assert member is not None  # noqa: S101 - staff() refuses a visitor without one
    choice = Choice(
        kind=request.form.get("tipo", ""),
        reason=request.form.get("motivo", "").strip(),
        until=request.form.get("ate", "").strip(),
    )
    errors = _missing(login_id, choice)
    if errors:
        return make_response(_page(login_id, choice, errors), HTTPStatus.UNPROCESSABLE_ENTITY)
    services = current_services()
    kind = kinds.Kind(choice.kind)
    with services.database.begin() as connection:
        kinds.set_kind(
            connection,
            login_id=login_id,
            kind=kind,
            reason=choice.reason,
            staff_id=member.id,
            now=services.clock.now(),
            legacy_until=choice.day if kind is kinds.Kind.FOREIGNER else None,
        )
    flash("Tipo registrado com o seu nome e o motivo.", "success")
    return redirect(url_for("staff_base_logins.show", login_id=login_id), HTTPStatus.SEE_OTHER)


def _missing(login_id: int, choice: Choice) -> dict[str, str]:
    """Say what the form lacks, by field."""
    errors = {}
    if choice.kind not in set(kinds.Kind):
        errors["tipo"] = "Escolha o tipo do login."
    if choice.until and choice.kind == kinds.Kind.FOREIGNER:
        day = choice.day
        if day is None:
            errors["ate"] = "Escreva a data completa, como em 31/12/2026, ou deixe em branco."
        elif day < _today() and day != _standing_day(login_id):
            errors["ate"] = "Esta data já passou. Escolha hoje ou um dia que ainda vem."
    if not choice.reason:
        errors["motivo"] = "Escreva o motivo: ele fica registrado com o seu nome."
    elif len(choice.reason) > kinds.REASON_LIMIT:
        errors["motivo"] = f"Escreva no máximo {kinds.REASON_LIMIT} caracteres."
    return errors


def _page(login_id: int, choice: Choice | None, errors: dict[str, str]) -> str:
    """Render a login with the form as it was sent, or as the base says."""
    services = current_services()
    with services.database.connect() as connection:
        found = base_report.one_login(connection, login_id, now=services.clock.now())
        events = attempts.read_events(connection, login_id=login_id, limit=_EVENTS)
    until = found.row.legacy_until
    return render_template(
        "staff/base_login.html",
        found=found,
        events=events,
        attempt_words=attempt_words,
        choice=choice
        or Choice(kind=found.row.kind, reason="", until=until.isoformat() if until else ""),
        errors=errors,
        kind_names=base_report.KIND_NAMES,
        words=kind_words,
        shared=kinds.looks_shared(found.row.signals),
        reason_limit=kinds.REASON_LIMIT,
    )


def _standing_day(login_id: int) -> date | None:
    """Give the day that stands already, which may be kept although it has passed."""
    services = current_services()
    with services.database.connect() as connection:
        found = base_report.one_login(connection, login_id, now=services.clock.now())
    day: date | None = found.row.legacy_until
    return day


def _today() -> date:
    """Give the day in Brasília."""
    return current_services().clock.now().astimezone(ZONE).date()
