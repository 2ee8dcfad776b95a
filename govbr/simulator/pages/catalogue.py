"""The catalogue that raises an account's level (manual, passo 12), and the way back from it."""

import re
from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request

from govbr.simulator import browser, faults, people
from govbr.simulator.clients import Client
from govbr.simulator.context import current
from govbr.simulator.pages.authorize import PageAnswer

blueprint = Blueprint("catalogue", __name__, url_prefix="/catalogo")
blueprint.before_request(browser.refuse_foreign_posts)

_LEVELS: Final = {"1": "bronze", "2": "silver", "3": "gold"}
_ORDER: Final = tuple(_LEVELS.values())
_NAMES: Final = {"bronze": "Bronze", "silver": "Prata", "gold": "Ouro"}
#: What raises an account at gov.br, in its own words.
_WAYS: Final = {
    "silver": "Reconhecimento facial ou banco credenciado (Prata)",
    "gold": "Certificado digital ou reconhecimento facial com a Justiça Eleitoral (Ouro)",
}


def wanted_level(asked: str) -> str | None:
    """Read which level is wanted: `2,3` wants all, so the highest; `(2/3)` wants one of them.

    Args:
        asked: The parameter `niveis`.

    Returns:
        The lowest level that will do; None where it is written wrongly.
    """
    one_of = re.fullmatch(r"\(([123])(?:/([123]))*\)", asked)
    numbers = re.findall(r"[123]", asked)
    if one_of:
        return _LEVELS[min(numbers)]
    if re.fullmatch(r"[123](?:,[123])*", asked):
        return _LEVELS[max(numbers)]
    return None


@blueprint.get("")
def show() -> PageAnswer:
    """Show what raises the account to the level that a service wants."""
    client, level = _client(), wanted_level(request.args.get("niveis", ""))
    if client is None:
        return render_template("error.html", code="invalid_client"), 401
    if level is None or not _is_its_own(client, request.args.get("redirect_uri", "")):
        return render_template("error.html", code="invalid_request"), 400
    person = browser.person(current())
    done = person is not None and _ORDER.index(person.level) >= _ORDER.index(level)
    return render_template(
        "catalogue.html",
        client=client,
        person=person,
        level=_NAMES[level],
        done=done,
        ways={way: text for way, text in _WAYS.items() if _ORDER.index(way) >= _ORDER.index(level)},
    )


@blueprint.post("")
def raise_level() -> PageAnswer:
    """Raise the account, or do nothing, and lead back; now and then to a fixed address."""
    simulator, client, address = current(), _client(), request.form.get("redirect_uri", "")
    if client is None or not _is_its_own(client, address):
        return render_template("error.html", code="invalid_request"), 400
    person = browser.person(simulator)
    way = request.form.get("nivel", "")
    if person is not None and way in _WAYS:
        with simulator.store.writing() as connection:
            people.raise_level(connection, cpf=person.cpf, level=way)
            people.touch(connection, cpf=person.cpf)
    cpf = None if person is None else person.cpf
    fault = faults.take_content(simulator.store, endpoint="catalogo", cpf=cpf)
    return redirect(client.home_url if fault == "fixed_address" else address, 303)


def _client() -> Client | None:
    return current().client(request.values.get("client_id"))


def _is_its_own(client: Client, address: str) -> bool:
    """Tell whether an address is on one of the service's own sites."""
    asked = urlsplit(address)
    own = {urlsplit(each)[:2] for each in client.addresses}
    return asked[:2] in own and asked.scheme in ("http", "https")
