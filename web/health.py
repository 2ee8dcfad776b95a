"""What a load balancer or an orchestrator asks: is the process alive, can it serve."""

from http import HTTPStatus

import sqlalchemy
from flask import Blueprint

from web.services import current_services

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> tuple[dict[str, str], int]:
    """Say that the process answers; no service is asked.

    Returns:
        JSON and 200.
    """
    return {"status": "ok"}, HTTPStatus.OK


@blueprint.get("/ready")
def ready() -> tuple[dict[str, str], int]:
    """Say whether pages can be served, which needs the database.

    Returns:
        JSON and 200, or 503 while the database is away.
    """
    try:
        with current_services().database.connect() as connection:
            connection.execute(sqlalchemy.text("SELECT 1"))
    except sqlalchemy.exc.OperationalError:
        return {"status": "unavailable", "missing": "database"}, HTTPStatus.SERVICE_UNAVAILABLE
    return {"status": "ok"}, HTTPStatus.OK
