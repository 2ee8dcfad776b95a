"""What staff read of a link's evidence."""

from normaliza.govbr_settings import DEFAULT_SCOPES
from web.staff.link_evidence import scopes


def test_every_scope_that_is_asked_for_is_put_into_words_once() -> None:
    words = scopes(" ".join(DEFAULT_SCOPES))
    assert not set(words) & set(DEFAULT_SCOPES)
    assert len(words) == len(set(words))
