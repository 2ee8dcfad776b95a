"""Incidents: what a customer meets where the diagram fails, and what staff see and do."""

import pytest
from sqlalchemy import update

from engine import reads
from engine.errors import DecisionFailed, DiagramFailed, ExpressionError
from engine.handling.user_tasks import Completing
from engine.store import incidents
from engine.store.tables import incident, job, timer

from .conftest import Portal

PAGE = "/equipe/incidentes"
REASON = "O serviço voltou."


def _stop_a_timer(portal: Portal) -> int:
    """Give one timer of bass2016's road up, as the sweep does after its last attempt."""
    portal.go_to_govbr(portal.enter())
    portal.work()
    found = portal.all_of(timer)[0]
    with portal.database.begin() as connection:
        incidents.stop_timer(
            connection, found.id, error="ValueError: poison", now=portal.clock.now()
        )
    return int(portal.all_of(incident)[0].id)


@pytest.mark.parametrize(
    "error",
    [ExpressionError("a / b", "failed: division by zero"), DecisionFailed("fees", "row 2", "no")],
    ids=type,
)
def test_an_answer_that_the_diagram_refuses_ends_on_a_page_that_says_so_and_in_an_incident(
    portal: Portal, error: DiagramFailed, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = portal.enter()
    portal.until_confirmation(browser)

    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(Completing, "apply", fail)
        answer = portal.answer(browser, "confirmar")
    assert answer.status_code == 409
    assert "não pôde seguir com esta resposta" in answer.text
    assert "A equipe do Inmetro foi avisada" in answer.text
    (found,) = portal.all_of(incident)
    assert (found.kind, found.closed_at) == ("command", None)

    team = portal.staff()
    assert "Resposta recusada (1)" in team.get(PAGE).text
    page = team.get(f"{PAGE}/{found.id}").text
    assert type(error).__name__ in page
    assert "Encerrar o incidente" in page

    assert portal.answer(browser, "confirmar").status_code == 303
    assert portal.all_of(incident)[0].closed_by is not None
    assert "Nada está parado" in team.get(PAGE).text


def test_staff_let_a_timer_that_was_given_up_be_tried_again(portal: Portal) -> None:
    number = _stop_a_timer(portal)
    team, page = portal.staff(), f"{PAGE}/{number}"
    assert "1</strong> <span>incidente aberto" in team.get("/equipe").text
    assert "Prazo parado" in team.get(PAGE).text
    assert team.post(page, page=page, motivo=" ").status_code == 422
    assert portal.all_of(timer)[0].stopped_at is not None

    assert team.post(page, page=page, motivo=REASON).status_code == 303
    assert "Será tentado de novo agora" in team.get(page).text
    assert (portal.all_of(timer)[0].stopped_at, portal.all_of(timer)[0].attempts) == (None, 0)
    with portal.database.connect() as connection:
        stopped = reads.instance_by_id(connection, portal.all_of(incident)[0].instance_id)
    assert stopped is not None
    assert stopped.incidents == 0
    assert f"{PAGE}/{number}" in team.get(f"{PAGE}?situacao=encerrados&tipo=timer").text


def test_whoever_is_slower_is_told_that_nothing_changed(portal: Portal) -> None:
    page = f"{PAGE}/{_stop_a_timer(portal)}"
    team = portal.staff()
    token = team.token(page)
    for said in ("Será tentado de novo", "alguém foi mais rápido"):
        team.client.post(page, data={"motivo": REASON, "csrf_token": token})
        assert said in team.get(page).text


def test_nobody_but_staff_sees_incidents(portal: Portal) -> None:
    number = _stop_a_timer(portal)
    for browser in (portal.browser(), portal.enter()):
        for path in (PAGE, f"{PAGE}/{number}"):
            assert browser.get(path).location == f"/equipe/entrar?voltar={path}"


def test_an_incident_that_does_not_exist_is_a_404(portal: Portal) -> None:
    assert portal.staff().get(f"{PAGE}/999999").status_code == 404


def test_a_stuck_instance_is_explained_and_offers_no_button(portal: Portal) -> None:
    number = _stop_a_timer(portal)
    with portal.database.begin() as connection:
        connection.execute(update(incident).values(kind="stuck"))
        connection.execute(update(job).values(state="ready"))
    page = portal.staff().get(f"{PAGE}/{number}").text
    assert "Nada mais pode mover esta instância" in page
    assert "Tentar de novo" not in page
    assert "Encerrar o incidente" not in page
