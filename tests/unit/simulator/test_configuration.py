from dataclasses import replace
from pathlib import Path

import pytest

from govbr.simulator.configuration import SimulatorConfig
from govbr.simulator.errors import ConfigurationRefused


@pytest.fixture
def config(tmp_path: Path) -> SimulatorConfig:
    return SimulatorConfig(
        host="127.0.0.1",
        port=9001,
        api_port=9002,
        issuer="http://localhost:9001/",
        client_id="c",
        client_secret="segredo",
        redirect_uris=("http://localhost:8000/govbr/callback",),
        post_logout_redirect_uris=("http://localhost:8000/",),
        home_url="http://localhost:8000/",
        data_dir=tmp_path,
    )


@pytest.mark.parametrize(
    "host", ["acesso.gov.br", "sso.acesso.gov.br", "SSO.staging.Acesso.GOV.br", "acesso.gov.br."]
)
def test_the_real_services_names_are_refused_wherever_they_stand(
    config: SimulatorConfig, host: str
) -> None:
    wrong: list[dict[str, object]] = [
        {"issuer": f"https://{host}/"},
        {"host": host, "allow_other_hosts": True},
        {"home_url": f"https://{host}/x"},
        {"redirect_uris": (f"https://{host}/cb",)},
        {"post_logout_redirect_uris": (f"https://{host}/",)},
    ]
    for changes in wrong:
        with pytest.raises(ConfigurationRefused, match="the real gov"):
            replace(config, **changes)  # type: ignore[arg-type]


def test_a_name_that_only_looks_like_it_is_allowed(config: SimulatorConfig) -> None:
    assert replace(config, issuer="http://meuacesso.gov.br.localhost/")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.9", "exemplo.com"])  # noqa: S104
def test_only_loopback_unless_asked(config: SimulatorConfig, host: str) -> None:
    with pytest.raises(ConfigurationRefused, match="loopback"):
        replace(config, host=host)
    assert replace(config, host=host, allow_other_hosts=True)


def test_the_issuer_needs_its_slash_and_the_secret_stays_out_of_sight(
    config: SimulatorConfig,
) -> None:
    with pytest.raises(ConfigurationRefused, match="slash"):
        replace(config, issuer="http://localhost:9001")
    assert "segredo" not in repr(config)
