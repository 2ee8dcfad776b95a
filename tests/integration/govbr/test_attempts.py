import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy
from sqlalchemy import Connection, select

from govbr import attempts
from govbr.attempts.rows import SEALED
from govbr.client import GovbrClient
from govbr.errors import AttemptMoved, AttemptNotFound, CallbackRefused
from govbr.sealing import Sealer
from govbr.store.tables import attempt
from govbr.testing import ScriptedProvider

SESSION, LOGIN, PERSON = 11, 22, 33


@dataclass
class Road:
    """One browser's road, with everything that its steps need."""

    connection: Connection
    provider: ScriptedProvider
    client: GovbrClient
    sealer: Sealer
    now: datetime

    def begin(self) -> attempts.BegunAttempt:
        """Press "Entrar com gov.br"."""
        return attempts.begin(
            self.connection,
            self.provider.settings,
            self.sealer,
            session_id=SESSION,
            login_id=LOGIN,
            purpose="normalizar",
            now=self.now,
        )

    def take(self, params: dict[str, str], **changes: Any) -> attempts.CallbackTaken:  # noqa: ANN401
        """Come back to the callback."""
        given: dict[str, Any] = {"session_id": SESSION, "login_id": LOGIN, "now": self.now}
        return attempts.take_callback(
            self.connection,
            self.sealer,
            params=params,
            settings=self.provider.settings,
            **{**given, **changes},
        )

    def returned(self) -> int:
        """Come back with a code."""
        begun = self.begin()
        return self.take(self.provider.authorize(begun.authorization_url)).attempt_id

    def exchanged(self) -> int:
        """Go on to the exchange."""
        attempt_id = self.returned()
        opened = attempts.open_code(self.connection, self.sealer, attempt_id)
        tokens = self.client.exchange(opened.code, opened.verifier, opened.nonce)
        attempts.record_tokens(
            self.connection, self.sealer, attempt_id, tokens=tokens, now=self.now
        )
        return attempt_id

    def identified(self) -> int:
        """Go on to the facts."""
        attempt_id = self.exchanged()
        self.learn(attempt_id)
        return attempt_id

    def learn(self, attempt_id: int) -> bool:
        """Do the job of the facts once."""
        tokens = attempts.open_tokens(self.connection, self.sealer, attempt_id)
        facts = self.client.fetch_facts(tokens.access_token, tokens.claims.sub)
        return attempts.record_facts(
            self.connection, self.sealer, attempt_id, facts=facts, now=self.now
        )

    def row(self, attempt_id: int) -> Any:  # noqa: ANN401
        """Look at the stored row."""
        return self.connection.execute(select(attempt).where(attempt.c.id == attempt_id)).one()

    def sealed(self, attempt_id: int) -> set[str]:
        """Name the sealed values that are there."""
        row = self.row(attempt_id)
        return {name for name in SEALED if getattr(row, name) is not None}


@pytest.fixture
def road(
    connection: Connection,
    provider: ScriptedProvider,
    client: GovbrClient,
    sealer: Sealer,
    now: datetime,
) -> Road:
    return Road(connection, provider, client, sealer, now)


def test_a_road_there_and_back_names_the_person(road: Road) -> None:
    attempt_id = road.identified()
    facts = attempts.open_facts(road.connection, road.sealer, attempt_id)
    assert facts.identity.sub == road.provider.cpf
    assert facts.identity.amr == ("passwd",)
    assert facts.companies == ()
    attempts.set_person(road.connection, attempt_id, PERSON)
    attempts.set_person(road.connection, attempt_id, PERSON)
    assert attempts.close(road.connection, attempt_id, "vinculado", road.now)
    done = attempts.load(road.connection, attempt_id)
    assert (done.status, done.outcome, done.person_id) == ("closed", "vinculado", PERSON)
    assert done.scopes_granted == road.provider.settings.scopes
    assert done.closed_at == road.now


def test_neither_state_nor_code_nor_nonce_is_stored_readable(road: Road) -> None:
    begun = road.begin()
    params = road.provider.authorize(begun.authorization_url)
    road.take(params)
    stored = repr(road.row(begun.id))
    for private in (params["state"], params["code"], road.provider._codes[params["code"]]["nonce"]):
        assert private not in stored


def test_each_step_wipes_what_it_used(road: Road) -> None:
    assert road.sealed(road.returned()) == {"nonce_sealed", "verifier_sealed", "code_sealed"}
    assert road.sealed(road.exchanged()) == {"tokens_sealed"}
    assert road.sealed(road.identified()) == {"facts_sealed"}


@pytest.mark.parametrize("end", ["fail", "close"])
@pytest.mark.parametrize("step", ["returned", "exchanged", "identified"])
def test_every_end_wipes_every_sealed_value_and_the_first_end_stays(
    road: Road, step: str, end: str
) -> None:
    attempt_id = getattr(road, step)()
    if end == "fail":
        assert attempts.fail(road.connection, attempt_id, "govbr_fora_do_ar", road.now)
    else:
        assert attempts.close(road.connection, attempt_id, "nao_sou_eu", road.now)
    assert road.sealed(attempt_id) == set()
    before = attempts.load(road.connection, attempt_id)
    assert not attempts.fail(road.connection, attempt_id, "expirado", road.now)
    assert not attempts.close(road.connection, attempt_id, "vinculado", road.now)
    assert attempts.load(road.connection, attempt_id) == before


def test_a_denial_ends_the_attempt_and_stores_no_code(road: Road) -> None:
    begun = road.begin()
    taken = road.take(road.provider.deny(begun.authorization_url))
    assert (taken.outcome, taken.error, taken.login_id) == ("negado", "access_denied", LOGIN)
    ended = attempts.load(road.connection, begun.id)
    assert (ended.status, ended.failure) == ("failed", "negado")
    assert road.sealed(begun.id) == set()


@pytest.mark.parametrize(
    ("extra", "error", "failure"),
    [
        ({}, "codigo_ausente", "resposta_invalida"),
        ({"code": ""}, "codigo_ausente", "resposta_invalida"),
        ({"code": "a b\n"}, "codigo_ausente", "resposta_invalida"),
        ({"code": "x" * 8193}, "codigo_ausente", "resposta_invalida"),
        ({"error": "server_error"}, "server_error", "govbr_fora_do_ar"),
        ({"error": "invalid_scope", "code": "x"}, "invalid_scope", "resposta_invalida"),
        ({"error": "x\nfake log line"}, "desconhecido", "resposta_invalida"),
    ],
)
def test_a_return_without_a_usable_code_is_an_error_on_record(
    road: Road, extra: dict[str, str], error: str, failure: str
) -> None:
    begun = road.begin()
    state = road.provider.authorize(begun.authorization_url)["state"]
    taken = road.take({"state": state, **extra})
    assert (taken.outcome, taken.error) == ("erro", error)
    assert attempts.load(road.connection, begun.id).failure == failure


def test_a_direct_entry_is_bound_to_having_no_login(road: Road) -> None:
    begun = attempts.begin(
        road.connection,
        road.provider.settings,
        road.sealer,
        session_id=SESSION,
        login_id=None,
        purpose="entrar",
        now=road.now,
    )
    params = road.provider.authorize(begun.authorization_url)
    with pytest.raises(CallbackRefused):
        road.take(params)
    taken = road.take(params, login_id=None)
    assert (taken.purpose, taken.outcome) == ("entrar", "codigo")


def test_two_tabs_have_two_states_and_both_may_return(road: Road) -> None:
    first, second = road.begin(), road.begin()
    for begun in (second, first):
        params = road.provider.authorize(begun.authorization_url)
        assert road.take(params).attempt_id == begun.id


def test_a_step_repeated_by_its_own_job_changes_nothing(road: Road) -> None:
    attempt_id = road.exchanged()
    before = road.row(attempt_id)
    tokens = attempts.open_tokens(road.connection, road.sealer, attempt_id)
    assert not attempts.record_tokens(
        road.connection, road.sealer, attempt_id, tokens=tokens, now=road.now
    )
    assert road.row(attempt_id) == before
    assert road.learn(attempt_id)
    facts = attempts.open_facts(road.connection, road.sealer, attempt_id)
    assert not attempts.record_facts(
        road.connection, road.sealer, attempt_id, facts=facts, now=road.now
    )


def test_unknown_companies_may_be_asked_for_again(road: Road) -> None:
    attempt_id = road.exchanged()
    road.provider.faults["empresas"] = lambda _: httpx.Response(503)
    assert road.learn(attempt_id)
    assert attempts.open_facts(road.connection, road.sealer, attempt_id).companies is None
    road.provider.faults.clear()
    road.provider.companies = {"12345678000195": {"atuacao": "SOCIO"}}
    assert road.learn(attempt_id)
    facts = attempts.open_facts(road.connection, road.sealer, attempt_id)
    assert facts.companies is not None
    assert [tie.role for tie in facts.companies] == ["SOCIO"]
    assert road.sealed(attempt_id) == {"facts_sealed"}


def test_a_step_that_comes_too_early_or_too_late_is_not_done(road: Road) -> None:
    begun = road.begin()
    with pytest.raises(AttemptMoved):
        attempts.open_code(road.connection, road.sealer, begun.id)
    with pytest.raises(AttemptMoved):
        attempts.set_person(road.connection, begun.id, PERSON)
    attempt_id = road.identified()
    for open_step in (attempts.open_code, attempts.open_tokens):
        with pytest.raises(AttemptMoved):
            open_step(road.connection, road.sealer, attempt_id)
    attempts.set_person(road.connection, attempt_id, PERSON)
    with pytest.raises(AttemptMoved):
        attempts.set_person(road.connection, attempt_id, PERSON + 1)
    attempts.close(road.connection, attempt_id, "vinculado", road.now)
    with pytest.raises(AttemptMoved):
        attempts.open_facts(road.connection, road.sealer, attempt_id)


def test_an_attempt_that_never_was_is_not_found(road: Road) -> None:
    with pytest.raises(AttemptNotFound):
        attempts.load(road.connection, -1)
    with pytest.raises(AttemptNotFound):
        attempts.fail(road.connection, -1, "negado", road.now)


def test_old_attempts_end_and_nothing_sealed_outlives_them(road: Road) -> None:
    waiting, confirmed = road.exchanged(), road.identified()
    attempts.set_person(road.connection, confirmed, PERSON)
    last = road.now + timedelta(minutes=30)
    assert attempts.expire_old(road.connection, last - timedelta(microseconds=1)) == []
    assert attempts.expire_old(road.connection, last) == [waiting]
    assert attempts.expire_old(road.connection, last) == []
    assert attempts.load(road.connection, waiting).failure == "expirado"
    ended = attempts.load(road.connection, confirmed)
    assert (ended.status, ended.outcome, ended.person_id) == ("closed", "vencido", PERSON)
    assert road.sealed(waiting) == road.sealed(confirmed) == set()


def test_of_two_callbacks_with_one_state_exactly_one_wins(
    database: sqlalchemy.Engine,
    provider: ScriptedProvider,
    client: GovbrClient,
    sealer: Sealer,
    now: datetime,
) -> None:
    with database.begin() as connection:
        begun = Road(connection, provider, client, sealer, now).begin()
    params = provider.authorize(begun.authorization_url)
    together = threading.Barrier(2)
    ends: list[str] = []

    def come_back() -> None:
        with database.connect() as connection, connection.begin():
            together.wait(10)
            try:
                ends.append(Road(connection, provider, client, sealer, now).take(params).outcome)
            except CallbackRefused as error:
                ends.append(error.cause)

    browsers = [threading.Thread(target=come_back) for _ in range(2)]
    for browser in browsers:
        browser.start()
    for browser in browsers:
        browser.join(20)
    assert sorted(ends) == ["codigo", "estado_usado"]


def test_an_attempt_that_a_job_holds_is_left_for_the_next_sweep(
    database: sqlalchemy.Engine,
    provider: ScriptedProvider,
    client: GovbrClient,
    sealer: Sealer,
    now: datetime,
) -> None:
    late = now + timedelta(hours=1)
    with database.begin() as connection:
        attempt_id = Road(connection, provider, client, sealer, now).exchanged()
    with database.begin() as job, database.begin() as sweep:
        assert Road(job, provider, client, sealer, now).learn(attempt_id)
        assert attempts.expire_old(sweep, late) == []
    with database.begin() as sweep:
        assert attempts.expire_old(sweep, late) == [attempt_id]
