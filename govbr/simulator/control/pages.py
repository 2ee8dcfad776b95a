"""The pages under /simulador, for people who try things by hand."""

from dataclasses import asdict
from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from govbr.simulator import (
    browser,
    clients,
    fault_kinds,
    faults,
    known_people,
    mailbox,
    people,
    switches,
)
from govbr.simulator.context import current
from govbr.simulator.errors import FaultRefused, SwitchRefused
from govbr.simulator.pages.authorize import PageAnswer
from govbr.simulator.personas import CPFS_SEM_CONTA

blueprint = Blueprint("control", __name__)
blueprint.before_request(browser.refuse_foreign_posts)


@blueprint.get("/")
def root() -> Response:
    """Lead to the index."""
    return redirect(url_for("control.index"))


@blueprint.get("/simulador")
def index() -> str:
    """List the people that one can be, and what else is here."""
    simulator = current()
    if simulator.config.people_file is not None:
        known_people.load_file(simulator.store, simulator.config.people_file)
    with simulator.store.reading() as connection:
        registered = clients.listing(connection)
        listed = people.listing(connection)
        without = [cpf for cpf in CPFS_SEM_CONTA if people.find(connection, cpf=cpf) is None]
    return render_template(
        "simulator_index.html",
        people=listed,
        without_account=without,
        home_url=simulator.config.home_url,
        clients=registered,
    )


@blueprint.get("/simulador/caixa-de-entrada")
def show_mailbox() -> str:
    """Show the codes that were sent."""
    with current().store.reading() as connection:
        found = mailbox.messages(connection)
    for each in found:
        each["sent"] = datetime.fromtimestamp(each["sent_at"], UTC)
    return render_template("simulator_mailbox.html", messages=found)


@blueprint.get("/simulador/falhas")
def show_faults() -> str:
    """Show the faults that wait, and a form for more."""
    return _faults_page()


@blueprint.post("/simulador/falhas")
def order_fault() -> PageAnswer:
    """Add the fault of the form, or clear all."""
    try:
        with current().store.writing() as connection:
            if request.form.get("acao") == "limpar":
                faults.clear(connection)
            else:
                faults.add(connection, asked=_asked_fault())
    except FaultRefused as refused:
        return _faults_page(str(refused)), 422
    return redirect(url_for("control.show_faults"), 303)


@blueprint.get("/simulador/ajustes")
def show_switches() -> str:
    """Show how the simulator behaves, and who is registered."""
    return _switches_page()


@blueprint.post("/simulador/ajustes")
def change_switches() -> PageAnswer:
    """Take the form, or behave as the settings say again."""
    simulator = current()
    try:
        with simulator.store.writing() as connection:
            if request.form.get("acao") == "restaurar":
                switches.reset(connection)
            else:
                switches.change(connection, simulator.config, _asked_switches())
    except SwitchRefused as refused:
        return _switches_page(str(refused)), 422
    return redirect(url_for("control.show_switches"), 303)


def _asked_switches() -> dict[str, bool | int]:
    asked: dict[str, bool | int] = {}
    for name, now in asdict(current().switches()).items():
        if isinstance(now, bool):
            asked[name] = request.form.get(name) == "sim"
        else:
            text = request.form.get(name, "")
            asked[name] = int(text) if text.isascii() and text.isdigit() else 0
    return asked


def _switches_page(error: str | None = None) -> str:
    simulator = current()
    with simulator.store.reading() as connection:
        registered = clients.listing(connection)
    return render_template(
        "simulator_switches.html",
        switches=asdict(simulator.switches()),
        told=switches.TOLD,
        clients=registered,
        now=simulator.now(),
        error=error,
    )


def _asked_fault() -> dict[str, str]:
    endpoint, _, kind = request.form.get("falha", "").partition(":")
    asked = {
        name: request.form.get(name, "")
        for name in ("times", "status", "seconds", "retry_after", "retry_after_date", "cpf")
    }
    return {"endpoint": endpoint, "kind": kind} | {k: v for k, v in asked.items() if v}


def _faults_page(error: str | None = None) -> str:
    with current().store.reading() as connection:
        waiting = faults.waiting(connection)
        listed = people.listing(connection)
    choices = {each: fault_kinds.kinds_at(each) for each in fault_kinds.ENDPOINTS}
    return render_template(
        "simulator_faults.html", waiting=waiting, choices=choices, people=listed, error=error
    )
