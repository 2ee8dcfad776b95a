"""A scripted provider and a client that reaches only it."""

from datetime import datetime

import pytest

from govbr.client import GovbrClient
from govbr.sealing import Sealer
from govbr.testing import ScriptedProvider, settings_for_tests


@pytest.fixture
def provider(now: datetime) -> ScriptedProvider:
    """gov.br in memory, keeping its contract."""
    return ScriptedProvider(settings_for_tests(), lambda: now)


@pytest.fixture
def client(provider: ScriptedProvider, now: datetime) -> GovbrClient:
    """A client whose network is that provider."""
    return GovbrClient(provider.settings, lambda: now, provider.transport)


@pytest.fixture
def sealer() -> Sealer:
    """A sealer with a made-up secret."""
    return Sealer("a made-up secret for tests")
