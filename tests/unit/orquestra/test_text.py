import pytest

from orquestra.errors import InvalidText
from orquestra.text import fold, required


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("Análise", "analise"), ("  ÇÃO ", "cao"), ("a\u0301", "a"), ("\0", ""), ("100%", "100%")],
)
def test_a_search_term_loses_case_accents_and_what_cannot_be_stored(
    typed: str, folded: str
) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize("text", ["", "  \n", "a\0b", "x" * 11])
def test_a_text_that_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(InvalidText, match="1 to 10 characters"):
        required(text, what="message", limit=10)


def test_a_text_is_kept_without_the_blanks_around_it() -> None:
    assert required("  olá \n", what="message", limit=10) == "olá"
