"""Kinds in the base: judged by sets, kept where staff chose, followed by what a deadline did."""

import time
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, func, insert, select, update

from orquestra import campaign, kinds, passwords, staff, work
from orquestra.errors import InvalidText, LoginNotFound, WayOnlyForForeigners
from orquestra.kinds import Kind
from orquestra.store import tables

if TYPE_CHECKING:
    from tests.integration.orquestra.conftest import Base

DAY = timedelta(days=1)
CNPJ = "11222333000181"


@pytest.fixture
def ana(connection: Connection, now: datetime) -> int:
    return staff.add(
        connection,
        username="ana",
        name="Ana",
        password="senha-da-equipe",
        now=now,
        profile=passwords.CHEAP,
    ).id


def kind_of(base: "Base", login_id: int) -> tuple[str, str, list[str]]:
    row = base.row(tables.login, login_id)
    return row.kind, row.kind_rule, row.signals


def access(connection: Connection, login_id: int, now: datetime) -> work.Access:
    return work.access_of_login(connection, login_id=login_id, now=now)


def choose(
    connection: Connection,
    login_id: int,
    kind: Kind,
    staff_id: int,
    now: datetime,
    *,
    until: date | None = None,
) -> None:
    kinds.set_kind(
        connection,
        login_id=login_id,
        kind=kind,
        reason="Conferido por telefone",
        staff_id=staff_id,
        now=now,
        legacy_until=until,
    )


def test_the_whole_base_is_judged_and_doing_it_again_changes_nothing(
    connection: Connection, base: "Base", now: datetime
) -> None:
    person = base.login(cpf=base.cpf(1).digits)
    firm = base.login(cnpj=CNPJ, name="Barzi Motors LTDA", email="sac@barzi.com.br")
    foreigner = base.login(identification="AB123456")
    service = base.login("teste")
    member = base.login(email="ana@inmetro.gov.br")
    unknown = base.login()
    kinds.classify(connection, login_ids=None, now=now)
    assert kind_of(base, person) == ("pessoa", "cpf", [])
    assert kind_of(base, firm) == (
        "empresa",
        "cnpj",
        ["cnpj", "nome_de_empresa", "email_de_funcao"],
    )
    assert kind_of(base, foreigner) == ("estrangeiro", "identificacao", [])
    assert kind_of(base, service) == ("servico", "palavra_de_teste", [])
    assert kind_of(base, member) == ("equipe", "email_do_orgao", [])
    assert kind_of(base, unknown) == ("desconhecido", "nenhuma", [])
    versions = "SELECT array_agg(ctid::text ORDER BY id) FROM orquestra.login"
    first = connection.exec_driver_sql(versions).scalar_one()
    kinds.classify(connection, login_ids=None, now=now)
    assert connection.exec_driver_sql(versions).scalar_one() == first


def test_only_the_logins_named_are_judged(
    connection: Connection, base: "Base", now: datetime
) -> None:
    first, second = base.login(cnpj=CNPJ), base.login(cnpj=CNPJ)
    kinds.classify(connection, login_ids=[second], now=now)
    assert kind_of(base, first)[0] == "desconhecido"
    assert kind_of(base, second)[0] == "empresa"
    kinds.classify(connection, login_ids=[], now=now)
    assert kind_of(base, first)[0] == "desconhecido"


def test_a_kind_that_staff_chose_stays_and_its_signals_do_not(
    connection: Connection, base: "Base", now: datetime, ana: int
) -> None:
    login_id = base.login("teste")
    kinds.classify(connection, login_ids=None, now=now)
    choose(connection, login_id, Kind.PERSON, ana, now)
    connection.execute(update(tables.login).where(tables.login.c.id == login_id).values(cnpj=CNPJ))
    kinds.classify(connection, login_ids=None, now=now)
    assert kind_of(base, login_id) == ("pessoa", "equipe", ["cnpj"])
    row = base.row(tables.login, login_id)
    assert (row.kind_reason, row.kind_staff_id) == ("Conferido por telefone", ana)


def test_a_kind_needs_a_login_and_a_reason_and_a_day_only_a_foreigner(
    connection: Connection, base: "Base", now: datetime, ana: int
) -> None:
    login_id = base.login()
    with pytest.raises(LoginNotFound):
        choose(connection, 99_999, Kind.PERSON, ana, now)
    with pytest.raises(InvalidText):
        kinds.set_kind(
            connection, login_id=login_id, kind=Kind.PERSON, reason=" ", staff_id=ana, now=now
        )
    with pytest.raises(WayOnlyForForeigners):
        choose(connection, login_id, Kind.PERSON, ana, now, until=now.date())


@pytest.mark.row("3.2 one login used by a whole company: several networks a day")
def test_a_login_used_from_three_networks_on_a_day_shows_it_at_once(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id = base.login(cpf=base.cpf(1).digits)
    for network in ("a", "a", "b"):
        kinds.record_network(connection, login_id=login_id, network_digest=network, now=now)
    kinds.record_network(connection, login_id=login_id, network_digest="c", now=now - DAY)
    assert kind_of(base, login_id)[2] == []
    kinds.record_network(connection, login_id=login_id, network_digest="c", now=now)
    assert kind_of(base, login_id)[2] == ["varias_redes"]


def test_a_day_of_networks_is_brasilias(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id = base.login()
    late = now.replace(hour=1)  # still yesterday in Brasília
    kinds.record_network(connection, login_id=login_id, network_digest="a", now=late)
    day = connection.scalar(select(tables.login_network.c.day))
    assert day == now.date() - DAY


def test_networks_count_for_ninety_days_and_are_forgotten_then(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id = base.login()
    for network in ("a", "b", "c"):
        kinds.record_network(connection, login_id=login_id, network_digest=network, now=now)
    kinds.classify(connection, login_ids=None, now=now + 89 * DAY)
    assert kind_of(base, login_id)[2] == ["varias_redes"]
    kinds.classify(connection, login_ids=None, now=now + 90 * DAY)
    assert kind_of(base, login_id)[2] == []
    assert connection.scalar(select(func.count()).select_from(tables.login_network)) == 0


@pytest.mark.row("3.2 test and service accounts")
@pytest.mark.parametrize("kind", ["servico", "equipe", "estrangeiro"])
def test_a_campaign_takes_in_customers_only(
    connection: Connection, base: "Base", now: datetime, kind: str
) -> None:
    campaign_id = base.campaign(now + DAY)
    base.login(kind=kind)
    taken = [base.login(kind=each) for each in ("pessoa", "empresa", "desconhecido")]
    assert list(campaign.logins_to_enrol(connection, campaign_id)) == taken
    assert campaign.NOT_ENROLLED[kind]


def test_a_kind_changed_before_the_campaign_changes_who_is_taken_in(
    connection: Connection, base: "Base", now: datetime, ana: int
) -> None:
    campaign_id = base.campaign(now + DAY)
    out, back = base.login(kind="pessoa"), base.login(kind="servico")
    choose(connection, out, Kind.STAFF, ana, now)
    choose(connection, back, Kind.COMPANY, ana, now)
    assert list(campaign.logins_to_enrol(connection, campaign_id)) == [back]


@pytest.mark.parametrize("kind", [Kind.SERVICE, Kind.STAFF, Kind.FOREIGNER])
def test_the_deadline_misses_an_enrolled_login_that_is_no_customers_any_more(
    connection: Connection, base: "Base", now: datetime, ana: int, kind: Kind
) -> None:
    login_id = base.login(kind="pessoa", campaign_id=base.campaign(now + DAY))
    choose(connection, login_id, kind, ana, now)
    later = now + 2 * DAY
    assert not campaign.block(connection, login_id=login_id, now=later)
    assert access(connection, login_id, later) is work.Access.WORK


@pytest.mark.parametrize("kind", [Kind.SERVICE, Kind.STAFF, Kind.FOREIGNER])
def test_a_blocked_login_that_is_no_customers_is_opened_and_back_again_blocked(
    connection: Connection, base: "Base", now: datetime, ana: int, kind: Kind
) -> None:
    login_id = base.login(kind="pessoa", campaign_id=base.campaign(now))
    task = base.task(base.process(login_id), login_id, expires_at=now + 10 * DAY)
    assert campaign.block(connection, login_id=login_id, now=now)
    choose(connection, login_id, kind, ana, now + DAY)
    assert access(connection, login_id, now + DAY) is work.Access.WORK
    assert base.row(tables.open_task, task).expires_at == now + 11 * DAY
    choose(connection, login_id, Kind.PERSON, ana, now + 2 * DAY)
    assert access(connection, login_id, now + 2 * DAY) is work.Access.BLOCKED
    assert base.row(tables.open_task, task).held_seconds == 9 * 86_400


def test_a_rule_that_finds_a_blocked_login_to_be_staffs_opens_it(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id = base.login(kind="pessoa", campaign_id=base.campaign(now))
    campaign.block(connection, login_id=login_id, now=now)
    connection.execute(
        update(tables.login).where(tables.login.c.id == login_id).values(auth_kind="AD")
    )
    kinds.classify(connection, login_ids=[login_id], now=now)
    assert access(connection, login_id, now) is work.Access.WORK


@pytest.mark.row("3.2 foreigner without CPF")
def test_a_foreigners_old_way_ends_with_their_own_day_in_brasilia(
    connection: Connection, base: "Base", now: datetime, ana: int
) -> None:
    login_id = base.login(kind="estrangeiro")
    task = base.task(base.process(login_id), login_id, expires_at=now + 30 * DAY)
    assert access(connection, login_id, now + 999 * DAY) is work.Access.WORK
    last_day = (now + 5 * DAY).date()
    choose(connection, login_id, Kind.FOREIGNER, ana, now, until=last_day)
    end = campaign.end_of_day(last_day)
    assert access(connection, login_id, end - timedelta(seconds=1)) is work.Access.WORK
    assert campaign.block_late_foreigners(connection, now=end - timedelta(seconds=1)) == []
    assert access(connection, login_id, end) is work.Access.BLOCKED
    assert campaign.block_late_foreigners(connection, now=end) == [login_id]
    assert campaign.block_late_foreigners(connection, now=end) == []
    assert base.row(tables.open_task, task).held_seconds is not None
    choose(connection, login_id, Kind.FOREIGNER, ana, end, until=last_day + 9 * DAY)
    assert access(connection, login_id, end) is work.Access.WORK
    assert base.row(tables.open_task, task).held_seconds is None


def test_a_foreigners_day_counts_whatever_the_campaign_that_had_taken_them_in_says(
    connection: Connection, base: "Base", now: datetime, ana: int
) -> None:
    login_id = base.login(kind="pessoa", campaign_id=base.campaign(now + 90 * DAY))
    choose(connection, login_id, Kind.FOREIGNER, ana, now, until=(now + DAY).date())
    assert access(connection, login_id, now + 3 * DAY) is work.Access.BLOCKED
    assert campaign.block(connection, login_id=login_id, now=now + 3 * DAY)


def test_a_linked_login_keeps_its_state_whatever_its_kind_becomes(
    connection: Connection, base: "Base", now: datetime, ana: int
) -> None:
    login_id = base.login(
        state="linked", person_id=base.person(), linked_at=now, password_hash=None
    )
    choose(connection, login_id, Kind.FOREIGNER, ana, now, until=(now - DAY).date())
    assert access(connection, login_id, now) is work.Access.LINKED
    assert base.row(tables.login, login_id).blocked_at is None


def test_five_thousand_logins_are_judged_in_half_a_second_of_work(
    connection: Connection, now: datetime
) -> None:
    rows = [
        {
            "login": f"cliente{number}",
            "name": "Metalúrgica São José LTDA" if number % 3 else "Maria Aparecida de Souza",
            "email": f"compras{number}@exemplo.com.br",
            "imported_at": now,
        }
        for number in range(5_000)
    ]
    connection.execute(insert(tables.login), rows)
    begun, worked = time.perf_counter(), time.process_time()
    kinds.classify(connection, login_ids=None, now=now)
    # The processor's time is ours alone; the clock on the wall stands for PostgreSQL's part, with
    # room for whatever else the machine does.
    assert time.process_time() - worked < 0.5
    assert time.perf_counter() - begun < 5
    judged = connection.scalar(
        select(func.count()).where(tables.login.c.kind_rule == "nome_de_empresa")
    )
    assert judged == 3333
