import pytest

from orquestra.paging import Page
from web.customer import list_pages

_ALL = tuple(range(45))


def _fetch(offset: int) -> Page[int]:
    return Page(rows=_ALL[offset : offset + 10], total=len(_ALL), limit=10, offset=offset)


@pytest.mark.parametrize("number", [None, "", "0", "-1", "dois", "²", "1"])
def test_what_is_no_page_number_means_the_first_page(number: str | None) -> None:
    page = list_pages.read(_fetch, number=number, size=10)
    assert (page.number, page.first, page.last) == (1, 1, 10)


@pytest.mark.parametrize("number", ["6", "99999999999999999999999999"])
def test_a_page_beyond_the_end_is_the_last_one(number: str) -> None:
    page = list_pages.read(_fetch, number=number, size=10)
    assert (page.number, page.first, page.last) == (5, 41, 45)


def test_an_empty_list_has_one_empty_page() -> None:
    empty: Page[int] = Page(rows=(), total=0, limit=10, offset=0)
    page = list_pages.read(lambda _: empty, number="3", size=10)
    assert (page.number, page.pages, page.first, page.last) == (1, 1, 0, 0)


def test_far_pages_hide_behind_a_gap() -> None:
    page = list_pages.ListPage(rows=(1,), total=100, number=5, pages=10, first=41)
    assert page.shown == [1, None, 4, 5, 6, None, 10]
