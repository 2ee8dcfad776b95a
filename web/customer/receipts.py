"""The receipt of a link: which login, which person, what moved, when, under which reference."""

from flask import Blueprint, render_template

from orquestra import logins
from orquestra.errors import LinkNotFound
from orquestra.linking import link_by_reference
from web import visitors
from web.services import current_services

blueprint = Blueprint("receipts", __name__)


@blueprint.get("/recibo/<reference>")
def show(reference: str) -> str:
    """Show a receipt to the person whom it is about, and to nobody else.

    Args:
        reference: As printed on it.

    Returns:
        The page.

    Raises:
        LinkNotFound: There is no such receipt, or it is another person's.
    """
    person = visitors.person().person
    with current_services().database.connect() as connection:
        link = link_by_reference(connection, reference)
        if link is None or person is None or link.person_id != person.id:
            raise LinkNotFound("The person has no receipt of this reference.")
        login = logins.load(connection, link.login_id)
    return render_template("customer/receipt.html", link=link, login=login, person=person)
