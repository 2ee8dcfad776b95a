"""Every fault of gov.br, each with a whole road: the page it ends on, the record, and the links.

The simulator is a process of its own and is reached over HTTP; the portal, its operators and its
database are real. Each road begins with a relying party that has cached nothing.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from jinja2 import BytecodeCache
from joserfc.jwk import RSAKey
from sqlalchemy import create_engine, select
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

NAME = "Helena Duarte Camargo"
#: Of the owner, so that the companies API is asked in full.
COMPANIES = [
    {"cnpj": cnpj, "name": "Empresa", "role": "SOCIO"}
    for cnpj in ("63819427000136", "63819427000217", "7K9MN2P4000165")
]
#: How long the relying party waits for a whole answer here.
WHOLE_SECONDS = 0.3
#: Longer than the relying party waits, and than a browser does here.
LONGER_SECONDS = 0.4


@dataclass(frozen=True)
class End:
    """How a road ends.

    Args:
        event: The last line of the record, before anybody confirms.
        cause: Its cause.
        says: What the page says that the person ends on.
        comes_through: Whether the person comes to the confirmation, at once or by a repeat.
        comes_back: Whether gov.br sends the browser back at all.
    """

    event: str
    cause: str | None
    says: str
    comes_through: bool = False
    comes_back: bool = True


CONFIRMS = End("identified", None, "É você?", comes_through=True)
STAYS_AWAY = End("started", None, "ele ainda não trouxe a resposta", comes_back=False)
DENIED = End("failed", "negado", "Você não autorizou no gov.br")
USED = End("failed", "codigo_recusado", "O gov.br não reconheceu mais este acesso")
DOWN = End("failed", "govbr_fora_do_ar", "O gov.br não está respondendo")
BAD_TOKEN = End("failed", "id_token_invalido", "Não foi possível conferir a resposta do gov.br")
BAD_ANSWER = End("failed", "resposta_invalida", "Não foi possível conferir a resposta do gov.br")
FOR_ANOTHER = End("failed", "procuracao", "Você entrou por procuração")
NO_STATE = End("refused", "estado_ausente", "ele ainda não trouxe a resposta")
FOREIGN_STATE = End("refused", "estado_desconhecido", "ele ainda não trouxe a resposta")

TRANSPORT = (
    "status",
    "reset",
    "closed",
    "silence",
    "trickle",
    "endless",
    "huge",
    "html",
    "malformed",
)

ROADS: dict[tuple[str, str], End] = {
    # A slow answer is an answer.
    **{
        (endpoint, "delay"): CONFIRMS
        for endpoint in (
            "discovery",
            "authorize",
            "token",
            "jwk",
            "userinfo",
            "empresas",
            "participante",
        )
    },
    # Discovery is an offer: without it addresses stand where the manual says.
    **{("discovery", kind): CONFIRMS for kind in TRANSPORT},
    # The person sees gov.br's own trouble; nothing comes back.
    **{("authorize", kind): STAYS_AWAY for kind in TRANSPORT},
    # The code may be used up: it is never sent twice.
    **{("token", kind): DOWN for kind in TRANSPORT},
    # Keys are read before the code is risked, so the exchange is repeated.
    **{("jwk", kind): CONFIRMS for kind in TRANSPORT},
    # Facts are read on the stored token, so the reading is repeated.
    **{("userinfo", kind): CONFIRMS for kind in TRANSPORT},
    # Companies that cannot be read stop nobody whose link does not hang on them.
    **{("empresas", kind): CONFIRMS for kind in TRANSPORT},
    **{("participante", kind): CONFIRMS for kind in TRANSPORT},
    ("authorize", "denied"): DENIED,
    ("authorize", "window_closed"): STAYS_AWAY,
    ("authorize", "lost_flow"): STAYS_AWAY,
    ("authorize", "state_lost"): NO_STATE,
    ("authorize", "state_changed"): FOREIGN_STATE,
    ("authorize", "foreign_iss"): BAD_ANSWER,
    ("authorize", "code_missing"): BAD_ANSWER,
    ("authorize", "code_used"): USED,
    ("authorize", "code_expired"): USED,
    ("authorize", "server_error"): DOWN,
    ("authorize", "invalid_scope"): BAD_ANSWER,
    ("token", "invalid_grant"): USED,
    ("token", "bad_credentials"): USED,
    ("token", "access_token_missing"): DOWN,
    ("token", "scope_missing"): CONFIRMS,
    ("token", "rotated_key"): CONFIRMS,
    # What is linked for good is linked by its owner alone.
    ("token", "agent_in_id_token"): FOR_ANOTHER,
    ("token", "agent_in_access_token"): FOR_ANOTHER,
    ("userinfo", "agent"): FOR_ANOTHER,
    **{
        ("token", f"shape_{kind}"): CONFIRMS
        for kind in (
            "sub_with_hyphen",
            "amr_text",
            "amr_unknown",
            "no_email",
            "unverified_phone",
            "booleans",
            "long_life",
        )
    },
    # Our credential must have public subjects: nobody is named by another word than the CPF.
    ("token", "shape_sub_pairwise"): BAD_TOKEN,
    ("discovery", "complete"): CONFIRMS,
    **{
        ("token", f"id_token_{kind}"): BAD_TOKEN
        for kind in (
            "missing",
            "no_nonce",
            "wrong_nonce",
            "wrong_iss",
            "iss_without_slash",
            "wrong_aud",
            "extra_aud",
            "wrong_azp",
            "expired",
            "future_iat",
            "bad_sub",
            "bad_signature",
            "alg_none",
            "hs256_secret",
            "hs256_public_key",
            "other_key",
        )
    },
    ("userinfo", "other_sub"): BAD_ANSWER,
    ("userinfo", "no_sub"): BAD_ANSWER,
    ("userinfo", "invalid_token"): BAD_ANSWER,
    ("empresas", "empty"): CONFIRMS,
    ("empresas", "invalid_token"): CONFIRMS,
    ("participante", "not_found"): CONFIRMS,
    ("participante", "unknown_role"): CONFIRMS,
}
#: Walked elsewhere, or not asked by the portal at all.
NOT_HERE = {
    ("authorize", "lost_flow_after_sign_up"): "test_the_lost_flow.py and the sign-up in e2e/",
    **{("logout", kind): "test_leaving_while_govbr_is_down" for kind in ("delay", *TRANSPORT)},
    **{
        ("picture", kind): "the portal asks for no photo"
        for kind in ("delay", *TRANSPORT, "base64", "not_found")
    },
}


@dataclass(frozen=True)
class Road:
    """What is ready for one road: nobody walked it before, and the relying party knows nothing.

    Args:
        portal: At the simulator, with a client of its own.
        login: Its legacy login.
        cpf: The login's owner, whom only the simulator knows yet.
        links: How many links others have made.
    """

    portal: Portal
    login: str
    cpf: str
    links: int

    def enter(self) -> Browser:
        """Sign the login in."""
        return self.portal.enter(self.login)

    def last_event(self) -> tuple[str, str | None]:
        """Read the last line of the record."""
        last = self.portal.all_of(attempt_event)[-1]
        return last.event, last.cause

    def linked(self) -> tuple[str, int]:
        """Read the login's state, and how many links there are since the road began."""
        links = self.portal.all_of(tables.account_link)
        return self.portal.row(self.login).state, len(links) - self.links


def _cpf(number: int) -> str:
    """Make up the owner of one road's login."""
    base = f"{731905000 + number}"
    return next(made for n in range(100) if cpf.is_valid(made := f"{base}{n:02}"))


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """gov.br's simulator, running; it knows an owner for each road."""
    home = tmp_path_factory.mktemp("home")
    people = [
        {"cpf": _cpf(number), "name": NAME, "companies": COMPANIES} for number in range(len(ROADS))
    ]
    (home / "demo").mkdir()
    (home / "demo" / "people.json").write_text(json.dumps(people), encoding="utf-8")
    login_port, api_port = free_port(), free_port()
    environment = {
        "NORMALIZA_HOME": str(home),
        "NORMALIZA_PUBLIC_URL": "http://localhost",
        "NORMALIZA_SIMULATOR_PORT": str(login_port),
        "NORMALIZA_SIMULATOR_API_PORT": str(api_port),
    }
    with Simulator(environment, home / "simulator.log") as running:
        yield running


@pytest.fixture(scope="module")
def shared(
    new_database: Callable[[], str],
    simulator: Simulator,
    compiled_templates: BytecodeCache,
    provider_key: RSAKey,
) -> Iterator[Portal]:
    """The portal at the simulator, made once for all roads; the clock is the machine's."""
    database, clock = create_engine(new_database()), ManualClock(datetime.now(UTC))
    told = relying_party(read_settings(simulator.environment))
    made = open_portal(
        database,
        clock,
        told,
        GovbrClient(told, clock.now),
        provider=ScriptedProvider(told, clock.now, key=provider_key),
    )
    made.app.jinja_env.bytecode_cache = compiled_templates
    yield made
    database.dispose()


@pytest.fixture
def portal(shared: Portal, simulator: Simulator) -> Portal:
    """The portal, where nothing fails yet and the workers' client has cached nothing."""
    simulator.control("DELETE", "faults")
    shared.clock.instant = datetime.now(UTC)
    assert shared.all_of(job) == [], "no road leaves work to another one"
    fresh = GovbrClient(shared.provider.settings, shared.clock.now, whole_seconds=WHOLE_SECONDS)
    operators = build(replace(shared.services, govbr=fresh))
    return replace(shared, runtime=replace(shared.runtime, operators=operators))


@pytest.fixture
def road(portal: Portal, request: pytest.FixtureRequest) -> Road:
    """A login and its owner for this road alone."""
    endpoint, kind = request.getfixturevalue("endpoint"), request.getfixturevalue("kind")
    login, owner = f"{endpoint}.{kind}", _cpf(list(ROADS).index((endpoint, kind)))
    portal.login(login, cpf=owner, campaign_id=portal.row("bass2016").campaign_id)
    return Road(portal, login, owner, len(portal.all_of(tables.account_link)))


def _order(simulator: Simulator, endpoint: str, kind: str) -> None:
    seconds = 0.1 if kind == "delay" else LONGER_SECONDS
    simulator.control(
        "POST", "faults", json={"endpoint": endpoint, "kind": kind, "seconds": seconds}
    )


def _walk(road: Road, simulator: Simulator, browser: Browser) -> bool:
    """Go to gov.br and come back; tell whether the browser came back."""
    try:
        back = simulator.visit(road.portal.go_to_govbr(browser), road.cpf)
    except Lost:
        return False
    assert road.portal.back_with(browser, back).status_code < 500
    road.portal.work()
    return True


def _wait_out(portal: Portal, browser: Browser) -> str:
    """Let what is repeated be repeated; gives the page on which the person is then."""
    for _ in range(3):
        if not portal.all_of(job):
            break
        portal.clock.advance(timedelta(minutes=1))
        portal.work_again()
    page = browser.get("/normalizacao/confirmar")
    return page.text if page.status_code == 200 else browser.get("/normalizacao").text


@pytest.mark.parametrize(("endpoint", "kind"), ROADS, ids=[":".join(road) for road in ROADS])
def test_the_road_ends_where_it_should_with_its_record_and_nothing_linked_wrongly(
    road: Road, simulator: Simulator, endpoint: str, kind: str
) -> None:
    end, browser = ROADS[endpoint, kind], road.enter()
    _order(simulator, endpoint, kind)
    assert _walk(road, simulator, browser) is end.comes_back
    page = _wait_out(road.portal, browser)
    assert end.says in page
    assert road.last_event() == (end.event, end.cause)
    assert simulator.control("GET", "faults") == [], "the fault was met"
    assert road.linked() == ("legacy", 0)

    if not end.comes_through:
        simulator.control("DELETE", "faults")
        assert _walk(road, simulator, browser)
        page = _wait_out(road.portal, browser)
    assert NAME in page
    road.portal.answer(browser, "confirmar")
    road.portal.work()
    assert road.linked() == ("linked", 1)
    with road.portal.database.connect() as connection:
        sealed = select(attempt).where(attempt.c.code_sealed.is_not(None))
        assert connection.execute(sealed).all() == []


def test_every_fault_of_the_simulator_has_its_road(simulator: Simulator) -> None:
    told = {
        (endpoint, kind["name"])
        for kind in simulator.control("GET", "fault-kinds")
        for endpoint in kind["endpoints"]
    }
    assert told == set(ROADS) | set(NOT_HERE)


def test_leaving_while_govbr_is_down_ends_our_session(portal: Portal) -> None:
    browser = portal.enter()
    assert browser.get("/area").status_code == 200
    assert browser.post("/sair", page="/area").status_code == 303
    assert browser.get("/area").status_code == 303
