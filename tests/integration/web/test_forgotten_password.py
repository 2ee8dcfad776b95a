"""A forgotten password, page by page: no hint, one use, no secret left anywhere."""

import logging
import re
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from normaliza.wiring.web import _JsonLogger
from orquestra import notices, passwords, resets
from orquestra.store import tables
from web.customer.forgotten_password import BY_LOGIN

from .conftest import PASSWORD, Browser, Portal

if TYPE_CHECKING:
    from web.services import WebServices

FORGOT = "/esqueci-minha-senha"
ADDRESS = "bass@example.org"
NEW = "chuva fina na serra"


@pytest.fixture
def mailed(portal: Portal) -> Portal:
    """The portal, whose login has a mailbox."""
    portal.set_login("bass2016", email=ADDRESS)
    return portal


def ask(portal: Portal, name: str = "bass2016", browser: Browser | None = None) -> TestResponse:
    return (browser or portal.browser()).post(FORGOT, page=FORGOT, usuario=name)


def link(portal: Portal) -> str:
    """Read the address in the newest mail, as what sends it does."""
    sealer = cast("WebServices", portal.app.extensions["normaliza"]).sealer
    sealed = [row for row in portal.all_of(tables.notice) if row.sealed_link]
    address = sealer.open(
        sealed[-1].sealed_link, purpose=notices.LINK_PURPOSE, bound_to=sealed[-1].key
    ).decode()
    assert address.startswith("http://localhost/nova-senha/")
    return address.removeprefix("http://localhost")


def choose(browser: Browser, password: str = NEW, repeated: str | None = None) -> TestResponse:
    return browser.post(
        "/nova-senha",
        page="/nova-senha",
        senha=password,
        repetida=password if repeated is None else repeated,
    )


def plain(answer: TestResponse) -> str:
    """Take out of a page what differs each time."""
    text = re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text)
    return re.sub(r'nonce="[^"]+"', "", text)


def test_a_mailed_link_sets_the_password_and_leads_to_the_sign_in(mailed: Portal) -> None:
    inside, browser = mailed.enter(), mailed.enter()
    assert ask(mailed).location == f"{FORGOT}/enviado"
    mailed.clock.advance(timedelta(minutes=1))
    assert browser.get(link(mailed)).location == "/nova-senha"
    assert "bass2016" in browser.get("/nova-senha").text
    answer = choose(browser)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "A senha do login bass2016 foi trocada" in browser.get("/").text
    assert inside.get("/area").location == "/"
    entered = browser.post("/", page="/", usuario="bass2016", senha=NEW)
    assert entered.location == "/normalizacao"
    assert (
        mailed.browser().post("/", page="/", usuario="bass2016", senha=PASSWORD).status_code == 401
    )
    assert {row.kind for row in mailed.all_of(tables.notice)} == {
        "senha_redefinir",
        "senha_alterada",
    }


def test_the_answer_is_the_same_for_every_login_byte_for_byte_and_costs_the_same(
    mailed: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailed.login("sem_email")
    mailed.login("desativado", email="d@example.org", active=False)
    hashed: list[str] = []
    monkeypatch.setattr(passwords, "hash_new", lambda *_a: hashed.append("hash") or "")
    monkeypatch.setattr(passwords, "verify", lambda *_a: hashed.append("verify") or False)
    executed: list[str] = []
    event.listen(
        mailed.database, "before_cursor_execute", lambda *args: executed.append(args[2][:6])
    )
    seen = []
    for name in ("bass2016", "ninguem", "sem_email", "desativado"):
        browser = mailed.browser()
        token = browser.token(FORGOT)
        executed.clear()
        answer = browser.client.post(FORGOT, data={"usuario": name, "csrf_token": token})
        work = len(executed)
        page = browser.get(str(answer.location))
        seen.append((answer.status_code, answer.text, plain(page), page.status_code, work))
    assert all(each == seen[0] for each in seen)
    assert hashed == []


def test_a_login_linked_meanwhile_takes_no_password_and_is_answered_like_any_other(
    mailed: Portal,
) -> None:
    ask(mailed)
    browser, road = mailed.browser(), mailed.enter()
    browser.get(link(mailed))
    token = browser.token("/nova-senha")
    mailed.until_confirmation(road)
    mailed.answer(road, "confirmar")
    mailed.work()
    answer = browser.client.post(
        "/nova-senha", data={"senha": NEW, "repetida": NEW, "csrf_token": token}
    )
    assert answer.status_code == 410
    assert mailed.row("bass2016").password_hash is None
    first, second = ask(mailed), ask(mailed, "ninguem")
    assert (first.status_code, first.text) == (second.status_code, second.text)
    newest = mailed.all_of(tables.notice)[-1]
    assert (newest.kind, newest.sealed_link) == ("senha_redefinir", None)
    assert "entrar com gov.br" in newest.body.lower()


def test_who_is_signed_in_by_govbr_goes_on_to_link_the_login_whose_password_they_set(
    mailed: Portal,
) -> None:
    person = mailed.enter()
    mailed.until_confirmation(person)
    mailed.answer(person, "confirmar")
    mailed.work()
    mailed.login("outro", email="outro@example.org")
    ask(mailed, "outro")
    person.get(link(mailed))
    assert choose(person).location == "/vincular"
    answer = person.post("/vincular", page="/vincular", usuario="outro", senha=NEW)
    assert answer.location == "/normalizacao"


def test_a_new_password_ends_the_road_of_who_is_signed_in_by_govbr_and_knew_the_old_one(
    mailed: Portal,
) -> None:
    stranger = mailed.browser()
    mailed.come_back(stranger, str(stranger.post("/govbr/entrar", page="/").location))
    mailed.work()
    stranger.get("/govbr/andamento")
    stranger.post("/vincular", page="/vincular", usuario="bass2016", senha=PASSWORD)
    mailed.until_confirmation(stranger)
    mailed.clock.advance(timedelta(minutes=1))
    owner = mailed.browser()
    ask(mailed)
    owner.get(link(mailed))
    assert choose(owner).location == "/"
    assert mailed.answer(stranger, "confirmar").status_code == 404
    assert stranger.get("/normalizacao").status_code == 404
    mailed.work()
    assert mailed.row("bass2016").state == "legacy"


def test_forgetting_the_login_too_is_answered_alike_and_mailed_to_the_base_s_address(
    mailed: Portal,
) -> None:
    page = f"{FORGOT}/login"
    answers = [
        mailed.browser().post(page, page=page, email=mailbox)
        for mailbox in ("BASS@example.org", "ninguem@example.org")
    ]
    assert answers[0].text == answers[1].text
    assert [row.address for row in mailed.all_of(tables.notice)] == [ADDRESS]
    assert mailed.browser().post(page, page=page, email="sem arroba").status_code == 422


def test_a_link_is_used_once_and_every_dead_one_shows_the_same_page(mailed: Portal) -> None:
    ask(mailed)
    used = link(mailed)
    browser, second = mailed.browser(), mailed.browser()
    browser.get(used)
    second.get(used)
    token = second.token("/nova-senha")
    assert choose(browser).status_code == 303
    late = second.client.post(
        "/nova-senha", data={"senha": NEW, "repetida": NEW, "csrf_token": token}
    )
    pages = [late]
    for address in (used, "/nova-senha/inventado", f"/nova-senha/{'x' * 500}"):
        other = mailed.browser()
        assert other.get(address).status_code == 303
        pages.append(other.get("/nova-senha"))
    pages.append(mailed.browser().get("/nova-senha"))
    assert {page.status_code for page in pages} == {410}
    assert len({plain(page) for page in pages}) == 1


def test_a_link_dies_at_the_very_second(mailed: Portal) -> None:
    ask(mailed)
    browser = mailed.browser()
    browser.get(link(mailed))
    mailed.clock.advance(timedelta(minutes=30) - timedelta(seconds=1))
    token = browser.token("/nova-senha")
    mailed.clock.advance(timedelta(seconds=1))
    answer = browser.client.post(
        "/nova-senha", data={"senha": NEW, "repetida": NEW, "csrf_token": token}
    )
    assert answer.status_code == 410


def test_a_program_that_scans_mail_uses_nothing_up(mailed: Portal) -> None:
    ask(mailed)
    address = link(mailed)
    for _ in range(3):
        scanner = mailed.browser()
        scanner.client.get(address, follow_redirects=True)
        scanner.client.head(address, follow_redirects=True)
        assert scanner.client.post(address).status_code in (400, 405)
    browser = mailed.browser()
    browser.get(address)
    assert choose(browser).status_code == 303


def test_the_secret_leaves_the_address_and_stays_in_no_page_row_or_log(
    mailed: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    ask(mailed)
    address = link(mailed)
    token = address.rpartition("/")[2]
    browser = mailed.browser()
    with caplog.at_level(logging.DEBUG):
        opened = browser.get(address)
        page = browser.get("/nova-senha")
        logger = _JsonLogger.__new__(_JsonLogger)
        logger.access_log = logging.getLogger("test.access")
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": address}
        logger.access(TestResponseStatus(), None, environ, timedelta())
    assert (opened.headers["Referrer-Policy"], opened.headers["Cache-Control"]) == (
        "no-referrer",
        "no-store",
    )
    assert page.headers["Referrer-Policy"] == "same-origin"  # the form needs its Referer over https
    assert token not in opened.headers["Location"] + opened.text + page.text
    assert "?" not in address
    for table in (tables.portal_session, tables.password_reset, tables.notice):
        assert token not in repr([tuple(row) for row in mailed.all_of(table)])
    assert [record.path for record in caplog.records if hasattr(record, "path")] == [
        "/nova-senha/…"
    ]
    assert token not in caplog.text


class TestResponseStatus:
    """What gunicorn hands its logger of an answer."""

    __test__ = False
    status = "303 SEE OTHER"


def test_a_bad_password_is_explained_and_the_link_stays_good(mailed: Portal) -> None:
    ask(mailed)
    browser = mailed.browser()
    browser.get(link(mailed))
    for password, repeated, words in (
        ("curta", "curta", "pelo menos 8 caracteres"),
        ("12345678", "12345678", "das primeiras que alguém tentaria"),
        ("bass2016", "bass2016", "não pode ser o nome do login"),
        (NEW, "outra coisa", "As duas senhas são diferentes"),
    ):
        answer = choose(browser, password, repeated)
        assert answer.status_code == 422
        assert words in answer.text
    assert choose(browser).status_code == 303


def test_after_the_deadline_the_new_password_leads_only_to_normalizing(mailed: Portal) -> None:
    mailed.set_login("bass2016", blocked_at=mailed.clock.now())
    ask(mailed)
    assert "O prazo" in mailed.all_of(tables.notice)[-1].body
    browser = mailed.browser()
    browser.get(link(mailed))
    assert choose(browser).location == "/"
    answer = browser.post("/", page="/", usuario="bass2016", senha=NEW)
    assert answer.location == "/normalizacao"
    assert "bloqueada" in browser.get("/area").text
    mailed.until_confirmation(browser)
    mailed.answer(browser, "confirmar")
    mailed.work()
    assert mailed.row("bass2016").state == "linked"
    assert mailed.row("bass2016").blocked_at is None


def test_a_stranger_elsewhere_neither_spoils_the_owner_s_link_nor_changes_the_owner_s_page(
    mailed: Portal,
) -> None:
    first = ask(mailed)
    mailed_link = link(mailed)
    for number in range(2 * resets.MOST_MAILS):
        stranger = mailed.browser()
        stranger.client.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        assert ask(mailed, browser=stranger).status_code == 303

    again = ask(mailed)

    assert (again.status_code, again.location) == (first.status_code, first.location)
    assert len(mailed.all_of(tables.notice)) == resets.MOST_MAILS
    browser = mailed.browser()
    browser.get(mailed_link)
    assert choose(browser).location == "/"


def test_too_many_requests_wait_whether_the_login_exists_or_not(mailed: Portal) -> None:
    for name in ("bass2016", "ninguem"):
        for _ in range(BY_LOGIN.per_pair):
            assert ask(mailed, name).status_code == 303
        refused = ask(mailed, name)
        assert refused.status_code == 429
        assert "Aguarde 15 minutos" in refused.text
    assert len(mailed.all_of(tables.notice)) == BY_LOGIN.per_pair
    mailed.clock.advance(BY_LOGIN.window)
    assert ask(mailed).status_code == 303
    assert "Digite o seu login" in ask(mailed, "  ").text
