"""No test reaches the relying party and the simulator in one process.

One mistake in both would hide: a test that needs both starts the simulator and speaks HTTP to it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
SIMULATOR = ("govbr.simulator", "normaliza.wiring.simulator")
CLIENT = ("govbr", "normaliza.wiring.relying_party")
#: Starts each in a process of its own.
STARTS_BOTH = {"faults/killing/roles.py"}


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def _under(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def _both(source: str) -> bool:
    """Whether a module imports both."""
    names = set(_imports(ast.parse(source)))
    simulator = {name for name in names if _under(name, SIMULATOR)}
    client = {name for name in names - simulator if _under(name, CLIENT)}
    return bool(simulator and client)


def test_no_test_imports_client_and_simulator_together() -> None:
    found = {
        str(path.relative_to(TESTS))
        for path in TESTS.rglob("*.py")
        if "node_modules" not in path.parts and _both(path.read_text(encoding="utf-8"))
    }
    assert found <= STARTS_BOTH


@pytest.mark.parametrize(
    "source",
    [
        "import govbr.client\nimport govbr.simulator.server",
        "from govbr import attempts\nfrom govbr.simulator import keys",
        "from govbr.testing import ISSUER\nfrom normaliza.wiring.simulator import serve_simulator",
        "import normaliza.wiring.relying_party\ndef f():\n    from govbr.simulator import keys",
    ],
)
def test_an_import_of_both_would_be_found(source: str) -> None:
    assert _both(source)
