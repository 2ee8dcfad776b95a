"""Roads to gov.br's simulator and back, two at a time: while one waits for it, the other works.

The simulator is a process of its own and is reached over HTTP; the portal, its operators and its
database are real. Each road has a login and an owner of its own, and begins with a relying party
that has cached nothing.
"""

import functools
import json
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue
from typing import TypeAlias

import pytest
from jinja2 import BytecodeCache
from joserfc.jwk import RSAKey
from sqlalchemy import create_engine, func, select
from stdnum.br import cpf

from engine.clock import ManualClock
from engine.store.tables import job
from govbr.client import GovbrClient
from govbr.store.tables import attempt, attempt_event
from govbr.testing import ScriptedProvider
from normaliza.private_servers.keepsake import free_port
from normaliza.settings import read_settings
from normaliza.wiring.relying_party import relying_party
from orquestra.store import tables
from tasks.registration import build

from ...simulated.govbr import Lost, Simulator
from .conftest import Browser, Portal, open_portal

#: Where gov.br fails, and how.
Fault: TypeAlias = tuple[str, str]

#: The owner of each road's login; the companies let the companies API be asked in full.
NAME = "Helena Duarte Camargo"
_COMPANIES = [
    {"cnpj": cnpj, "name": "Empresa", "role": "SOCIO"}
    for cnpj in ("63819427000136", "63819427000217", "7K9MN2P4000165")
]
#: What must be waited out: how long the relying party waits then, which is long enough for the
#: answers that are none of it, and how long the fault lasts, which is longer.
_HANGING = frozenset({"silence", "trickle", "endless"})
_HANGING_WHOLE_SECONDS, _FAULT_SECONDS = 0.5, 0.7
#: Elsewhere nothing is waited out, and a machine that is busy is no fault of gov.br's.
_WHOLE_SECONDS, _LATE_SECONDS = 10.0, 0.1
_LANES = 2


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Where a road stands when nothing more happens by itself.

    Args:
        comes_back: Whether gov.br sent the browser back.
        page: What the person sees.
        told: The last line of the record: event and cause.
        linked: The login's state, and how many links the road has made.
    """

    comes_back: bool
    page: str
    told: tuple[str, str | None]
    linked: tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class Walked:
    """What a road was like.

    Args:
        first: Where it stood after the visit to gov.br that met the fault.
        unmet: Faults that nothing met in it.
        confirming: Where it stood before the confirmation: after another visit, if the first one
            did not lead there.
        linked: The login's state after the confirmation, and how many links the road has made.
        sealed: How many attempts still keep a code then.
    """

    first: Stop
    unmet: Sequence[object]
    confirming: Stop
    linked: tuple[str, int]
    sealed: int


@dataclass(frozen=True, kw_only=True)
class Walks:
    """The roads that are being walked.

    Args:
        of: What becomes of each.
        simulator: One of those at which they are.
    """

    of: Mapping[Fault, Future[Walked]]
    simulator: Simulator


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A portal at a simulator, for one road after the other.

    Args:
        portal: Everything but its workers' client serves all roads.
        simulator: Knows an owner for each road.
    """

    portal: Portal
    simulator: Simulator

    def fresh(self, kind: str) -> Portal:
        """Give the portal as it is when nothing fails and its workers have cached nothing."""
        self.simulator.control("DELETE", "faults")
        portal = self.portal
        assert portal.all_of(job) == [], "no road leaves work to another one"
        portal.clock.instant = datetime.now(UTC)
        patience = _HANGING_WHOLE_SECONDS if kind in _HANGING else _WHOLE_SECONDS
        govbr = GovbrClient(portal.provider.settings, portal.clock.now, whole_seconds=patience)
        operators = build(replace(portal.services, govbr=govbr))
        return replace(portal, runtime=replace(portal.runtime, operators=operators))

    def walk(self, fault: Fault, number: int) -> Walked:
        """Walk a whole road on which one fault is met, until the login is linked."""
        endpoint, kind = fault
        portal, login = self.fresh(kind), f"{endpoint}.{kind}"
        campaign_id = portal.row("bass2016").campaign_id
        portal.login(login, cpf=_owner(number), campaign_id=campaign_id)
        walker = _Walker(
            portal=portal,
            simulator=self.simulator,
            browser=portal.enter(login),
            login=login,
            cpf=_owner(number),
            links=len(portal.all_of(tables.account_link)),
        )
        seconds = _LATE_SECONDS if kind == "delay" else _FAULT_SECONDS
        self.simulator.control(
            "POST", "faults", json={"endpoint": endpoint, "kind": kind, "seconds": seconds}
        )
        first = walker.visit_govbr()
        unmet = self.simulator.control("GET", "faults")
        self.simulator.control("DELETE", "faults")
        confirming = first if NAME in first.page else walker.visit_govbr()
        portal.answer(walker.browser, "confirmar")
        portal.work()
        return Walked(
            first=first,
            unmet=unmet,
            confirming=confirming,
            linked=walker.linked(),
            sealed=walker.sealed(),
        )


@dataclass(frozen=True, kw_only=True)
class _Walker:
    """Somebody on a road."""

    portal: Portal
    simulator: Simulator
    browser: Browser
    login: str
    cpf: str
    links: int

    def visit_govbr(self) -> Stop:
        """Go to gov.br, come back if it lets one, and wait until nothing is repeated any more."""
        try:
            back = self.simulator.visit(self.portal.go_to_govbr(self.browser), self.cpf)
        except Lost:
            return self._stop(comes_back=False)
        assert self.portal.back_with(self.browser, back).status_code < 500
        self.portal.work()
        for _ in range(3):
            if not self.portal.all_of(job):
                break
            self.portal.clock.advance(timedelta(minutes=1))
            self.portal.work_again()
        return self._stop()

    def linked(self) -> tuple[str, int]:
        """Read the login's state, and count the links since the road began."""
        links = len(self.portal.all_of(tables.account_link)) - self.links
        return self.portal.row(self.login).state, links

    def sealed(self) -> int:
        """Count what is still kept of the way back."""
        query = select(func.count()).where(attempt.c.code_sealed.is_not(None))
        with self.portal.database.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def _stop(self, *, comes_back: bool = True) -> Stop:
        page = self.browser.get("/normalizacao/confirmar")
        told = self.portal.all_of(attempt_event)[-1]
        return Stop(
            comes_back=comes_back,
            page=page.text if page.status_code == 200 else self.browser.get("/normalizacao").text,
            told=(told.event, told.cause),
            linked=self.linked(),
        )


@contextmanager
def walking(
    faults: Sequence[Fault],
    *,
    new_database: Callable[[], str],
    home: Path,
    key: RSAKey,
    templates: BytecodeCache,
) -> Iterator[Walks]:
    """Begin to walk the road of each fault.

    Args:
        faults: What goes wrong on them.
        new_database: Makes an empty one.
        home: An empty folder.
        key: For the provider that a portal has in tests, though nobody goes to it here.
        templates: Keeps the compiled ones.

    Yields:
        What becomes of them; those that nobody walks yet at the end are left out.
    """
    lanes: Queue[Lane] = Queue()
    owners = [
        {"cpf": _owner(number), "name": NAME, "companies": _COMPANIES}
        for number in range(len(faults))
    ]

    def walk(fault: Fault, number: int) -> Walked:
        lane = lanes.get()
        try:
            return lane.walk(fault, number)
        finally:
            lanes.put(lane)

    with ExitStack() as stack:
        for number in range(_LANES):
            simulator = stack.enter_context(_simulator(home / f"{number}", owners))
            portal = stack.enter_context(_portal(new_database(), simulator, key))
            portal.app.jinja_env.bytecode_cache = templates
            lanes.put(Lane(portal=portal, simulator=simulator))
        people = ThreadPoolExecutor(_LANES)
        stack.callback(people.shutdown, cancel_futures=True)
        walked = {fault: people.submit(walk, fault, at) for at, fault in enumerate(faults)}
        yield Walks(of=walked, simulator=simulator)


def _owner(number: int) -> str:
    """Make up the owner of one road's login."""
    base = f"{731905000 + number}"
    return next(made for n in range(100) if cpf.is_valid(made := f"{base}{n:02}"))


@contextmanager
def _simulator(home: Path, owners: Sequence[Mapping[str, object]]) -> Iterator[Simulator]:
    (home / "demo").mkdir(parents=True)
    (home / "demo" / "people.json").write_text(json.dumps(owners), encoding="utf-8")
    environment = {
        "NORMALIZA_HOME": str(home),
        "NORMALIZA_PUBLIC_URL": "http://localhost",
        "NORMALIZA_SIMULATOR_PORT": str(free_port()),
        "NORMALIZA_SIMULATOR_API_PORT": str(free_port()),
    }
    with Simulator(environment, home / "simulator.log") as running:
        yield running


@contextmanager
def _portal(database_url: str, simulator: Simulator, key: RSAKey) -> Iterator[Portal]:
    """The portal at a simulator; the clock is the machine's."""
    database, clock = create_engine(database_url), ManualClock(datetime.now(UTC))
    told = relying_party(read_settings(simulator.environment))
    provider = ScriptedProvider(told, clock.now, key=key)
    with pytest.MonkeyPatch.context() as patch:
        # Read once, not for each road: nothing here is TLS.
        patch.setattr(ssl, "create_default_context", functools.cache(ssl.create_default_context))
        yield open_portal(database, clock, told, GovbrClient(told, clock.now), provider=provider)
    database.dispose()
