"""Passo 2: the normalization screen, and the way from it to gov.br."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, url_for

from engine.commands import CompleteUserTask, StartInstance
from engine.errors import TaskNotOpen
from govbr import attempts
from orquestra import campaign, linking, ownership, work
from web import sessions
from web.customer import road
from web.customer.roadside import look_until, road_login_id
from web.ownership_texts import SIGNALS
from web.services import current_services
from web.visitors import customer

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

blueprint = Blueprint("normalization", __name__, url_prefix="/normalizacao")


@blueprint.get("")
def show() -> "Response | str":
    """Show the screen, or where the login stands beyond it.

    Returns:
        The page; a redirection once everything is linked.
    """
    login_id = road_login_id()
    services = current_services()
    now = services.clock.now()
    where = look_until(lambda: _look(login_id), _shows_enough)
    if where.step in (road.Step.LINKING, road.Step.DONE):
        return redirect(url_for("progress.show"), HTTPStatus.SEE_OTHER)
    with services.database.connect() as connection:
        deadline_on = _deadline_on(connection, where)
        access = work.access_of_login(connection, login_id=login_id, now=now)
        shared = ownership.shared_use(connection, login_id)
    return render_template(
        "customer/normalization.html",
        road=where,
        deadline_on=deadline_on,
        blocked=access is work.Access.BLOCKED,
        notice=_notice(where),
        shared=shared,
        signals=SIGNALS,
        visitor=customer(),
    )


def _look(login_id: int) -> road.Road:
    """Read where the login stands, in a transaction of its own."""
    with current_services().database.connect() as connection:
        return road.read(connection, login_id)


def _shows_enough(where: road.Road) -> bool:
    """Whether to answer now; after "Não sou eu" the screen is a moment away, with its sentence."""
    return where.settled or where.step is road.Step.LINKING


@blueprint.post("/entrar")
def enter() -> "Response":
    """Begin an attempt and send the browser to gov.br.

    Returns:
        The redirection; to the status page when the road is elsewhere by now.
    """
    login_id = road_login_id()
    session_id = sessions.ensure()
    try:
        target = _begin(login_id, session_id)
    except TaskNotOpen:  # another tab was faster: the process waits for a return already
        target = _begin(login_id, session_id)
    return redirect(target or url_for("progress.show"), HTTPStatus.SEE_OTHER)


def start_instance(connection: "Connection", login_id: int) -> None:
    """Start a login's process where it has none, so that nobody needs an invitation.

    The open campaign takes the login in with its deadline and reminders. Without a campaign, and
    for a login whose kind keeps it out of all, no timer ever fires.

    Args:
        connection: A transaction of the runtime.
        login_id: The login.
    """
    services = current_services()
    if road.read(connection, login_id).instance is not None:
        return
    exempt = campaign.part_of(connection, login_id).exempt
    open_campaign = None if exempt else campaign.current(connection, services.clock.now())
    services.runtime.execute(
        StartInstance(
            process=road.PROCESS,
            business_key=linking.road_key(connection, login_id),
            variables=campaign.first_variables(
                open_campaign, login_id=login_id, now=services.clock.now()
            ),
            group=campaign.group_of(open_campaign) if open_campaign else None,
            actor=customer().holder.actor,
        ),
        connection=connection,
    )
    if open_campaign is not None:
        campaign.mark_enrolled(connection, campaign_id=open_campaign.id, login_ids=[login_id])


def _begin(login_id: int, session_id: int) -> str | None:
    """Begin an attempt in one transaction with the step off the screen."""
    services = current_services()
    with services.runtime.transaction() as connection:
        start_instance(connection, login_id)
        where = road.read(connection, login_id)
        if where.step not in (road.Step.SCREEN, road.Step.RETURN):
            return None
        begun = attempts.begin(
            connection,
            services.relying_party,
            services.sealer,
            session_id=session_id,
            login_id=login_id,
            purpose="normalizar",
            now=services.clock.now(),
        )
        if where.screen is not None:
            services.runtime.execute(
                CompleteUserTask(
                    task_id=where.screen.id,
                    answers={"attempt_id": begun.id},
                    actor=customer().holder.actor,
                ),
                connection=connection,
            )
    return begun.authorization_url


def _deadline_on(connection: "Connection", where: road.Road) -> object:
    """Give the last day that the screen prints; None while no campaign has one."""
    part = campaign.part_of(connection, where.login.id)
    if part.exempt or where.login.campaign_id is not None:
        return part.last_day
    open_campaign = campaign.current(connection, current_services().clock.now())
    return open_campaign.deadline_on if open_campaign else None


def _notice(where: road.Road) -> dict[str, str] | None:
    """Give what the screen says of the last try, by part; None where nothing came of it."""
    variables = where.screen.variables if where.screen is not None else {}
    code = variables.get("aviso")
    if not code or code == "recomecar":
        return None
    return {
        "code": str(code),
        "reason": str(variables.get("aviso_motivo") or ""),
        "next_step": ownership.NEXT_STEPS.get(str(variables.get("aviso_passo")), ""),
        "final": "sim" if variables.get("aviso_final") else "",
        "by_company": "sim" if variables.get("aviso_por") == "empresa" else "",
    }
