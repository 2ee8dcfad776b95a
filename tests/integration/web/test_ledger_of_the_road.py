"""The road's calls to gov.br are in the effect ledger, and nobody's data with them."""

import json
import re

import pytest

from engine import effects
from engine.store import tables

from .conftest import CPF, Portal


@pytest.mark.row("D10")
def test_each_call_to_govbr_on_the_road_is_asked_answered_and_applied(portal: Portal) -> None:
    """D10: A slow job is never started twice (heartbeat lease)."""
    browser = portal.enter()
    portal.until_confirmation(browser)
    rows = portal.all_of(tables.effect)
    with portal.database.connect() as connection:
        views = effects.of_instance(connection, rows[0].instance_id)
    assert [(each.name, each.answer) for each in views] == [
        ("govbr.token", "done"),
        ("govbr.facts", "done"),
    ]
    counted = effects.counts(views)
    assert [(each.called, each.answered, each.applied) for each in counted] == [(1, 1, 1)] * 2
    written = json.dumps([list(row) for row in rows], default=str)
    assert CPF not in written
    assert re.search(r"token[^\"]{20}|eyJ", written) is None
