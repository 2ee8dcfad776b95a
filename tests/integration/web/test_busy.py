"""What a person sees while somebody else holds their instance, or the database goes away."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import text

from .conftest import Portal

_WAITS = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.mark.row("D6")
def test_whoever_waits_too_long_reads_that_nothing_is_lost_and_succeeds_afterwards(
    portal: Portal,
) -> None:
    """Row D6: a bounded wait, then a clean "try again"; no lock error is shown."""
    portal.runtime.lock_wait = timedelta(milliseconds=50)
    browser = portal.enter()
    portal.until_confirmation(browser)

    with portal.database.begin() as somebody:
        somebody.execute(text("SELECT 1 FROM engine.instance FOR UPDATE"))
        refused = portal.answer(browser, "confirmar")

    assert refused.status_code == 503
    assert "O sistema está ocupado" in refused.text
    assert "Nada se perdeu" in refused.text
    assert "Tente de novo em alguns instantes" in refused.text
    assert portal.answer(browser, "confirmar").status_code == 303


def test_a_connection_that_breaks_under_a_request_reads_as_busy_and_not_as_our_mistake(
    portal: Portal,
) -> None:
    browser = portal.enter()
    portal.until_confirmation(browser)

    with ThreadPoolExecutor(1) as threads:
        with portal.database.begin() as somebody:
            somebody.execute(text("SELECT 1 FROM engine.instance FOR UPDATE"))
            sent = threads.submit(portal.answer, browser, "confirmar")
            _break_whoever_waits(portal)
        refused = sent.result(10)

    assert refused.status_code == 503
    assert "O sistema está ocupado" in refused.text
    assert portal.answer(browser, "confirmar").status_code == 303


def _break_whoever_waits(portal: Portal) -> None:
    """End the session of the request that waits for the lock."""
    for _ in range(500):
        with portal.database.begin() as connection:
            waiting = connection.scalars(text(_WAITS)).all()
            for pid in waiting:
                connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        if waiting:
            return
        time.sleep(0.01)  # between two looks
    raise AssertionError("nobody waits")
