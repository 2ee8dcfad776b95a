"""Write the next migration: what the tables have and the migrations before it do not.

`make migration MESSAGE="…"`; read what comes out, Alembic cannot see everything.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import create_engine

from normaliza.migrations.running import configure, upgrade
from normaliza.private_servers import PrivatePostgres

VERSIONS = Path(__file__).parent / "versions"


def write_migration(message: str) -> None:
    """Compare the tables with a fresh, migrated database and write the difference down.

    Args:
        message: What changes and why, in a few words.
    """
    number = len(list(VERSIONS.glob("*.py"))) + 1
    with tempfile.TemporaryDirectory(prefix="normaliza-migration-") as home:
        Path(home).chmod(0o755)  # so that PostgreSQL's account can enter it
        with PrivatePostgres(Path(home)) as server:
            if number > 1:
                upgrade(server.url)
            engine = create_engine(server.url)
            with engine.connect() as connection:
                command.revision(
                    configure(connection), message, autogenerate=True, rev_id=f"{number:04}"
                )
            engine.dispose()


if __name__ == "__main__":
    write_migration(" ".join(sys.argv[1:]) or "unnamed")
