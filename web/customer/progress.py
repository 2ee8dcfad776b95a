"""The status page of the road: which step it is at, and whose move is next."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, url_for

from govbr import attempts
from web.customer import road
from web.customer.road import Road, Step
from web.customer.roadside import look_until, road_login_id
from web.services import current_services
from web.visitors import current_visitor

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

blueprint = Blueprint("progress", __name__, url_prefix="/normalizacao")

# What the person reads, in the order of the road.
STEPS: tuple[tuple[Step, str], ...] = (
    (Step.RETURN, "Retorno do gov.br"),
    (Step.CHECKING, "Conferência dos dados"),
    (Step.CONFIRMING, "Confirmação"),
    (Step.OWNERSHIP, "Titularidade"),
    (Step.LINKING, "Vinculação dos processos"),
    (Step.DONE, "Concluído"),
)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What the status page shows.

    Args:
        road: Where the login stands.
        number: The step's place, from 1.
        moved: Processes that have moved.
        total: Processes that there were.
        next_url: Where "Continuar" leads; None while nothing is for the person.
        mine: Whether this session is the one that may confirm.
    """

    road: Road
    number: int
    moved: int
    total: int
    next_url: str | None
    mine: bool

    @property
    def done(self) -> bool:
        """Whether nothing more will change by itself."""
        return self.road.for_the_person

    @property
    def retry_at(self) -> datetime | None:
        """When the step that failed is tried again."""
        return self.road.retry_at


@blueprint.get("/andamento")
def show() -> "Response | str":
    """Show how the road goes; back on the screen it leads there, where the reason stands.

    Returns:
        The page or the redirection.
    """
    login_id = road_login_id()
    progress = look_until(lambda: look(login_id), lambda seen: seen.road.settled)
    if progress.road.step is Step.SCREEN:
        return redirect(url_for("normalization.show"), HTTPStatus.SEE_OTHER)
    return render_template("customer/progress.html", progress=progress, steps=STEPS)


@blueprint.get("/andamento.json")
def show_region() -> dict[str, Any]:
    """Give the live region's content.

    Returns:
        Its HTML, whether it will change no more, and where "Continuar" leads.
    """
    progress = look(road_login_id())
    current_visitor()
    html = render_template("customer/progress_region.html", progress=progress, steps=STEPS)
    return {"html": html, "done": progress.done, "next_url": progress.next_url}


def look(login_id: int) -> Progress:
    """Read how a login's road goes.

    Args:
        login_id: The login.

    Returns:
        What the page shows.
    """
    with current_services().database.connect() as connection:
        where = road.read(connection, login_id)
        moved, total = road.moved(connection, where)
        task = where.confirmation
        attempt = attempts.load(connection, task.variables["attempt_id"]) if task else None
    order = [step for step, _ in STEPS]
    return Progress(
        road=where,
        number=order.index(where.step) + 1 if where.step in order else 1,
        moved=moved,
        total=total,
        next_url=_next_url(where.step),
        mine=attempt is not None and attempt.session_id == current_visitor().session_id,
    )


def _next_url(step: Step) -> str | None:
    """Say where the person's move is made."""
    places = {
        Step.SCREEN: "normalization.show",
        Step.RETURN: "normalization.show",
        Step.CONFIRMING: "confirmation.show",
        Step.DONE: "workspace.show",
    }
    return url_for(places[step]) if step in places else None
