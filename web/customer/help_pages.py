"""The pages that explain: help, how to enter with gov.br, the normalization's rules.

Among them is "Quero me cadastrar", which says what to do: accounts are made at gov.br.
"""

from flask import Blueprint, render_template

from orquestra import campaign
from web.services import current_services
from web.visitors import current_visitor

blueprint = Blueprint("help", __name__)


@blueprint.get("/ajuda")
def index() -> str:
    """Show "Ajuda": where the answers are, and whom to ask."""
    return _page("help_index")


@blueprint.get("/ajuda/gov-br")
def govbr() -> str:
    """Show "Veja como entrar no Orquestra com gov.br"."""
    return _page("help_govbr")


@blueprint.get("/ajuda/normalizacao")
def normalization() -> str:
    """Show the rules of the normalization, with the open campaign's last day."""
    services = current_services()
    with services.database.connect() as connection:
        open_campaign = campaign.current(connection, services.clock.now())
    deadline_on = open_campaign.deadline_on if open_campaign else None
    return _page("help_normalization", deadline_on=deadline_on)


@blueprint.get("/foruns")
def forums() -> str:
    """Show "Fóruns": none is open; where each kind of question goes."""
    return _page("help_forums")


@blueprint.get("/acessibilidade")
def accessibility() -> str:
    """Show what the pages offer to be used by everyone."""
    return _page("help_accessibility")


@blueprint.get("/cadastro")
def sign_up() -> str:
    """Show where a new account is made."""
    return _page("signup")


def _page(name: str, **facts: object) -> str:
    """Render a page with what all of these pages name.

    Args:
        name: The template's name within customer/.
        facts: What this page alone needs.

    Returns:
        The page.
    """
    signed_in = current_visitor().signed_in
    return render_template(
        f"customer/{name}.html",
        contact=current_services().settings.help_contact,
        home="/area" if signed_in else "/",
        home_name="Meu Ambiente de Trabalho" if signed_in else "Entrar",
        **facts,
    )
