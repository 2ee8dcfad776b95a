"""Many logins walk the road by HTTP with drawn answers; then SQL that knows no code looks.

The same walk goes through a whole running program with `make walk`, with thousands of logins.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy
from base_audit import audit, rules
from browsing import read_cases
from corruptions import CORRUPTIONS
from deciding import decide_all, represent, staff
from legacy_world import (
    NOW,
    STAFF,
    STAFF_PASSWORD,
    InProcess,
    TrapBase,
    bring_in,
    run_portal,
)
from walking import Walk, drawing, units

SEED = 3
LOGINS = 80


@dataclass
class Walked:
    """A base after the walk.

    Args:
        address: Of its database.
        base: As it was brought in.
        outcomes: How each login's walk ended.
        decided: What people decided.
    """

    address: str
    base: TrapBase
    outcomes: Counter[str]
    decided: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def walked(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walked]:
    """Walk: half of the logins, people's decisions, the deadline, the other half, decisions."""
    address = new_database()
    engine = sqlalchemy.create_engine(address)
    base = bring_in(engine, tmp_path_factory.mktemp("base"), accounts=LOGINS, each=3)
    world = run_portal(base, deadline_on=(NOW + timedelta(days=30)).date())
    walk = Walk(world, SEED)
    done = Walked(address.replace("+psycopg", ""), base, walk.outcomes)
    _go(walk, world, base.summary.directory, done.decided)
    yield done
    engine.dispose()


def _go(walk: Walk, world: InProcess, folder: Path, decided: Counter[str]) -> None:
    people, source = units(read_cases(folder / "cases.csv"), seed=SEED), drawing(SEED, "people")
    half = len(people) // 2
    for part in (people[:half], people[half:]):
        for logins in part:
            walk.unit(logins)
        for [first, *_] in part:
            if first.case == "empresa_tres_logins" and first.entitled:
                decided.update(represent(world, first.entitled, source))
        browser = staff(world, username=STAFF, password=STAFF_PASSWORD)
        decided.update(decide_all(world, browser, source))
        world.pass_time(timedelta(days=40))


def test_after_the_walk_nothing_breaks_a_rule(walked: Walked) -> None:
    with psycopg.connect(walked.address) as connection:
        assert audit(connection) == {}


def test_the_walk_met_every_way_that_a_road_can_take(walked: Walked) -> None:
    assert walked.outcomes.total() >= LOGINS
    assert walked.outcomes["vinculado"] >= LOGINS // 5
    for outcome in ("espera", "nao_volta", "so_trabalhou", "nao_entrou_401", "nao_entrou_403"):
        assert walked.outcomes[outcome], walked.outcomes
    assert walked.outcomes["senha_nova"]
    assert any(outcome.startswith("segundo_login_vinculado") for outcome in walked.outcomes)
    assert min(walked.decided[verdict] for verdict in ("aprovar", "recusar", "espera")) > 0


@pytest.mark.parametrize(
    ("rule", "damage"), CORRUPTIONS, ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(CORRUPTIONS)]
)
def test_the_audit_names_a_rule_that_one_row_breaks(walked: Walked, rule: str, damage: str) -> None:
    with psycopg.connect(walked.address) as connection:
        connection.execute(damage.encode())
        found = audit(connection)
        connection.rollback()

    assert rule in found
    assert found[rule]


def test_every_rule_of_the_audit_can_be_broken() -> None:
    assert {name for name, _ in rules()} == {rule for rule, _ in CORRUPTIONS}
