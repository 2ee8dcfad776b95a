"""The campaign's deadline by the clock, in a program of its own whose clock is moved."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine.clock import ShiftedClock
from orquestra.campaign import end_of_day
from orquestra.store import tables

from .conftest import NewPerson, Person, Stack, eventually

pytestmark = [pytest.mark.browser, pytest.mark.stack]

BARBARA = "028.461.973-69"
GILDA = "609.219.038-98"
GILDAS_LOGIN = "60921903898"


def test_the_deadline_blocks_at_its_instant_and_normalizing_or_postponing_opens_again(
    new_stack: Callable[[], Stack], new_person: NewPerson
) -> None:
    stack = new_stack()
    (campaign,) = stack.rows(select(tables.campaign))
    assert campaign.deadline_on.isoformat() in stack.cli("campaign", "show")
    assert campaign.deadline_at == end_of_day(campaign.deadline_on)
    _set_clock(stack, campaign.deadline_at - timedelta(minutes=5))
    early, late, away = (new_person(stack) for _ in range(3))

    early_id, conclude_early = _open_a_task(early, "aurora.metal")
    late_id, conclude_late = _open_a_task(late, "bass2016")
    away.enter(GILDAS_LOGIN)
    away.go_to_govbr()
    away.identify(GILDA)
    away.sees("button", "Autorizar")

    # The very second stands in tests/integration/web/test_deadline.py, on a clock that waits: here
    # the clock runs on while the browser works.
    _set_clock(stack, campaign.deadline_at - timedelta(seconds=20))
    conclude_early.click()
    early.says("concluída. O processo voltou para a análise do Inmetro.")
    concluded_at = _task(stack, early_id).concluded_at
    assert concluded_at < campaign.deadline_at
    assert campaign.deadline_at - concluded_at <= timedelta(seconds=21)

    _set_clock(stack, campaign.deadline_at + timedelta(seconds=2))
    assert eventually(lambda: stack.login("bass2016").blocked_at is not None, seconds=60)
    assert stack.login("bass2016").blocked_at >= campaign.deadline_at
    conclude_late.click()
    late.sees("heading", "A tramitação está bloqueada")
    assert _task(stack, late_id).concluded_at is None

    _the_old_mailbox_is_told_once(stack)
    _whoever_was_at_govbr_goes_on(stack, away)
    _normalizing_opens_the_processes(stack, new_person(stack))
    _postponing_opens_the_processes(stack, new_person(stack), campaign)


def _the_old_mailbox_is_told_once(stack: Stack) -> None:
    def subjects() -> list[str]:
        return [mail["subject"] for mail in stack.mails("bass2016@example.com")]

    assert eventually(lambda: len(subjects()) > 1), subjects()
    assert subjects() == [
        "O prazo para sincronizar seu acesso ao Orquestra terminou",
        "Sincronize seu acesso ao Orquestra com o gov.br",
    ]


def _whoever_was_at_govbr_goes_on(stack: Stack, away: Person) -> None:
    away.press("Autorizar")
    away.go_on()
    away.sees("heading", "É você?")
    away.confirm()
    login = stack.login(GILDAS_LOGIN)
    assert (login.state, login.blocked_at) == ("linked", None)


def _normalizing_opens_the_processes(stack: Stack, person: Person) -> None:
    person.enter("bass2016")
    expect(person.page).to_have_url(f"{stack.url}/normalizacao")
    person.says("O prazo terminou em")
    person.page.goto(f"{stack.url}/area")
    person.says("A tramitação dos seus processos está bloqueada")
    person.page.get_by_role("table", name="Minhas tarefas").get_by_role("link").first.click()
    person.says("até a sincronização com o gov.br.")
    expect(person.page.get_by_role("button", name="Concluir")).to_have_count(0)

    person.page.goto(f"{stack.url}/normalizacao")
    person.authorize(BARBARA)
    person.confirm()
    login = stack.login("bass2016")
    assert (login.state, login.blocked_at) == ("linked", None)
    task_id, conclude = person.open_a_task("Depois do prazo, já sincronizado.")
    conclude.click()
    person.says("concluída. O processo voltou para a análise do Inmetro.")
    assert _task(stack, task_id).concluded_by == f"person:{login.person_id}"


def _postponing_opens_the_processes(stack: Stack, person: Person, campaign: Any) -> None:  # noqa: ANN401 - a row
    assert eventually(lambda: stack.login("barzi.motors").blocked_at is not None, seconds=60)
    later = (campaign.deadline_on + timedelta(days=30)).isoformat()
    told = stack.cli(
        "campaign", "postpone", "--deadline", later, "--reason", "Greve", "--actor", "Chefia"
    )
    assert f"{campaign.deadline_on} -> {later}" in told
    assert eventually(lambda: stack.login("barzi.motors").blocked_at is None)
    task_id, conclude = _open_a_task(person, "barzi.motors")
    conclude.click()
    person.says("concluída. O processo voltou para a análise do Inmetro.")
    assert _task(stack, task_id).concluded_by == f"login:{stack.id('barzi.motors')}"


def _open_a_task(person: Person, login: str) -> tuple[int, Any]:
    person.enter(login)
    person.sees("heading", "Normalização")
    person.page.goto(f"{person.stack.url}/area")
    return person.open_a_task("Segue a documentação pedida.")


def _task(stack: Stack, task_id: int) -> Any:  # noqa: ANN401 - a row
    (row,) = stack.rows(select(tables.open_task).where(tables.open_task.c.id == task_id))
    return row


def _set_clock(stack: Stack, instant: datetime) -> None:
    """Move every process's clock to an instant, or less than a second before it."""
    clock = ShiftedClock(stack.home / "clock-offset")
    clock.advance(instant - datetime.now(UTC) - clock.offset())
