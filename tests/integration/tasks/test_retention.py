"""What is kept for a time only is gone afterwards, without anybody importing anything."""

from datetime import datetime, timedelta

import pytest
from celery import Celery
from sqlalchemy import Engine, insert, select

from engine.clock import ManualClock
from engine.operators import OperatorRegistry
from engine.runtime import Runtime
from orquestra import access_cases, kinds
from orquestra.access_cases import Claims
from orquestra.store import tables
from tasks import retention
from tasks.celery_app import add_work, make_celery
from tasks.retention import Forgotten


@pytest.fixture
def runtime(database: Engine, clock: ManualClock) -> Runtime:
    """Where the base and the clock are."""
    return Runtime(
        database=database, operators=OperatorRegistry(), clock=clock, announce=lambda _nudges: None
    )


@pytest.fixture
def celery(runtime: Runtime) -> Celery:
    """The worker's Celery; no message is sent."""
    made = make_celery("memory://")
    add_work(made, runtime, lease_seconds=30)
    return made


def write(database: Engine, now: datetime) -> None:
    """Write a network of each of two days, and an access case that is refused."""
    with database.begin() as connection:
        login_id = connection.execute(
            insert(tables.login)
            .values(login="bass2016", name="Ana", imported_at=now)
            .returning(tables.login.c.id)
        ).scalar_one()
        for age in (kinds.NETWORKS_KEPT, kinds.NETWORKS_KEPT - timedelta(days=1)):
            day = (now - age).date()
            connection.execute(
                insert(tables.login_network).values(login_id=login_id, day=day, network="n")
            )
        staff_id = connection.execute(
            insert(tables.staff_member)
            .values(username="ana", name="Ana", password_hash="x", created_at=now)
            .returning(tables.staff_member.c.id)
        ).scalar_one()
        case_id = access_cases.open_case(
            connection,
            login_text="bass2016",
            name="Ana Beatriz",
            email="ana@example.org",
            phone="",
            claims=Claims(),
            statement="Perdi o e-mail.",
            now=now,
        )
        access_cases.refuse(
            connection,
            case_id=case_id,
            staff_id=staff_id,
            reason="Faltam provas.",
            now=now - access_cases.PERSONAL_DATA_KEPT,
        )


def test_the_beat_asks_for_what_deletes_old_networks_and_blanks_old_cases(
    celery: Celery, database: Engine, now: datetime
) -> None:
    write(database, now)
    asked = [line["task"] for line in celery.conf.beat_schedule.values()]
    assert asked.count(retention.TASK) == 1

    celery.tasks[retention.TASK]()

    with database.connect() as connection:
        days = connection.scalars(select(tables.login_network.c.day)).all()
        case = connection.execute(select(tables.access_case)).one()
    assert days == [(now - kinds.NETWORKS_KEPT + timedelta(days=1)).date()]
    assert (case.name, case.email, case.statement) == ("", "", "")
    assert (case.state, case.reason) == ("recusado", "Faltam provas.")


def test_a_second_sweep_finds_nothing(runtime: Runtime, now: datetime) -> None:
    write(runtime.database, now)
    assert retention.sweep(runtime) == Forgotten(
        networks=1, access_cases=1, attempt_events=0, command_keys=0
    )
    assert retention.sweep(runtime) == Forgotten(
        networks=0, access_cases=0, attempt_events=0, command_keys=0
    )
