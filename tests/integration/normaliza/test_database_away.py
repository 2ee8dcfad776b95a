"""What the command line says when nothing listens where the database should be."""

import os
import subprocess
import sys
from pathlib import Path


def test_a_command_without_its_database_says_so_in_words(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "NORMALIZA_HOME": str(tmp_path),
        "NORMALIZA_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none",
    }

    done = subprocess.run(
        [sys.executable, "-m", "normaliza", "campaign", "show"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr
