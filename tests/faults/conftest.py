"""Servers and a nursery for the tests that kill processes, and what stands beside them."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from killing.children import Nursery
from killing.servers import Servers


@pytest.fixture(scope="package")
def faulty_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """A PostgreSQL and a Redis that may be killed and emptied."""
    with Servers(tmp_path_factory.mktemp("servers")) as servers:
        yield servers


@pytest.fixture(scope="package")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """The process that forks the program's processes."""
    made = Nursery(tmp_path_factory.mktemp("nursery"))
    yield made
    made.close()
