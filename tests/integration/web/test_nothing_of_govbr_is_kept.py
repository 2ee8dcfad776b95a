"""What gov.br gives for one visit is sealed while it is needed, and in no table after its end."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from govbr import attempts

from ...searching.everywhere import SEALED, STATES, everything, holders
from .conftest import Browser, Portal

_ASKED = ("state", "nonce")
_SENT = ("code", "code_verifier")
ATTEMPT = {"govbr.attempt"}


class Visit:
    """Somebody on the road, and every secret of it that there has been so far."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.browser: Browser = portal.enter()
        self.secrets = {portal.provider.settings.client_secret}
        portal.provider.mint = self._mint

    def go(self) -> str:
        """Go to gov.br."""
        address = self.portal.go_to_govbr(self.browser)
        self.secrets |= _values(urlsplit(address).query, _ASKED)
        return address

    def come_back(self) -> None:
        """Come back and be asked whether it is oneself."""
        back = self.portal.provider.authorize(self.go())
        self.secrets.add(back["code"])
        self.portal.back_with(self.browser, back)
        self.portal.work()
        self.secrets |= self.portal.provider.access_tokens
        for request in self.portal.provider.requests:
            self.secrets |= _values(request.content.decode(), _SENT)

    def held(self, *more: str) -> set[str]:
        """Name the tables that hold one of the secrets."""
        with self.portal.database.connect() as connection:
            return holders(everything(connection), self.secrets | set(more))

    def sealed(self) -> set[str]:
        """Name the tables that hold anything sealed."""
        with self.portal.database.connect() as connection:
            return holders(everything(connection), {SEALED})

    def expire(self) -> None:
        """Let the attempt's time pass, and the sweep look."""
        self.portal.clock.advance(timedelta(minutes=31))
        with self.portal.database.begin() as connection:
            attempts.expire_old(connection, self.portal.clock.now())

    def _mint(self, claims: dict[str, object]) -> str:
        token = self.portal.provider.sign(claims)
        self.secrets.add(token)
        return token


def _values(query: str, names: tuple[str, ...]) -> set[str]:
    return {value for name, value in parse_qsl(query) if name in names}


@pytest.fixture
def visit(portal: Portal) -> Visit:
    """Somebody who entered with a legacy login."""
    return Visit(portal)


def _confirm(visit: Visit) -> None:
    visit.come_back()
    visit.portal.answer(visit.browser, "confirmar")


def _say_that_it_is_another(visit: Visit) -> None:
    visit.come_back()
    visit.portal.answer(visit.browser, "nao_sou_eu")


def _begin_again(visit: Visit) -> None:
    visit.come_back()
    visit.portal.answer(visit.browser, "recomecar")


def _deny(visit: Visit) -> None:
    visit.portal.back_with(visit.browser, visit.portal.provider.deny(visit.go()))


def _never_come_back(visit: Visit) -> None:
    visit.go()
    visit.expire()


def _never_answer(visit: Visit) -> None:
    visit.come_back()
    visit.expire()


def _be_refused_at_the_token_endpoint(visit: Visit) -> None:
    visit.portal.provider.faults["token"] = lambda _: httpx.Response(503, text="em manutenção")
    visit.come_back()


def _bring_a_token_for_others(visit: Visit) -> None:
    visit.portal.provider.claims["aud"] = ["another", visit.portal.provider.settings.client_id]
    visit.come_back()


@pytest.mark.parametrize(
    "end",
    [
        _confirm,
        _say_that_it_is_another,
        _begin_again,
        _deny,
        _never_come_back,
        _never_answer,
        _be_refused_at_the_token_endpoint,
        _bring_a_token_for_others,
    ],
)
def test_at_each_end_no_table_holds_a_secret_or_anything_sealed(
    visit: Visit, end: Callable[[Visit], None]
) -> None:
    end(visit)
    assert len(visit.secrets) >= 1 + len(_ASKED)
    assert visit.held() == set()
    assert visit.sealed() == set()


def test_until_then_it_is_sealed_where_alone_it_may_be(visit: Visit) -> None:
    visit.go()
    assert visit.sealed() == ATTEMPT
    visit.come_back()
    assert len(visit.secrets) >= 1 + len(_ASKED) + len(_SENT) + len(("access token", "ID token"))
    assert (visit.held(), visit.sealed()) == (set(), ATTEMPT)


def test_the_search_finds_what_is_in_a_row_in_bytes_and_in_a_packed_state(visit: Visit) -> None:
    assert visit.held(visit.portal.row("bass2016").name) == {"orquestra.login"}
    visit.go()
    assert STATES in visit.held('"login_id"')
    token = next(cookie.value for cookie in visit.browser.client._cookies.values())
    digest = hashlib.sha256(token.encode()).digest()
    assert visit.held(digest.hex()) == {"orquestra.portal_session"}
