import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from normaliza.command_line import COMMANDS, main

ROOT = Path(__file__).parents[3]


def test_help_lists_every_command_without_loading_one() -> None:
    program = (
        "import sys; from normaliza.command_line import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted(m for m in sys.modules if m in ('celery', 'flask', 'sqlalchemy')))"
    )
    said = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    ).stdout

    assert all(f"  {name} " in said for name in COMMANDS)
    assert said.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    result = CliRunner().invoke(main, [name, "--help"])

    assert result.exit_code == 0, result.output
    assert COMMANDS[name].split()[0].lower() in result.output.lower()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_operations_manual(name: str) -> None:
    manual = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    assert f"| `normaliza {name}" in manual


def test_wrong_settings_are_said_in_words(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main,
        ["clock", "advance", "1d"],
        env={"NORMALIZA_HOME": str(tmp_path), "NORMALIZA_PORT": "x"},
    )

    assert result.exit_code == 1
    assert "NORMALIZA_PORT is 'x'" in result.output
    assert "Traceback" not in result.output


def test_the_clock_adds_up_what_it_was_advanced_by(tmp_path: Path) -> None:
    for duration in ("30d", "90m"):
        result = CliRunner().invoke(
            main, ["clock", "advance", duration], env={"NORMALIZA_HOME": str(tmp_path)}
        )
        assert result.exit_code == 0, result.output

    offset = int((tmp_path / "clock-offset").read_text(encoding="ascii"))
    assert offset == 30 * 86_400 + 90 * 60


def test_the_clock_is_not_moved_by_what_is_no_duration(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["clock", "advance", "-- -1d"], env={"NORMALIZA_HOME": str(tmp_path)}
    )

    assert result.exit_code != 0
    assert not (tmp_path / "clock-offset").exists()


def test_the_clock_of_production_cannot_be_moved(tmp_path: Path) -> None:
    production = {
        "NORMALIZA_HOME": str(tmp_path),
        "NORMALIZA_ENV": "production",
        "NORMALIZA_DATABASE_URL": "postgresql+psycopg://localhost/normaliza",
        "NORMALIZA_BROKER_URL": "redis://localhost/0",
        "NORMALIZA_SECRET_KEY": "k" * 32,
        "NORMALIZA_PUBLIC_URL": "https://orquestra.example",
        "NORMALIZA_SMTP_URL": "smtp://localhost",
        "GOVBR_ISSUER": "https://sso.example/",
        "GOVBR_API_URL": "https://api.example",
        "GOVBR_CLIENT_ID": "portal",
        "GOVBR_CLIENT_SECRET": "s3cret",
    }
    for arguments in (["clock", "advance", "1d"], ["simulator"], ["mail-catcher"]):
        result = CliRunner().invoke(main, arguments, env={**os.environ, **production})

        assert result.exit_code == 1
        assert "NORMALIZA_ENV=production" in result.output
    assert not (tmp_path / "clock-offset").exists()
