"""A foreign customer without CPF: told which way is theirs on entering, and until when."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from engine.sweep import Sweep
from orquestra import campaign
from orquestra.store import tables
from tasks.foreigners import block_late_foreigners

from .conftest import DEADLINE, PASSWORD, Browser, Portal

WAY = "/acesso-estrangeiro"
LAST = date(2026, 3, 20)


@pytest.fixture
def john(portal: Portal) -> int:
    """A foreign customer whose day is not decided, with an old e-mail."""
    return portal.login("john", kind="estrangeiro", language="en", email="john@example.com")


def enter(portal: Portal, login: str) -> tuple[Browser, str]:
    """Sign in and give the first address."""
    browser = portal.browser()
    answer = browser.post("/", page="/", usuario=login, senha=PASSWORD)
    return browser, str(answer.location)


def test_a_foreign_customer_without_a_day_may_go_on(portal: Portal, john: int) -> None:
    portal.clock.instant = campaign.end_of_day(DEADLINE)
    browser, place = enter(portal, "john")
    assert place == WAY
    page = browser.get(WAY).text
    assert "ainda não decidiu uma data" in page
    assert 'lang="en"' in page
    assert "Inmetro has not set a last day" in page
    workspace = browser.get("/area").text
    assert "você pode continuar a usar este login" in workspace
    assert "bloqueada" not in workspace
    assert browser.get("/").location == "/area"
    assert portal.row("john").id == john


def test_a_foreign_customer_reads_their_last_day_and_what_comes_after(
    portal: Portal, john: int
) -> None:
    portal.set_login("john", legacy_until=LAST)
    end = campaign.end_of_day(LAST)
    portal.clock.instant = end - timedelta(seconds=1)
    browser, place = enter(portal, "john")
    assert place == WAY
    assert "Você pode usar este login até 20/03/2026" in browser.get(WAY).text
    assert "Este login vale até 20/03/2026" in browser.get("/area").text
    assert block_late_foreigners(portal.runtime) == 0

    portal.clock.advance(timedelta(seconds=1))
    assert "terminou em 20/03/2026" in browser.get(WAY).text
    assert "bloqueada" in browser.get("/area").text
    (task,) = (each for each in portal.all_of(tables.open_task) if each.login_id == john)
    process = f"/processos/{849_700 + john}"
    refused = browser.post(f"{process}/tarefas/{task.id}/concluir", page="/area")
    assert refused.status_code == 403
    assert "Ver os seus caminhos" in refused.text
    assert "Sincronizar agora" not in refused.text
    assert block_late_foreigners(portal.runtime) == 1
    assert block_late_foreigners(portal.runtime) == 0
    assert portal.row("john").blocked_at == end
    assert enter(portal, "john")[1] == WAY
    with portal.database.connect() as connection:
        notice = connection.execute(select(tables.notice)).one()
    assert (notice.address, notice.kind) == ("john@example.com", "prazo_encerrado")


def test_other_logins_have_no_such_way_and_staffs_are_told_of_no_deadline(
    portal: Portal,
) -> None:
    browser, place = enter(portal, "bass2016")
    assert place == "/normalizacao"
    assert browser.get(WAY).location == "/area"
    assert portal.browser().get(WAY).status_code == 303
    portal.set_login("bass2016", kind="equipe")
    browser, place = enter(portal, "bass2016")
    assert place == "/area"
    assert "Sincronize esta conta" not in browser.get("/area").text


def test_a_foreign_customer_who_has_a_cpf_by_now_walks_the_road_without_a_deadline(
    portal: Portal, john: int
) -> None:
    browser, _ = enter(portal, "john")
    portal.go_to_govbr(browser)
    assert portal.row("john").campaign_id is None
    portal.clock.instant = campaign.end_of_day(DEADLINE)
    sweep = Sweep(runtime=portal.runtime)
    sweep.fire(sweep.run().timers)
    portal.work()
    assert portal.row("john").blocked_at is None
    assert enter(portal, "john")[1] == WAY, john


def test_each_sign_in_keeps_a_digest_of_its_network_and_no_address(portal: Portal) -> None:
    def networks(address: str) -> set[str]:
        browser = portal.browser()
        token = browser.token("/")
        form = {"usuario": "bass2016", "senha": PASSWORD, "csrf_token": token}
        answer = browser.client.post("/", data=form, environ_overrides={"REMOTE_ADDR": address})
        assert answer.status_code == 303
        with portal.database.connect() as connection:
            return set(connection.scalars(select(tables.login_network.c.network)))

    portal.browser().post("/", page="/", usuario="bass2016", senha="errada")
    with portal.database.connect() as connection:
        assert connection.execute(select(tables.login_network)).all() == []
    assert len(networks("198.51.100.7")) == 1
    assert len(networks("198.51.100.200")) == 1
    assert len(networks("::ffff:198.51.100.9")) == 1
    assert len(networks("2001:db8:1:2::1")) == 2
    assert len(networks("2001:db8:1:ffff::9")) == 2
    assert portal.row("bass2016").signals == []
    found = networks("203.0.113.1")
    assert portal.row("bass2016").signals == ["varias_redes"]
    assert all(len(each) == 32 and "198" not in each[:3] for each in found)
