"""Every fault of gov.br, each with a whole road: the page it ends on, the record, and the links.

How a road is walked stands in walking.py.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from jinja2 import BytecodeCache
from joserfc.jwk import RSAKey

from govbr.addresses import logout_url

from .conftest import Portal
from .walking import NAME, Fault, Walks, walking


@dataclass(frozen=True)
class End:
    """How a road ends.

    Args:
        event: The last line of the record, before anybody confirms.
        cause: Its cause.
        says: What the page says that the person ends on.
        comes_through: Whether the person comes to the confirmation, at once or by a repeat.
        comes_back: Whether gov.br sends the browser back at all.
    """

    event: str
    cause: str | None
    says: str
    comes_through: bool = False
    comes_back: bool = True


CONFIRMS = End("identified", None, "É você?", comes_through=True)
STAYS_AWAY = End("started", None, "ele ainda não trouxe a resposta", comes_back=False)
DENIED = End("failed", "negado", "Você não autorizou no gov.br")
USED = End("failed", "codigo_recusado", "O gov.br não reconheceu mais este acesso")
DOWN = End("failed", "govbr_fora_do_ar", "O gov.br não está respondendo")
BAD_TOKEN = End("failed", "id_token_invalido", "Não foi possível conferir a resposta do gov.br")
BAD_ANSWER = End("failed", "resposta_invalida", "Não foi possível conferir a resposta do gov.br")
FOR_ANOTHER = End("failed", "procuracao", "Você entrou por procuração")
NO_STATE = End("refused", "estado_ausente", "ele ainda não trouxe a resposta")
FOREIGN_STATE = End("refused", "estado_desconhecido", "ele ainda não trouxe a resposta")

TRANSPORT = (
    "status",
    "reset",
    "closed",
    "silence",
    "trickle",
    "endless",
    "huge",
    "html",
    "malformed",
)

ROADS: dict[Fault, End] = {
    # A slow answer is an answer.
    **{
        (endpoint, "delay"): CONFIRMS
        for endpoint in (
            "discovery",
            "authorize",
            "token",
            "jwk",
            "userinfo",
            "empresas",
            "participante",
        )
    },
    # Discovery is an offer: without it addresses stand where the manual says.
    **{("discovery", kind): CONFIRMS for kind in TRANSPORT},
    # The person sees gov.br's own trouble; nothing comes back.
    **{("authorize", kind): STAYS_AWAY for kind in TRANSPORT},
    # The code may be used up: it is never sent twice.
    **{("token", kind): DOWN for kind in TRANSPORT},
    # Keys are read before the code is risked, so the exchange is repeated.
    **{("jwk", kind): CONFIRMS for kind in TRANSPORT},
    # Facts are read on the stored token, so the reading is repeated.
    **{("userinfo", kind): CONFIRMS for kind in TRANSPORT},
    # Companies that cannot be read stop nobody whose link does not hang on them.
    **{("empresas", kind): CONFIRMS for kind in TRANSPORT},
    **{("participante", kind): CONFIRMS for kind in TRANSPORT},
    ("authorize", "denied"): DENIED,
    ("authorize", "window_closed"): STAYS_AWAY,
    ("authorize", "lost_flow"): STAYS_AWAY,
    ("authorize", "consent_withdrawn"): CONFIRMS,
    ("authorize", "state_lost"): NO_STATE,
    ("authorize", "state_changed"): FOREIGN_STATE,
    ("authorize", "foreign_iss"): BAD_ANSWER,
    ("authorize", "code_missing"): BAD_ANSWER,
    ("authorize", "code_used"): USED,
    ("authorize", "code_expired"): USED,
    ("authorize", "server_error"): DOWN,
    ("authorize", "invalid_scope"): BAD_ANSWER,
    ("token", "invalid_grant"): USED,
    ("token", "bad_credentials"): USED,
    ("token", "empty_401"): USED,
    ("token", "access_token_missing"): DOWN,
    ("token", "scope_missing"): CONFIRMS,
    ("token", "rotated_key"): CONFIRMS,
    # What is linked for good is linked by its owner alone.
    ("token", "agent_in_id_token"): FOR_ANOTHER,
    ("token", "agent_in_access_token"): FOR_ANOTHER,
    ("userinfo", "agent"): FOR_ANOTHER,
    **{
        ("token", f"shape_{kind}"): CONFIRMS
        for kind in (
            "sub_with_hyphen",
            "amr_text",
            "amr_unknown",
            "no_email",
            "unverified_phone",
            "booleans",
            "long_life",
        )
    },
    # Our credential must have public subjects: nobody is named by another word than the CPF.
    ("token", "shape_sub_pairwise"): BAD_TOKEN,
    ("discovery", "complete"): CONFIRMS,
    **{
        ("token", f"id_token_{kind}"): BAD_TOKEN
        for kind in (
            "missing",
            "no_nonce",
            "wrong_nonce",
            "wrong_iss",
            "iss_without_slash",
            "wrong_aud",
            "extra_aud",
            "wrong_azp",
            "expired",
            "future_iat",
            "bad_sub",
            "bad_signature",
            "alg_none",
            "hs256_secret",
            "hs256_public_key",
            "other_key",
        )
    },
    ("userinfo", "other_sub"): BAD_ANSWER,
    ("userinfo", "no_sub"): BAD_ANSWER,
    ("userinfo", "invalid_token"): BAD_ANSWER,
    ("empresas", "empty"): CONFIRMS,
    ("empresas", "invalid_token"): CONFIRMS,
    ("participante", "not_found"): CONFIRMS,
    ("participante", "unknown_role"): CONFIRMS,
}
#: Walked elsewhere, or not asked by the portal at all.
NOT_HERE = {
    ("authorize", "lost_flow_after_sign_up"): "test_the_lost_flow.py and the sign-up in e2e/",
    **{("logout", kind): "test_leaving_while_govbr_is_down" for kind in ("delay", *TRANSPORT)},
    **{
        ("picture", kind): "the portal asks for no photo"
        for kind in ("delay", *TRANSPORT, "base64", "not_found")
    },
    **{
        (endpoint, kind): "the portal asks neither for levels nor for the certificate"
        for endpoint in ("confiabilidades", "x509", "catalogo")
        for kind in ("delay", *TRANSPORT)
    },
    ("confiabilidades", "empty"): "the portal asks for no levels",
    ("confiabilidades", "invalid_token"): "the portal asks for no levels",
    ("x509", "not_found"): "the portal does not ask which certificate it was",
    ("catalogo", "fixed_address"): "the portal sends nobody there",
}


def _name(fault: Fault) -> str:
    """Give the name of a fault's test."""
    return ":".join(fault)


@pytest.fixture(scope="module")
def walks(
    request: pytest.FixtureRequest,
    new_database: Callable[[], str],
    tmp_path_factory: pytest.TempPathFactory,
    compiled_templates: BytecodeCache,
    provider_key: RSAKey,
) -> Iterator[Walks]:
    """What becomes of the roads that were asked for, walked from now on."""
    names = {item.name.partition("[")[2] for item in request.session.items}
    with walking(
        [fault for fault in ROADS if f"{_name(fault)}]" in names],
        new_database=new_database,
        home=tmp_path_factory.mktemp("roads"),
        key=provider_key,
        templates=compiled_templates,
    ) as walked:
        yield walked


@pytest.mark.parametrize("fault", ROADS, ids=_name)
def test_the_road_ends_where_it_should_with_its_record_and_nothing_linked_wrongly(
    walks: Walks, fault: Fault
) -> None:
    end, walked = ROADS[fault], walks.of[fault].result()
    assert walked.first.comes_back is end.comes_back
    assert end.says in walked.first.page
    assert walked.first.told == (end.event, end.cause)
    assert walked.unmet == [], "the fault was met"
    assert walked.first.linked == ("legacy", 0)
    assert (walked.confirming is walked.first) is end.comes_through
    assert walked.confirming.comes_back
    assert NAME in walked.confirming.page
    assert walked.linked == ("linked", 1)
    assert walked.sealed == 0


def test_every_fault_of_the_simulator_has_its_road(walks: Walks) -> None:
    told = {
        (endpoint, kind["name"])
        for kind in walks.simulator.control("GET", "fault-kinds")
        for endpoint in kind["endpoints"]
    }
    assert told == set(ROADS) | set(NOT_HERE)


def test_leaving_while_govbr_is_down_ends_our_session(portal: Portal) -> None:
    browser = portal.enter()
    portal.until_confirmation(browser)
    portal.answer(browser, "confirmar")
    portal.work()
    assert browser.get("/area").status_code == 200
    left = browser.post("/sair", page="/area")
    assert left.location == logout_url(portal.provider.settings)
    # Nobody gets there.
    assert browser.get("/area").status_code == 303
