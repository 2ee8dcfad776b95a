"""Access cases: who asks for a login without its mailbox, what they know, and staff's answer."""

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for

from orquestra import access_cases
from orquestra import staff as members
from orquestra.errors import AccessCaseNotGrantable, SameStaffMember
from web.customer import list_pages
from web.secret_links import sealed_for_notice
from web.services import current_services
from web.visitors import staff

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from werkzeug.wrappers import Response

    from orquestra.access_cases.model import State

blueprint = Blueprint("staff_access_cases", __name__, url_prefix="/equipe/acessos")

STATES = {"aberto": "Esperam", "atendido": "Concedidos", "recusado": "Recusados"}
MATCHES = {
    "confere": "confere",
    "nao_confere": "não confere",
    "sem_dado": "a base não tem este dado",
    "nao_informado": "não informado",
}
OBSTACLES = {
    "sem_login": "Não existe login com esse nome na base.",
    "vinculado": "O login já foi vinculado a uma conta gov.br: quem o usa entra com gov.br.",
    "desativado": "O login está desativado na base antiga.",
    "outro_lugar": "A senha deste login é conferida fora do Orquestra.",
}
_SAME_MEMBER = (
    "Você já concedeu este acesso. A segunda confirmação precisa ser de outra pessoa da equipe."
)
_VERDICTS = ("conceder", "recusar")
_PAGE = 30


@blueprint.get("")
def show_all() -> str:
    """List the cases of one state: those that wait, unless asked otherwise.

    Returns:
        The page.
    """
    staff()
    asked = request.args.get("situacao", "")
    state = cast("State", asked if asked in STATES else "aberto")
    with current_services().database.connect() as connection:
        page = list_pages.read(
            lambda offset: access_cases.page_of(
                connection, state=state, limit=_PAGE, offset=offset
            ),
            number=request.args.get("pagina"),
            size=_PAGE,
        )
    return render_template("staff/access_cases.html", page=page, state=state, states=STATES)


@blueprint.get("/<int:case_id>")
def show(case_id: int) -> str:
    """Show one case, its claims held against the base as it is now.

    Args:
        case_id: Which.

    Returns:
        The page.

    Raises:
        AccessCaseNotFound: There is none.
    """
    staff()
    return _page(case_id, {})


@blueprint.post("/<int:case_id>")
def decide(case_id: int) -> "Response":
    """Grant or refuse a case.

    Args:
        case_id: Which.

    Returns:
        A redirection to the list, or the page with what is missing.

    Raises:
        AccessCaseNotFound: There is none.
        AccessCaseDecided: Somebody has answered it.
    """
    staff()
    verdict, reason = request.form.get("decisao", ""), request.form.get("motivo", "").strip()
    new_email = request.form.get("novo_email") == "sim"
    errors = _missing(verdict, reason)
    if not errors:
        try:
            flash(_record(case_id, verdict, reason, new_email=new_email), "success")
            return redirect(url_for("staff_access_cases.show_all"), HTTPStatus.SEE_OTHER)
        except SameStaffMember:
            errors = {"": _SAME_MEMBER}
        except AccessCaseNotGrantable as error:
            errors = {"decisao": f"{OBSTACLES[error.reason]} Só é possível recusar."}
    page = _page(case_id, errors, verdict=verdict, reason=reason, new_email=new_email)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _record(case_id: int, verdict: str, reason: str, *, new_email: bool) -> str:
    """Write the answer and say what happens now."""
    services = current_services()
    member = staff().staff
    assert member is not None  # noqa: S101 - staff() refuses a visitor without one
    now = services.clock.now()
    with services.database.begin() as connection:
        if verdict == "recusar":
            access_cases.refuse(
                connection, case_id=case_id, staff_id=member.id, reason=reason, now=now
            )
            return f"Pedido {case_id} recusado. O motivo segue para o e-mail de contato."
        sent = access_cases.grant(
            connection,
            case_id=case_id,
            staff_id=member.id,
            reason=reason,
            four_eyes=services.settings.four_eyes,
            seal=sealed_for_notice,
            now=now,
            new_email=new_email,
        )
    if not sent:
        return f"Pedido {case_id}: falta a confirmação de outra pessoa da equipe."
    return f"Pedido {case_id} concedido. O endereço segue para o e-mail de contato."


def _missing(verdict: str, reason: str) -> dict[str, str]:
    """Say what the form lacks, by field."""
    errors = {}
    if verdict not in _VERDICTS:
        errors["decisao"] = "Escolha se concede ou recusa."
    if not reason:
        errors["motivo"] = "Escreva o motivo: ele fica registrado e, na recusa, a pessoa o lê."
    elif len(reason) > access_cases.REASON_LIMIT or "\0" in reason:
        errors["motivo"] = f"Escreva no máximo {access_cases.REASON_LIMIT} caracteres."
    return errors


def _page(
    case_id: int,
    errors: dict[str, str],
    *,
    verdict: str = "",
    reason: str = "",
    new_email: bool = False,
) -> str:
    """Render one case, with what was filled in; a second member decides anew."""
    with current_services().database.connect() as connection:
        case = access_cases.load(connection, case_id)
        return render_template(
            "staff/access_case.html",
            case=case,
            found=access_cases.compare(connection, case),
            matches=MATCHES,
            obstacles=OBSTACLES,
            first=_name(connection, case.first_staff_id),
            decided_by=_name(connection, case.staff_id),
            four_eyes=current_services().settings.four_eyes,
            errors=errors,
            verdict=verdict,
            reason=reason,
            new_email=new_email,
            reason_limit=access_cases.REASON_LIMIT,
            kept_days=access_cases.PERSONAL_DATA_KEPT.days,
        )


def _name(connection: "Connection", staff_id: int | None) -> str:
    """Name a member of staff; empty where nobody is named."""
    member = members.load(connection, staff_id) if staff_id is not None else None
    return member.name if member is not None else ""
