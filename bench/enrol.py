# ruff: noqa: INP001 - scripts, not a package
"""How fast a campaign takes logins in: a bulk start of `normalizacao` beside one by one.

The limit is a command, and so a transaction, for each start, as a customer's own road begins.
"""

import sys
import time
from datetime import UTC, datetime, timedelta

import sqlalchemy
from harness import Claim, commit_rate, fresh_database, repeated, scale, server
from normalizacao import deploy_normalizacao, runtime_on

from engine.bulk.starting import NewInstance, start_many
from engine.commands import StartInstance
from engine.runtime import Runtime
from normaliza.private_servers import PrivatePostgres

INSTANCES = 100_000
#: One by one takes long: fewer of them tell the rate as well.
ONE_BY_ONE = 4_000
BATCH = 1_000
GROUP = "campaign:1"


def main() -> int:
    """Measure; fail below the bar."""
    with server() as running:
        pairs = repeated(lambda: _measure(running))
        claim = Claim(name="enrol", unit="instances/s", bar=5)
        return 0 if claim.report(pairs, commits=round(commit_rate(running.url))) else 1


def _measure(running: PrivatePostgres) -> tuple[float, float]:
    """Return starts a second in bulk and one by one."""
    with fresh_database(running) as url:
        runtime = runtime_on(url)
        deploy_normalizacao(runtime)
        alone = max(200, int(ONE_BY_ONE * scale()))
        _one_by_one(runtime, range(-50, 0))
        one_by_one = alone / _one_by_one(runtime, range(alone))
        many = max(2_000, int(INSTANCES * scale()))
        bulk = many / _in_bulk(runtime, range(alone, alone + many))
        with runtime.database.connect() as connection:
            found = connection.execute(sqlalchemy.text("SELECT count(*) FROM engine.instance"))
            if found.scalar_one() != 50 + alone + many:
                raise SystemExit("Some instances were not started.")
        runtime.database.dispose()
    return bulk, one_by_one


def _one_by_one(runtime: Runtime, logins: range) -> float:
    started = time.perf_counter()
    for login in logins:
        runtime.execute(
            StartInstance(
                process="normalizacao",
                business_key=f"login:{login}",
                variables=variables_of(login),
                group=GROUP,
            )
        )
    return time.perf_counter() - started


def _in_bulk(runtime: Runtime, logins: range) -> float:
    started = time.perf_counter()
    for first in range(logins.start, logins.stop, BATCH):
        batch = range(first, min(first + BATCH, logins.stop))
        with runtime.transaction() as connection:
            start_many(
                runtime,
                connection,
                [NewInstance(business_key=f"login:{n}", variables=variables_of(n)) for n in batch],
                process="normalizacao",
                group=GROUP,
            )
    return time.perf_counter() - started


def variables_of(login: int) -> dict[str, int | str | None]:
    """What a campaign gives a login's road (orquestra.campaign.first_data)."""
    deadline = datetime(2027, 3, 1, 3, tzinfo=UTC)
    reminders = {
        f"prazo_lembrete_{n}": (deadline - timedelta(days=days)).isoformat()
        for n, days in enumerate((30, 7, 1), start=1)
    }
    first = {"login_id": login, "campaign_id": 1, "prazo": deadline.isoformat()}
    return {**first, **reminders}


if __name__ == "__main__":
    sys.exit(main())
