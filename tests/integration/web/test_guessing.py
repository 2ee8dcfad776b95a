"""Guessed passwords are counted per login and per network, and the brake gives nobody away."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from web.customer.forgotten_password import BY_LOGIN
from web.security import guessing

from .conftest import PASSWORD, Browser, Portal


def from_network(portal: Portal, address: str) -> Browser:
    browser = portal.browser()
    browser.client.environ_base["REMOTE_ADDR"] = address
    return browser


def enter(browser: Browser, login: str, password: str) -> int:
    return browser.post("/", page="/", usuario=login, senha=password).status_code


def at_once(browsers: list[Browser], path: str, **form: str) -> list[int]:
    """Send one form from all browsers at the same moment; gives what they are answered."""
    tokens = [browser.token(path) for browser in browsers]
    start = threading.Barrier(len(browsers))

    def send(browser: Browser, token: str) -> int:
        start.wait()
        return browser.client.post(path, data={**form, "csrf_token": token}).status_code

    with ThreadPoolExecutor(len(browsers)) as threads:
        return sorted(threads.map(send, browsers, tokens))


def test_one_password_sprayed_over_many_logins_stops_its_network_and_no_other(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "PER_ADDRESS", 5)
    sprayer = from_network(portal, "198.51.100.7")

    tries = [enter(sprayer, f"nome{number}", "senha123") for number in range(5)]

    assert tries == [401] * 5
    assert enter(sprayer, "nome9", "senha123") == 429
    assert enter(sprayer, "bass2016", PASSWORD) == 429
    assert enter(from_network(portal, "198.51.100.8"), "bass2016", PASSWORD) == 303


def test_one_login_tried_from_many_networks_is_closed_for_all_of_them(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "PER_NAME", 5)

    tries = [
        enter(from_network(portal, f"198.51.100.{number}"), "bass2016", f"senha{number}")
        for number in range(1, 6)
    ]

    assert tries == [401] * 5
    another = from_network(portal, "203.0.113.1")
    assert enter(another, " BASS2016", PASSWORD) == 429
    portal.login("livre")
    assert enter(another, "livre", PASSWORD) == 303


def test_a_stranger_who_guesses_does_not_lock_the_holder_out(portal: Portal) -> None:
    stranger = from_network(portal, "198.51.100.7")
    for _ in range(guessing.PER_PAIR):
        enter(stranger, "bass2016", "x")

    assert enter(stranger, "bass2016", PASSWORD) == 429
    assert enter(from_network(portal, "203.0.113.1"), "bass2016", PASSWORD) == 303


def test_all_addresses_of_one_ipv6_network_count_as_one(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "PER_ADDRESS", 4)
    for number in range(1, 5):
        browser = from_network(portal, f"2001:db8:1:2::{number:x}")
        assert enter(browser, f"nome{number}", "x") == 401

    assert enter(from_network(portal, "2001:db8:1:2:a:b:c:d"), "bass2016", PASSWORD) == 429
    assert enter(from_network(portal, "2001:db8:1:3::1"), "bass2016", PASSWORD) == 303


def test_the_sentence_of_the_brake_does_not_tell_whether_the_login_exists(portal: Portal) -> None:
    answers = []
    for login in ("bass2016", "ninguem"):
        browser = from_network(portal, "198.51.100.7")
        for _ in range(guessing.PER_PAIR):
            enter(browser, login, "x")
        answer = browser.post("/", page="/", usuario=login, senha="x")
        answers.append((answer.status_code, answer.text.replace(login, "…")))

    token = "csrf_token"
    first, second = (
        [line for line in text.splitlines() if token not in line] for _, text in answers
    )
    assert answers[0][0] == answers[1][0] == 429
    assert first == second
    assert any("Aguarde 15 minutos" in line for line in first)


def test_tries_at_once_pass_no_more_than_one_after_the_other(portal: Portal) -> None:
    together = 14
    browsers = [from_network(portal, "198.51.100.7") for _ in range(together)]

    answers = at_once(browsers, "/", usuario="bass2016", senha="errada")

    refused = together - guessing.PER_PAIR
    assert answers == [401] * guessing.PER_PAIR + [429] * refused


def test_mails_asked_for_at_once_are_no_more_than_one_after_the_other(portal: Portal) -> None:
    browsers = [from_network(portal, "198.51.100.7") for _ in range(10)]

    answers = at_once(browsers, "/esqueci-minha-senha", usuario="ninguem")

    assert answers == [303] * BY_LOGIN.per_pair + [429] * (10 - BY_LOGIN.per_pair)


def test_a_right_password_is_not_counted(portal: Portal) -> None:
    for _ in range(guessing.PER_PAIR):
        assert enter(from_network(portal, "198.51.100.7"), "bass2016", PASSWORD) == 303
    assert enter(from_network(portal, "198.51.100.7"), "bass2016", "errada") == 401
