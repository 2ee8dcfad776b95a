"""What an earlier release left in a database goes on under this one, after its migrations."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from alembic import command
from sqlalchemy import text

from engine.repairs import MigrateInstance, UndoMigration
from engine.spiff import deltas, state
from engine.versions.preview import preview
from engine.versions.verdicts import Safety
from normaliza.migrations.running import configure, upgrade
from normaliza.private_servers import PrivatePostgres

from ...fixtures.releases.roads import Step, Traveller

FOLDER = Path(__file__).parents[2] / "fixtures" / "releases"
RELEASES = sorted(FOLDER.glob("*.json"))
TABLES = ("definition", "instance", "user_task", "timer", "subscription", "job", "history")
_PUT_BACK = """
    INSERT INTO engine.{table} ({columns}) OVERRIDING SYSTEM VALUE
    SELECT {columns} FROM json_populate_recordset(NULL::engine.{table}, :rows) row
"""


@pytest.fixture(scope="module", params=RELEASES, ids=lambda path: path.stem)
def release(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What was written down of one release."""
    found: dict[str, Any] = json.loads(request.param.read_text(encoding="utf-8"))
    return {"name": re.sub(r"\W", "_", request.param.stem), **found}


@pytest.fixture(scope="module")
def traveller(release: dict[str, Any], postgres: PrivatePostgres) -> Iterator[Traveller]:
    """A database as that release left it, brought to this one's schema."""
    name = f"release_{release['name']}"
    server = sqlalchemy.create_engine(postgres.url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    database = sqlalchemy.create_engine(postgres.url_of(name))
    with database.connect() as connection:
        command.upgrade(configure(connection), release["revision"])
        for table in TABLES:
            columns = ", ".join(release[table][0])
            put_back = text(_PUT_BACK.format(table=table, columns=columns))
            connection.execute(put_back, {"rows": json.dumps(release[table])})
        connection.execute(text(_FREE))
        connection.commit()
    upgrade(postgres.url_of(name))
    made = Traveller(database=database)
    for row in release["definition"]:
        for diagram in row["files"].values():
            made.know_topics(diagram)
    yield made
    database.dispose()


#: Numbers that are free again after rows were put back with theirs.
_FREE = """
    SELECT setval(s.seqrelid, 1000000) FROM pg_sequence s
    JOIN pg_class c ON c.oid = s.seqrelid
    WHERE c.relnamespace = 'engine'::regnamespace
"""


def test_what_an_earlier_release_left_goes_to_a_new_version_and_back(
    release: dict[str, Any], traveller: Traveller
) -> None:
    (row,) = (row for row in release["definition"] if row["process"] == "zoo")
    changed = {
        name: text.replace('name="Judge"', 'name="J"') for name, text in row["files"].items()
    }
    traveller.deploy(changed)
    runtime = traveller.runtime
    with traveller.database.connect() as connection:
        left = preview(
            connection, runtime.definitions, process="zoo", version=2, now=traveller.clock.now()
        )
        before = _tokens(connection)
    ids = [number for group in left.groups for number in group.samples]
    assert left.count(Safety.SAFE) == len(ids) > 5
    for number in ids:
        there = MigrateInstance(instance_id=number, version=2, reason="new", actor="ana")
        runtime.execute(there)
        runtime.execute(UndoMigration(instance_id=number, reason="back", actor="ana"))
    with traveller.database.connect() as connection:
        assert _tokens(connection) == before


def _tokens(connection: sqlalchemy.Connection) -> dict[int, bytes]:
    """Read what every instance has saved."""
    rows = connection.execute(text("SELECT id, tokens FROM engine.instance"))
    return {row.id: bytes(row.tokens) for row in rows}


@pytest.mark.row("D16")
def test_every_instance_of_an_earlier_release_loads_and_finishes(
    release: dict[str, Any], traveller: Traveller
) -> None:
    """Row D16: fixtures from each release still load and finish."""
    assert len(release["roads"]) > 20
    for key, road in release["roads"].items():
        process = road["process"]
        assert traveller.waits(process, key) == road["waits"][0]
        for step, waits in zip(road["steps"], road["waits"][1:], strict=True):
            at = datetime.fromisoformat(step["at"])
            traveller.take(process, key, Step(**{**step, "at": at}))
            assert traveller.waits(process, key) == waits, (key, step)
        assert traveller.state(process, key) == "completed", key


def test_every_layout_that_was_ever_written_is_among_them() -> None:
    layouts = set()
    for path in RELEASES:
        for row in json.loads(path.read_text(encoding="utf-8"))["instance"]:
            saved = deltas.decompress(bytes.fromhex(row["tokens"].removeprefix("\\x")))
            layouts.add(json.loads(saved)["layout"])
    assert layouts == set(range(1, state.LAYOUT + 1))
