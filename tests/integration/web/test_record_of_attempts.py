"""Each visit to gov.br is on record from start to end, and so is a return that opens nothing."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import ProgrammingError

from govbr import attempts
from govbr.attempts import recording, refusing
from govbr.attempts.rows import Failure
from govbr.store.tables import attempt, attempt_event
from web.staff.attempt_words import CAUSES, EVENTS

from .conftest import Browser, Portal


def _events(portal: Portal) -> list[tuple[str, str | None]]:
    return [(row.event, row.cause) for row in portal.all_of(attempt_event)]


def test_a_road_that_ends_with_a_link_is_told_from_its_start(portal: Portal) -> None:
    browser = portal.enter()
    portal.until_confirmation(browser)
    portal.answer(browser, "confirmar")
    portal.work()
    assert _events(portal) == [
        ("started", None),
        ("returned", None),
        ("exchanged", None),
        ("identified", None),
        ("closed", "confirmado"),
        ("linked", None),
    ]
    exchanged = portal.all_of(attempt_event)[2]
    assert (exchanged.amr, exchanged.scopes_granted) == ("passwd", portal.provider.settings.scopes)
    assert exchanged.login_id == portal.row("bass2016").id
    page = portal.staff().get(f"/equipe/logins/{exchanged.login_id}").text
    for said in ("Foi ao gov.br", "O gov.br confirmou quem entrou", "Login vinculado", "passwd"):
        assert said in page


def test_a_denial_and_a_failure_are_told_with_their_cause(portal: Portal) -> None:
    browser = portal.enter()
    portal.back_with(browser, portal.provider.deny(portal.go_to_govbr(browser)))
    portal.work()
    back = portal.provider.authorize(portal.go_to_govbr(browser))
    portal.back_with(browser, {**back, "iss": "https://evil.example/"})
    portal.work()
    assert _events(portal) == [
        ("started", None),
        ("denied", "access_denied"),
        ("failed", "negado"),
        ("started", None),
        ("returned", "emissor_estranho"),
        ("failed", "resposta_invalida"),
    ]


def test_the_staff_see_how_govbr_fares_from_the_record_alone(portal: Portal) -> None:
    staff = portal.staff()
    assert "Ninguém foi ao gov.br." in staff.get("/equipe").text
    browser = portal.enter()
    portal.provider.faults["token"] = lambda _: httpx.Response(503)
    portal.come_back(browser, portal.go_to_govbr(browser))
    portal.work()
    assert (
        "1 ida falhou por falta de resposta, e nenhuma foi concluída" in staff.get("/equipe").text
    )
    portal.provider.faults.clear()
    portal.until_confirmation(browser)
    assert "1 pessoa identificada, a última em 10/03/2026" in staff.get("/equipe").text
    for _ in range(3):
        portal.clock.advance(timedelta(minutes=25))
        page = staff.get("/equipe").text
    assert "Ninguém foi ao gov.br." in page


def test_an_attempt_whose_time_is_over_is_told_as_expired(portal: Portal) -> None:
    portal.go_to_govbr(portal.enter())
    portal.clock.advance(timedelta(hours=1))
    with portal.database.begin() as connection:
        attempts.expire_old(connection, portal.clock.now())
    assert _events(portal)[-1] == ("expired", None)


@pytest.mark.parametrize(
    ("cause", "params"),
    [
        ("estado_ausente", {"code": "c"}),
        ("estado_desconhecido", {"code": "c", "state": "guess"}),
    ],
)
def test_a_refused_return_is_told_with_its_cause_and_never_with_what_it_brought(
    portal: Portal, cause: str, params: dict[str, str]
) -> None:
    browser = portal.enter()
    portal.back_with(browser, params)
    (row,) = portal.all_of(attempt_event)
    assert (row.event, row.cause, row.attempt_id) == ("refused", cause, None)
    assert row.login_id == portal.row("bass2016").id
    assert "guess" not in str(row)


def test_used_returns_and_those_of_another_browser_are_told_apart(portal: Portal) -> None:
    browser, other = portal.enter(), portal.enter()
    back = portal.provider.authorize(portal.go_to_govbr(browser))
    for one in (other, browser, browser):
        portal.back_with(one, back)
    refused = [cause for event, cause in _events(portal) if event == "refused"]
    assert refused == ["outra_sessao", "estado_usado"]


def test_whoever_sends_returns_again_and_again_does_not_fill_the_record(portal: Portal) -> None:
    browser = portal.enter()
    for _ in range(refusing.MOST_REFUSED_OF_ONE + 3):
        portal.back_with(browser, {"code": "c", "state": "guess"})
    assert len(portal.all_of(attempt_event)) == refusing.MOST_REFUSED_OF_ONE
    portal.back_with(portal.enter(), {"code": "c", "state": "guess"})
    assert len(portal.all_of(attempt_event)) == refusing.MOST_REFUSED_OF_ONE + 1
    portal.clock.advance(timedelta(hours=1, seconds=1))
    portal.back_with(portal.enter(), {"code": "c", "state": "guess"})
    assert len(portal.all_of(attempt_event)) == refusing.MOST_REFUSED_OF_ONE + 2


def test_a_flood_of_nobodys_returns_keeps_nobody_else_out_of_the_record(portal: Portal) -> None:
    browser = portal.enter()
    back = portal.provider.authorize(portal.go_to_govbr(browser))
    flood = {"event": "refused", "cause": "estado_desconhecido", "at": portal.clock.now()}
    with portal.database.begin() as connection:
        connection.execute(insert(attempt_event), [flood] * refusing.MOST_REFUSED_OF_NOBODY)
    stranger = portal.browser()
    stranger.post("/govbr/entrar", page="/")
    portal.back_with(stranger, {"code": "c", "state": "guess"})
    portal.back_with(stranger, back)
    portal.back_with(browser, {"code": "c", "state": "guess"})
    added = [row for row in portal.all_of(attempt_event) if row.session_id and row.cause]
    assert [row.cause for row in added] == ["outra_sessao", "estado_desconhecido"]


def test_a_line_is_never_changed_and_never_deleted_before_its_time(portal: Portal) -> None:
    portal.go_to_govbr(portal.enter())
    for statement in (update(attempt_event).values(cause="negado"), delete(attempt_event)):
        with (
            pytest.raises(ProgrammingError, match="only ever appended to"),
            portal.database.begin() as connection,
        ):
            connection.execute(statement)


def test_a_return_without_any_session_leaves_no_line(portal: Portal) -> None:
    stranger: Browser = portal.browser()
    portal.back_with(stranger, {"code": "c", "state": "guess"})
    assert portal.all_of(attempt_event) == []


def test_the_record_is_kept_for_as_long_as_said(portal: Portal) -> None:
    portal.go_to_govbr(portal.enter())
    for gone, after in ((0, recording.KEPT), (1, timedelta(seconds=1))):
        portal.clock.advance(after)
        with portal.database.begin() as connection:
            assert recording.forget(connection, now=portal.clock.now()) == gone
    with portal.database.connect() as connection:
        assert connection.execute(select(attempt.c.id)).all() != []


def test_every_event_and_every_failure_has_its_words() -> None:
    assert set(EVENTS) == set(recording.Event.__args__)
    assert set(Failure.__args__) <= set(CAUSES)
