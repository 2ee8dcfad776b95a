# ruff: noqa: INP001 - scripts, not a package
"""How many bytes of the database a waiting `normalizacao` takes, indexes and history included."""

import sys

import sqlalchemy
from enrol import BATCH, GROUP, variables_of
from harness import Claim, fresh_database, scale, server
from normalizacao import deploy_normalizacao, runtime_on

from engine.bulk.starting import NewInstance, start_many

INSTANCES = 20_000
LIMIT = 3 * 1024

_SIZE = sqlalchemy.text("""
    SELECT sum(pg_total_relation_size(oid)) FROM pg_class
    WHERE relnamespace = 'engine'::regnamespace AND relkind = 'r'
""")


def main() -> int:
    """Measure once: it does not vary; fail above the bar."""
    instances = max(5_000, int(INSTANCES * scale()))
    with server() as running, fresh_database(running) as url:
        runtime = runtime_on(url)
        deploy_normalizacao(runtime)
        with runtime.database.connect() as connection:
            before = connection.execute(_SIZE).scalar_one()
        for first in range(0, instances, BATCH):
            starts = [
                NewInstance(business_key=f"login:{login}", variables=variables_of(login))
                for login in range(first, min(first + BATCH, instances))
            ]
            with runtime.transaction() as connection:
                start_many(runtime, connection, starts, process="normalizacao", group=GROUP)
        with runtime.database.connect() as connection:
            each = float(connection.execute(_SIZE).scalar_one() - before) / instances
        runtime.database.dispose()
    claim = Claim(name="bytes", unit="bytes", bar=1.0, smaller_is_better=True)
    return 0 if claim.report([(each, LIMIT)]) else 1


if __name__ == "__main__":
    sys.exit(main())
