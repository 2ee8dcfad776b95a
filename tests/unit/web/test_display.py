import pytest
from flask import Flask

from web.services import EXTENSION, WebServices, WebSettings


@pytest.fixture
def browser_of(pages: Flask) -> Flask:
    settings = WebSettings(public_url="https://orquestra.example.org", secret_key="x" * 32)
    nothing = dict.fromkeys(("database", "runtime", "clock", "relying_party", "sealer"))
    pages.extensions[EXTENSION] = WebServices(settings=settings, **nothing)  # type: ignore[arg-type]
    return pages


def test_the_button_turns_contrast_on_and_goes_back_to_its_page(browser_of: Flask) -> None:
    answer = browser_of.test_client().get("/contraste?voltar=/ajuda")
    assert answer.status_code == 303
    assert answer.location == "/ajuda"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("contraste=alto;")
    assert "Secure" in cookie


def test_the_button_turns_contrast_off_again(browser_of: Flask) -> None:
    client = browser_of.test_client()
    client.set_cookie("contraste", "alto")
    assert client.get("/contraste").headers["Set-Cookie"].startswith("contraste=padrao;")


@pytest.mark.parametrize(
    "target", ["//mal.example", "/\\mal.example", "https://mal.example", "mal", "/a\nb", "/\t/mal"]
)
def test_the_button_leads_to_no_other_site(browser_of: Flask, target: str) -> None:
    answer = browser_of.test_client().get("/contraste", query_string={"voltar": target})
    assert answer.location == "/"
