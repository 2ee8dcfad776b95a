"""All that staff see of one link: what allowed it, what it moved, what became of it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import reads
from orquestra import consent, linking, logins, ownership, people
from orquestra import staff as members
from web.customer.road import PROCESS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

#: What may be released at gov.br, in words; an unknown scope is shown as it is.
SCOPES = {
    "openid": "CPF",
    "profile": "nome",
    "email": "e-mail",
    "phone": "telefone",
    "govbr_empresa": "empresas",
    "govbr_confiabilidades": "selos de confiabilidade",
    "govbr_confiabilidades_idtoken": "selos de confiabilidade",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """One event of the ledger with its actor's name.

    Args:
        event: The event.
        actor: Who, as the page names them.
    """

    event: linking.LinkEvent
    actor: str


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that the page of one link shows.

    Args:
        link: The link.
        login: The login, as it stands now.
        person: The person.
        consents: What the person released at gov.br, or did not.
        decision: Who decided, if anybody had to.
        told: The ledger.
        comparison: What the link began with beside what there is now.
        obstacles: What stands in the way of an undo.
        names: The names of the staff members that the link and the decision name, by number.
        representative: The name of the company's representative who decided in staff's place.
        stuck: Whether its last count did not match.
        job: What the login's process does about the move now: "incident", "ready", "running";
            None where it does nothing.
    """

    link: linking.AccountLink
    login: logins.LegacyLogin
    person: people.Person
    consents: "Sequence[consent.ConsentRecord]"
    decision: ownership.Decision | None
    told: "Sequence[Told]"
    comparison: linking.Comparison
    obstacles: "Sequence[linking.Obstacle]"
    names: "Mapping[int, str]"
    representative: str | None
    stuck: bool
    job: str | None

    @property
    def ended_with(self) -> "Mapping[str, int] | None":
        """What was counted at the end of the link; None before it."""
        ends = [each.event.facts for each in self.told if each.event.kind == "terminou"]
        return ends[-1]["after"] if ends else None

    @property
    def complete(self) -> bool:
        """Whether all processes that there were are there now."""
        before, now = self.comparison.expected, self.comparison.present
        return before.in_progress + before.concluded == now.in_progress + now.concluded


def scopes(text: str) -> list[str]:
    """Put scopes into words.

    Args:
        text: Scopes, separated by blanks.

    Returns:
        What they release, each once.
    """
    return list(dict.fromkeys(SCOPES.get(scope, scope) for scope in text.split()))


def read(connection: "Connection", link: linking.AccountLink) -> Evidence:
    """Read all that a link's page shows.

    Args:
        connection: The caller's transaction.
        link: The link.

    Returns:
        The evidence.
    """
    events = linking.events(connection, link.id)
    decision = ownership.load_decision(connection, link.decision_id) if link.decision_id else None
    return Evidence(
        link=link,
        login=logins.load(connection, link.login_id),
        person=people.load(connection, link.person_id),
        consents=consent.records_of_attempt(connection, link.attempt_id) if link.attempt_id else (),
        decision=decision,
        told=[Told(event=event, actor=_name(connection, event.actor)) for event in events],
        comparison=linking.compare(connection, link),
        obstacles=linking.obstacles(connection, link) if link.state != "undone" else (),
        names=_names(connection, link, decision),
        representative=_representative(connection, decision),
        stuck=link.state == "linking" and any(e.kind == "contagem_divergente" for e in events),
        job=_job(connection, link),
    )


def road_instance(connection: "Connection", login_id: int) -> reads.InstanceView | None:
    """Find the process instance of a login's current road, if it is running.

    Args:
        connection: The caller's transaction.
        login_id: The login.

    Returns:
        The instance.
    """
    instance = reads.instance_by_key(connection, PROCESS, linking.road_key(connection, login_id))
    return instance if instance is not None and instance.state == "running" else None


def _job(connection: "Connection", link: linking.AccountLink) -> str | None:
    """Say how the move's job stands."""
    instance = road_instance(connection, link.login_id) if link.state == "linking" else None
    jobs = reads.waiting_jobs(connection, instance.id) if instance is not None else []
    return next((job.state for job in jobs if job.topic == "account.migrate"), None)


def _names(
    connection: "Connection", link: linking.AccountLink, decision: ownership.Decision | None
) -> dict[int, str]:
    """Read the names of all staff members that the page names by number."""
    numbers = {link.undo_asked_by, link.undone_by}
    if decision is not None:
        numbers |= {decision.staff_id, decision.first_staff_id}
    return {number: _member(connection, number) for number in numbers if number is not None}


def _representative(connection: "Connection", decision: ownership.Decision | None) -> str | None:
    """Give the name of the representative who decided, if one did."""
    if decision is None or decision.representative_id is None:
        return None
    return people.load(connection, decision.representative_id).name


def _name(connection: "Connection", actor: str) -> str:
    """Put an actor's name in the place of their number."""
    kind, _, number = actor.partition(":")
    if kind == "staff":
        return f"{_member(connection, int(number))} (equipe)"
    return people.load(connection, int(number)).name if kind == "person" else "Sistema"


def _member(connection: "Connection", number: int) -> str:
    """Give a staff member's name."""
    member = members.load(connection, number)
    return member.name if member is not None else f"Pessoa da equipe nº {number}"
