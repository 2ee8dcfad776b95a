# ruff: noqa: INP001 - scripts, not a package
"""What `beside_govbr` finds: made-up people at gov.br, their logins, and the staff's account."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy
from sqlalchemy import insert, select
from storming import LOGIN, PASSWORD, Program, add_customer

from normaliza.wiring.definitions import deploy_shipped
from normaliza.wiring.runtime import build_runtime
from orquestra import campaign, passwords, staff
from orquestra.sample.registry_numbers import cpf
from orquestra.store import tables

STAFF = "equipe"


def login_of(number: int) -> str:
    """Give the legacy login of a made-up person."""
    return f"{LOGIN}.{number}"


def write_people(home: Path, count: int) -> None:
    """Let the simulator that is started in this home know so many people."""
    (home / "demo").mkdir(exist_ok=True)
    known = [{"cpf": cpf(number), "name": "Cliente"} for number in range(count)]
    (home / "demo" / "people.json").write_text(json.dumps(known), encoding="utf-8")


def prepare(program: Program, url: str, count: int) -> None:
    """Deploy the processes, open a campaign, and write people's logins and the staff's account.

    Args:
        program: Not yet running.
        url: Its database.
        count: How many people there are; the last one's login is another's, so that the staff
            decides about it.
    """
    database = sqlalchemy.create_engine(url)
    now = datetime.now(UTC)
    operators = build_runtime(program.settings()).operators
    add_customer(database)
    with database.begin() as connection:
        deploy_shipped(connection, operators=operators, now=now)
        opened = campaign.open_campaign(
            connection,
            name="Normalização",
            opens_at=now - timedelta(days=1),
            deadline_on=(now + timedelta(days=60)).date(),
            reminders=[],
            now=now,
        )
        hashed = connection.execute(select(tables.login.c.password_hash)).scalar_one()
        rows = [
            {
                "login": login_of(number),
                "name": "Cliente",
                "cpf": cpf(number if number < count - 1 else count),
                "password_hash": hashed,
                "password_format": passwords.ARGON2ID,
                "imported_at": now,
                "campaign_id": opened.id,
            }
            for number in range(count)
        ]
        connection.execute(insert(tables.login), rows)
        connection.execute(
            tables.login.update().where(tables.login.c.login == LOGIN).values(campaign_id=opened.id)
        )
        staff.add(
            connection,
            username=STAFF,
            name="Equipe",
            password=PASSWORD,
            now=now,
            profile=passwords.CHEAP,
        )
    database.dispose()
