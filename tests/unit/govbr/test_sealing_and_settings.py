import pytest

from govbr.errors import BadSettings, SealBroken
from govbr.sealing import Sealer
from govbr.testing import settings_for_tests

OLD, NEW = "an old secret of some length", "a new secret of some length"


def test_a_sealed_value_opens_in_its_place_only() -> None:
    sealer = Sealer(NEW)
    sealed = sealer.seal(b"code", purpose="code", bound_to="row")
    assert "code" not in sealed
    assert sealer.open(sealed, purpose="code", bound_to="row") == b"code"
    for purpose, row in (("nonce", "row"), ("code", "other row")):
        with pytest.raises(SealBroken):
            sealer.open(sealed, purpose=purpose, bound_to=row)


def test_an_altered_value_does_not_open() -> None:
    sealed = Sealer(NEW).seal(b"code", purpose="code", bound_to="row")
    broken = sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:]
    with pytest.raises(SealBroken):
        Sealer(NEW).open(broken, purpose="code", bound_to="row")


def test_a_rotated_secret_opens_what_the_old_one_sealed() -> None:
    sealed = Sealer(OLD).seal({"a": 1}, purpose="facts", bound_to="row")
    assert Sealer(NEW, OLD).open_mapping(sealed, purpose="facts", bound_to="row") == {"a": 1}
    with pytest.raises(SealBroken):
        Sealer(NEW).open(sealed, purpose="facts", bound_to="row")


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(BadSettings):
        Sealer("short")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer", "http://sso.exemplo.gov.br/"),
        ("issuer", "https://sso.exemplo.gov.br/ "),
        ("redirect_uri", "/govbr/callback"),
        ("api_url", "https://user@api.exemplo.gov.br"),
        ("post_logout_redirect_uri", "javascript:alert(1)"),
        ("client_id", "h-client\n"),
        ("client_secret", " secret"),
        ("client_secret", ""),
        ("scopes", "email profile"),
        ("token_endpoint", "http://elsewhere.example/token"),
    ],
)
def test_a_setting_that_cannot_be_right_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSettings) as caught:
        settings_for_tests(**{name: value})
    assert name in str(caught.value)
    assert "secret\n" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9000", "[::1]:9000"])
def test_plain_http_is_for_this_machine(host: str) -> None:
    assert settings_for_tests(issuer=f"http://{host}/").issuer == f"http://{host}/"


def test_the_secret_is_not_printed() -> None:
    assert "segredo-de-teste" not in repr(settings_for_tests())
