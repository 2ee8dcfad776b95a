"""One decision and one reason for all that a filter shows, each its own result."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from orquestra import ownership
from orquestra.store import tables
from tasks.celery_app import DECIDE_BATCHES, add_work, make_celery
from tasks.decision_batches import DecisionBatches
from web.services import EXTENSION

from .conftest import OTHER_CPF, Browser, Portal

BATCH = "/equipe/decisoes/lote"
LOGINS = ("bass2016", "bass2017", "bass2018")
FORM = {
    "decisao": "recusar",
    "motivo": "A empresa pediu que se espere.",
    "proximo_passo": "falar_com_a_empresa",
}


def _plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def _batches(portal: Portal, *, four_eyes: bool = False, most: int = 500) -> DecisionBatches:
    return DecisionBatches(runtime=portal.runtime, four_eyes=four_eyes, most=most)


@pytest.fixture
def asked(portal: Portal) -> Portal:
    """Three questions that wait, two of them about a CPF."""
    portal.set_login("bass2016", cpf=OTHER_CPF)
    portal.login("bass2017", cpf=OTHER_CPF)
    portal.login("bass2018", document_text="isento")
    for name in LOGINS:
        browser = portal.enter(name)
        portal.until_confirmation(browser)
        portal.answer(browser, "confirmar")
        portal.work()
    return portal


def _shown(staff: Browser, address: str = BATCH) -> str:
    """Read which questions the form was about."""
    found = re.search(r'name="perguntas" value="([^"]+)"', staff.get(address).text)
    assert found is not None
    return found.group(1)


def _order(staff: Browser, total: int, **form: str) -> str:
    """Register a batch through the pages; gives its address."""
    page = BATCH + (f"?duvida={form['duvida']}" if "duvida" in form else "")
    assert f"Decidir {total} pedidos" in staff.get(page).text
    answer = staff.post(BATCH, perguntas=_shown(staff, page), **FORM | form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def _results(portal: Portal) -> list[str | None]:
    items = tables.decision_batch_item
    with portal.database.connect() as connection:
        return list(connection.scalars(select(items.c.result).order_by(items.c.decision_id)))


def test_a_batch_takes_what_its_filter_shows_and_says_which_one_failed_and_why(
    asked: Portal,
) -> None:
    staff = asked.staff()
    listed = staff.get("/equipe/decisoes?duvida=cpf_divergente").text
    assert "/equipe/decisoes/lote?duvida=cpf_divergente" in listed
    assert "bass2018" not in listed
    assert "Decidir 2 pedidos" in staff.get("/equipe/decisoes/lote?duvida=cpf_divergente").text
    changed = staff.post(BATCH, perguntas="", **FORM)
    assert (changed.status_code, "agora são 3" in changed.text) == (422, True)
    assert staff.post(BATCH, perguntas=_shown(staff), decisao="recusar").status_code == 422
    assert staff.get("/equipe/decisoes/lote/1").status_code == 404
    page = _order(staff, 2, duvida="cpf_divergente")
    assert "0 de 2" in _plain(staff.get(page).text)

    # Somebody decides one of them alone before the worker comes to it.
    one = "/equipe/decisoes/1"
    staff.post(one, decisao="aprovar", motivo="Conferido por telefone.")
    celery = make_celery("memory://")
    add_work(celery, asked.runtime, lease_seconds=30)
    assert celery.tasks[DECIDE_BATCHES]() == 2
    asked.work()
    assert _results(asked) == ["ja_decidida", "decidida"]
    shown = _plain(staff.get(page).text)
    assert "2 de 2 tratados; terminou em" in shown
    assert "Já tinha sido decidida por outra pessoa." in shown
    assert staff.get(f"{page}.json").json["done"] is True
    verdicts = {
        row.login_id: (row.verdict, row.batch_id) for row in asked.all_of(tables.ownership_decision)
    }
    assert verdicts == {
        asked.row("bass2016").id: ("aprovar", None),
        asked.row("bass2017").id: ("recusar", int(page.rpartition("/")[2])),
        asked.row("bass2018").id: (None, None),
    }
    assert (asked.row("bass2016").state, asked.row("bass2017").state) == ("linked", "legacy")


def test_a_question_that_came_while_another_one_went_is_not_decided_unseen(asked: Portal) -> None:
    staff = asked.staff()
    shown = _shown(staff)
    staff.post("/equipe/decisoes/1", **FORM)
    asked.work()
    asked.login("bass2019", cpf=OTHER_CPF)
    browser = asked.enter("bass2019")
    asked.until_confirmation(browser)
    asked.answer(browser, "confirmar")
    asked.work()
    approval = FORM | {"decisao": "aprovar"}
    assert "agora são 3" in staff.post(BATCH, perguntas=shown, **approval).text
    assert asked.all_of(tables.decision_batch) == []
    assert staff.post(BATCH, perguntas=_shown(staff), **approval).status_code == 303


def test_a_batch_that_was_killed_goes_on_with_what_is_left(
    asked: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _order(asked.staff(), 3)
    batches = _batches(asked)
    assert _batches(asked, most=1).run() == 1

    # The kill: the transaction of the second one never commits.
    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(ownership, "record_item", kill)
        with pytest.raises(Killed):
            batches.run()
    assert _results(asked) == ["decidida", None, None]
    assert [row.verdict for row in asked.all_of(tables.ownership_decision)] == [
        "recusar",
        None,
        None,
    ]
    with ThreadPoolExecutor() as two:  # two workers share the rest
        assert sum(two.map(lambda _: batches.run(), range(2))) == 2
    assert batches.run() == 0
    assert _results(asked) == ["decidida"] * 3
    assert page


def test_with_four_eyes_a_batch_gives_the_first_approval_and_another_members_the_second(
    asked: Portal,
) -> None:
    services = asked.app.extensions[EXTENSION]
    asked.app.extensions[EXTENSION] = replace(
        services, settings=replace(services.settings, four_eyes=True)
    )
    staff = asked.staff()
    for expected in ("primeira_aprovacao", "mesma_pessoa"):
        with asked.database.begin() as connection:
            connection.execute(tables.decision_batch_item.delete())
        page = _order(staff, 3, decisao="aprovar")
        assert _batches(asked, four_eyes=True).run() == 3
        assert _results(asked) == [expected] * 3
    assert "falta a de outra pessoa da equipe" in staff.get(page).text
    assert {row.verdict for row in asked.all_of(tables.ownership_decision)} == {None}
