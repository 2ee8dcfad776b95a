"""A short wait for a road's next step, and for whom there is none."""

from collections.abc import Iterator

import pytest
from flask import Flask

from web.customer import roadside
from web.customer.roadside import look_until
from web.services import EXTENSION, WebServices, WebSettings


@pytest.fixture
def services(pages: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServices]:
    monkeypatch.setattr(roadside, "_PAUSE_SECONDS", 0.0)
    settings = WebSettings(public_url="https://orquestra.example.org", secret_key="x" * 32)
    nothing = dict.fromkeys(("database", "runtime", "clock", "relying_party", "sealer"))
    made = WebServices(settings=settings, **nothing)  # type: ignore[arg-type]
    pages.extensions[EXTENSION] = made
    with pages.app_context():
        yield made


def _look_until(settled_at: int) -> int:
    looks = iter(range(1, 100))
    return look_until(lambda: next(looks), lambda seen: seen == settled_at)


def test_whoever_waits_alone_sees_what_comes_a_moment_later(services: WebServices) -> None:
    assert [_look_until(settled_at) for settled_at in (1, 3, 99)] == [1, 3, 7]
    assert services.waiting.acquire(blocking=False), "the place is free again"


def test_where_another_waits_the_page_comes_at_once(services: WebServices) -> None:
    with services.waiting:
        assert _look_until(3) == 1
    assert _look_until(3) == 3


def test_a_look_that_fails_leaves_the_place_free(services: WebServices) -> None:
    looks = iter([1])
    with pytest.raises(StopIteration):
        look_until(lambda: next(looks), lambda _: False)
    assert services.waiting.acquire(blocking=False)
