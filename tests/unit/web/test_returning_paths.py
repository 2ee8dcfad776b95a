"""A way back leads to our own pages, whatever a browser makes of an address."""

from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from web.returning_paths import own_path

HERE = "https://orquestra.example.org/"

#: What browsers do to an address before they read it (WHATWG URL Standard, section 4.4).
_AS_BROWSERS = str.maketrans({"\\": "/", "\t": None, "\n": None, "\r": None})


def _leads_to(path: str) -> str:
    seen = path.strip("".join(map(chr, range(33)))).translate(_AS_BROWSERS)
    return urlsplit(urljoin(HERE, seen)).netloc


@pytest.mark.parametrize(
    "path", ["/", "/area", "/processos/849701", "/equipe/base.csv", "/ajuda/gov-br", "/a%20b"]
)
def test_our_own_pages_go_through(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "area",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "/%2f/evil.example",
        "/%2fevil.example",
        "/%5cevil.example",
        "/%09/evil.example",
        "/a//evil.example",
        "/a\r\nSet-Cookie: x=1",
        "/a%0d%0aSet-Cookie:x",
        "/area?voltar=//evil.example",
        "/area#x",
        "/\u2028/evil.example",
        "/\uff41",
        "/" + "a" * 512,
    ],
)
def test_nothing_else_goes_through(elsewhere: str) -> None:
    assert own_path(elsewhere) is None


@given(st.text(alphabet="/\\%25fc:@.evil\t\n ?#", max_size=12).map(lambda text: "/" + text))
@example("/%2F%2Fevil")
def test_what_goes_through_stays_here_also_when_it_is_decoded_once_more(path: str) -> None:
    if (given_back := own_path(path)) is not None:
        assert given_back == path
        assert _leads_to(path) == _leads_to(unquote(path)) == urlsplit(HERE).netloc


@given(st.lists(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1), max_size=4))
def test_every_page_with_letters_and_numbers_goes_through(parts: list[str]) -> None:
    path = "/" + "/".join(quote(part) for part in parts)
    if len(path) <= 512:
        assert own_path(path) == path
