from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from govbr import attempts
from govbr.errors import CallbackRefused
from govbr.sealing import Sealer
from govbr.testing import ISSUER, ScriptedProvider, settings_for_tests

Begin = Callable[..., attempts.BegunAttempt]
Take = Callable[..., attempts.CallbackTaken]

VICTIM = {"session_id": 1, "login_id": 10}
ATTACKER = {"session_id": 2, "login_id": 20}


@pytest.fixture
def begin(
    connection: Connection, provider: ScriptedProvider, sealer: Sealer, now: datetime
) -> Begin:
    def begun(**who: Any) -> attempts.BegunAttempt:  # noqa: ANN401
        return attempts.begin(
            connection, provider.settings, sealer, purpose="normalizar", now=now, **who
        )

    return begun


@pytest.fixture
def take(connection: Connection, provider: ScriptedProvider, sealer: Sealer, now: datetime) -> Take:
    def taken(params: dict[str, str], **given: Any) -> attempts.CallbackTaken:  # noqa: ANN401
        return attempts.take_callback(
            connection,
            sealer,
            params=params,
            settings=provider.settings,
            **{"now": now, **given},
        )

    return taken


def refused(take: Take, params: dict[str, str], **given: Any) -> tuple[str, str]:  # noqa: ANN401
    with pytest.raises(CallbackRefused) as caught:
        take(params, **given)
    return str(caught.value), caught.value.cause


def test_an_attackers_code_and_state_open_nothing_in_a_victims_session(
    begin: Begin,
    take: Take,
    provider: ScriptedProvider,
) -> None:
    params = provider.authorize(begin(**ATTACKER).authorization_url)
    assert refused(take, params, **VICTIM)[1] == "outra_sessao"
    assert take(params, **ATTACKER).outcome == "codigo"


@pytest.mark.parametrize("login_id", [None, 10])
def test_a_state_begun_in_another_browser_opens_nothing_even_for_the_same_login(
    begin: Begin, take: Take, provider: ScriptedProvider, login_id: int | None
) -> None:
    params = provider.authorize(begin(session_id=2, login_id=login_id).authorization_url)
    assert refused(take, params, session_id=1, login_id=login_id)[1] == "outra_sessao"


def test_a_state_of_this_browser_for_another_login_opens_nothing(
    begin: Begin,
    take: Take,
    provider: ScriptedProvider,
) -> None:
    params = provider.authorize(begin(**VICTIM).authorization_url)
    for login in (99, None):
        assert refused(take, params, session_id=1, login_id=login)[1] == "outro_login"


def test_a_state_is_used_once_also_when_it_brought_an_error(
    begin: Begin,
    take: Take,
    provider: ScriptedProvider,
) -> None:
    url = begin(**VICTIM).authorization_url
    good = provider.authorize(url)
    assert take(provider.deny(url), **VICTIM).outcome == "negado"
    assert refused(take, good, **VICTIM)[1] == "estado_usado"


def test_unknown_used_expired_foreign_and_missing_states_get_the_same_answer(
    begin: Begin,
    take: Take,
    provider: ScriptedProvider,
    now: datetime,
) -> None:
    used, old, foreign = (
        provider.authorize(begin(**who).authorization_url) for who in (VICTIM, VICTIM, ATTACKER)
    )
    take(used, **VICTIM)
    late = now + timedelta(minutes=30)
    answers = {
        "estado_usado": refused(take, used, **VICTIM),
        "estado_expirado": refused(take, old, **VICTIM, now=late),
        "outra_sessao": refused(take, foreign, **VICTIM),
        "estado_desconhecido": refused(take, {"state": "x", "code": "y"}, **VICTIM),
        "estado_ausente": refused(take, {"code": "y"}, **VICTIM),
    }
    assert {name: cause for name, (_, cause) in answers.items()} == {n: n for n in answers}
    assert len({text for text, _ in answers.values()}) == 1


@pytest.mark.parametrize("state", ["", "x" * 513, "é", "\x00", "\ud800"])
def test_an_odd_state_is_refused_and_breaks_nothing(take: Take, state: str) -> None:
    refused(take, {"state": state, "error": "access_denied"}, **VICTIM)


def test_an_error_without_a_good_state_ends_no_attempt(
    begin: Begin,
    take: Take,
    connection: Connection,
) -> None:
    begun = begin(**VICTIM)
    refused(take, {"error": "access_denied", "state": "guess"}, **VICTIM)
    assert attempts.load(connection, begun.id).status == "started"


def test_a_code_from_another_issuer_is_never_stored(
    begin: Begin,
    take: Take,
    provider: ScriptedProvider,
    connection: Connection,
) -> None:
    begun = begin(**VICTIM)
    params = {**provider.authorize(begun.authorization_url), "iss": "https://evil.example/"}
    taken = take(params, **VICTIM)
    assert (taken.outcome, taken.error) == ("erro", "emissor_estranho")
    assert attempts.load(connection, begun.id).failure == "resposta_invalida"
    assert refused(take, params, **VICTIM)[1] == "estado_usado"


@pytest.mark.parametrize("iss", [ISSUER.rstrip("/"), ISSUER.upper(), ""])
def test_the_issuer_of_an_answer_is_compared_character_by_character(
    begin: Begin,
    take: Take,
    provider: ScriptedProvider,
    iss: str,
) -> None:
    params = provider.authorize(begin(**VICTIM).authorization_url)
    assert take({**params, "iss": iss}, **VICTIM).error == "emissor_estranho"


def test_our_own_issuer_in_the_answer_is_fine(
    begin: Begin,
    take: Take,
    provider: ScriptedProvider,
) -> None:
    params = provider.authorize(begin(**VICTIM).authorization_url)
    assert take({**params, "iss": ISSUER}, **VICTIM).outcome == "codigo"


def test_where_the_provider_always_says_who_it_is_an_answer_that_does_not_is_refused(
    begin: Begin, connection: Connection, provider: ScriptedProvider, sealer: Sealer, now: datetime
) -> None:
    """RFC 9207 section 2.4; gov.br says nothing, so it is a setting."""
    settings = settings_for_tests(return_names_issuer=True)
    for added, error in (({}, "emissor_estranho"), ({"iss": ISSUER}, None)):
        params = provider.authorize(begin(**VICTIM).authorization_url)
        taken = attempts.take_callback(
            connection, sealer, params={**params, **added}, settings=settings, now=now, **VICTIM
        )
        assert taken.error == error
