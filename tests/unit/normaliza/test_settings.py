import stat
from pathlib import Path

import pytest

from govbr import addresses
from normaliza.errors import SettingsRefused
from normaliza.settings import VARIABLES, read_settings
from normaliza.wiring.relying_party import relying_party
from orquestra.passwords import CHEAP, OWASP_MINIMUM

PRODUCTION = {
    "NORMALIZA_ENV": "production",
    "NORMALIZA_SECRET_KEY": "k" * 32,
    "NORMALIZA_PUBLIC_URL": "https://orquestra.example",
    "NORMALIZA_SMTP_URL": "smtps://portal:p%40sse@mail.example",
    "GOVBR_ISSUER": "https://sso.example/",
    "GOVBR_API_URL": "https://api.example",
    "GOVBR_CLIENT_ID": "orquestra.example/portal",
    "GOVBR_CLIENT_SECRET": "s3cret",
}


def problems_of(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsRefused) as refused:
        read_settings(environment)
    return refused.value.problems


def test_development_needs_no_setting_and_goes_to_the_simulator(tmp_path: Path) -> None:
    settings = read_settings({"NORMALIZA_HOME": str(tmp_path)})

    assert settings.development
    assert settings.uses_simulator
    assert settings.public_url == "http://localhost:8000"
    assert settings.database_url is None
    assert settings.catches_mail
    assert settings.mail.sender == "nao-responda@localhost"


def test_the_development_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = read_settings({"NORMALIZA_HOME": str(tmp_path)}).secret_key
    again = read_settings({"NORMALIZA_HOME": str(tmp_path)}).secret_key

    assert first == again
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_production_takes_nothing_for_granted() -> None:
    named = {line.split()[0] for line in problems_of({"NORMALIZA_ENV": "production"})}

    assert named >= {
        "NORMALIZA_SECRET_KEY",
        "NORMALIZA_PUBLIC_URL",
        "GOVBR_ISSUER",
        "GOVBR_API_URL",
        "GOVBR_CLIENT_ID",
        "GOVBR_CLIENT_SECRET",
        "NORMALIZA_DATABASE_URL",
        "NORMALIZA_BROKER_URL",
        "NORMALIZA_SMTP_URL",
    }


def test_production_with_everything_set_is_taken() -> None:
    settings = read_settings(
        PRODUCTION
        | {
            "NORMALIZA_DATABASE_URL": "postgresql+psycopg://localhost/normaliza",
            "NORMALIZA_BROKER_URL": "redis://localhost:6379/0",
        }
    )

    assert not settings.development
    assert not settings.uses_simulator
    assert not settings.catches_mail
    assert settings.mail.sender == "nao-responda@orquestra.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NORMALIZA_ENV", "prod"),
        ("NORMALIZA_BIND", "everywhere"),
        ("NORMALIZA_PORT", "80000"),
        ("NORMALIZA_PORT", "8000.0"),
        ("NORMALIZA_WORKERS", "0"),
        ("NORMALIZA_LOG_LEVEL", "loud"),
        ("NORMALIZA_FOUR_EYES", "yes"),
        ("NORMALIZA_PASSWORD_COST", "free"),
        ("NORMALIZA_PASSWORD_ADAPTERS", "/nowhere/adapters.toml"),
        ("NORMALIZA_PUBLIC_URL", "http://orquestra.example"),
        ("NORMALIZA_PUBLIC_URL", "orquestra.example"),
        ("NORMALIZA_MAIL_FROM", "Orquestra <x@orquestra.example>"),
        ("NORMALIZA_MAIL_FROM", "x..y@orquestra.example"),
        ("NORMALIZA_MAILBOX_PORT", "0"),
        ("GOVBR_ISSUER", "http://sso.example/"),
        ("GOVBR_ISSUER", "https://user@sso.example/"),
        ("GOVBR_ISSUER", "https://sso.example:port/"),
        ("GOVBR_SCOPES", "email profile"),
        ("GOVBR_COMPANIES_API", "v3"),
        ("GOVBR_RETURN_NAMES_ISSUER", "yes"),
        ("GOVBR_TOKEN_ENDPOINT", "http://sso.example/token"),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(name: str, value: str, tmp_path: Path) -> None:
    (problem, *_more) = problems_of({"NORMALIZA_HOME": str(tmp_path), name: value})

    assert problem.startswith(f"{name} is ")
    assert repr(value) in problem


def test_a_cheap_password_cost_is_for_development_only(tmp_path: Path) -> None:
    cheap = {"NORMALIZA_PASSWORD_COST": "cheap"}

    assert read_settings({"NORMALIZA_HOME": str(tmp_path)}).password_profile == OWASP_MINIMUM
    assert read_settings({"NORMALIZA_HOME": str(tmp_path)} | cheap).password_profile == CHEAP
    refused = [each for each in problems_of(PRODUCTION | cheap) if "PASSWORD" in each]
    assert refused == [
        "NORMALIZA_PASSWORD_COST is 'cheap', which protects nothing: unset it in production."
    ]


def test_home_made_password_formats_are_read_from_their_file(tmp_path: Path) -> None:
    path = tmp_path / "adapters.toml"
    environment = {"NORMALIZA_HOME": str(tmp_path), "NORMALIZA_PASSWORD_ADAPTERS": str(path)}
    entry = 'algorithm = "md5"\nencoding = "hex"\ncharset = "utf-8"\nsalt_position = "none"\n'

    path.write_text(f"[portal_2009]\n{entry}")
    assert list(read_settings(environment).password_adapters) == ["portal_2009"]

    path.write_text(f"[portal_2009]\n{entry.replace('md5', 'rot13')}")
    (problem,) = problems_of(environment)
    assert "[portal_2009] algorithm is not one of sha1, md5" in problem


@pytest.mark.parametrize("value", [" s3cret", "s3cret\n", "s3\tcret", "ségredo"])
@pytest.mark.parametrize("name", ["GOVBR_CLIENT_ID", "GOVBR_CLIENT_SECRET"])
def test_a_credential_copied_with_blanks_is_refused_unseen(
    name: str, value: str, tmp_path: Path
) -> None:
    (problem,) = problems_of({"NORMALIZA_HOME": str(tmp_path), name: value})

    assert problem.startswith(name)
    assert value not in problem


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    found = problems_of(
        {"NORMALIZA_HOME": str(tmp_path), "NORMALIZA_PORT": "x", "NORMALIZA_WORKERS": "x"}
    )

    assert len(found) == 2


def test_a_misspelt_variable_is_not_passed_over(tmp_path: Path) -> None:
    (problem,) = problems_of({"NORMALIZA_HOME": str(tmp_path), "NORMALIZA_PROT": "8000"})

    assert "NORMALIZA_PROT" in problem


def test_two_servers_on_one_port_are_refused(tmp_path: Path) -> None:
    (problem,) = problems_of({"NORMALIZA_HOME": str(tmp_path), "NORMALIZA_PORT": "8001"})

    assert "NORMALIZA_SIMULATOR_PORT" in problem


@pytest.mark.parametrize(
    "url", ["sqlite:///x", "postgresql://u:geheim@h/d", "postgres", "mysql://u:geheim@h/d"]
)
def test_a_database_of_another_kind_is_refused_without_its_password(
    url: str, tmp_path: Path
) -> None:
    (problem,) = problems_of({"NORMALIZA_HOME": str(tmp_path), "NORMALIZA_DATABASE_URL": url})

    assert "geheim" not in problem


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", ("mail.example", 587, False, None, None)),
        ("smtp://[::1]:25/", ("::1", 25, False, None, None)),
        ("smtps://a%40b:p%2Fw@mail.example", ("mail.example", 465, True, "a@b", "p/w")),
    ],
)
def test_a_mail_server_is_named_by_an_address(
    url: str, server: tuple[object, ...], tmp_path: Path
) -> None:
    settings = read_settings({"NORMALIZA_HOME": str(tmp_path), "NORMALIZA_SMTP_URL": url})

    found = settings.mail.server
    assert found is not None
    assert (
        found.host,
        found.port,
        found.implicit_tls,
        found.username,
        found.password,
    ) == server
    assert not settings.catches_mail


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://u:geheim@mail.example",
        "smtp://geheim@mail.example",
        "smtp://u:geheim@mail.example:port",
        "smtp://u:geheim@mail.example/box",
        "smtp://u:ge?heim@mail.example",
        "smtp://",
    ],
)
def test_a_mail_server_of_another_kind_is_refused_without_its_password(
    url: str, tmp_path: Path
) -> None:
    (problem,) = problems_of({"NORMALIZA_HOME": str(tmp_path), "NORMALIZA_SMTP_URL": url})

    assert problem.startswith("NORMALIZA_SMTP_URL")
    assert "geheim" not in problem
    assert "heim" not in problem


def test_no_secret_shows_when_settings_are_printed(tmp_path: Path) -> None:
    settings = read_settings(
        PRODUCTION
        | {
            "NORMALIZA_HOME": str(tmp_path),
            "NORMALIZA_DATABASE_URL": "postgresql+psycopg://u:geheim@localhost/d",
            "NORMALIZA_BROKER_URL": "redis://:geheim@localhost/0",
            "NORMALIZA_SMTP_URL": "smtp://u:geheim@mail.example",
        }
    )

    shown = repr(settings)
    assert not any(secret in shown for secret in ("geheim", "s3cret", "k" * 32))


def test_every_setting_stands_in_the_operations_manual() -> None:
    manual = Path(__file__).parents[3] / "docs" / "operations.md"
    lines = manual.read_text(encoding="utf-8").splitlines()
    documented = {line.split("`")[1] for line in lines if line.startswith("| `")}

    assert set(VARIABLES) <= documented


def test_another_provider_is_a_matter_of_settings_alone(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "NORMALIZA_HOME": str(tmp_path),
            "GOVBR_ISSUER": "https://op.example",
            "GOVBR_API_URL": "https://api.op.example",
            "GOVBR_CLIENT_ID": "we",
            "GOVBR_CLIENT_SECRET": "ours",
            "GOVBR_SCOPES": "openid email",
            "GOVBR_AUTHORIZATION_ENDPOINT": "https://op.example/auth",
            "GOVBR_JWKS_URI": "https://op.example/jwks",
            "GOVBR_END_SESSION_ENDPOINT": "https://op.example/end",
            "GOVBR_RETURN_NAMES_ISSUER": "true",
            "GOVBR_COMPANIES_API": "v1",
        }
    )
    told = relying_party(settings)
    assert addresses.authorization_url(told, state="s", nonce="n", verifier="v" * 43).startswith(
        "https://op.example/auth?"
    )
    assert addresses.jwks_uri(told) == "https://op.example/jwks"
    assert addresses.token_endpoint(told) == "https://op.example/token"
    assert addresses.logout_url(told).startswith("https://op.example/end?")
    assert (told.return_names_issuer, told.companies_api) == (True, "v1")
