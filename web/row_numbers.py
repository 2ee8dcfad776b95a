"""Numbers in addresses: what no row can have names no page."""

from typing import Final

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

_LARGEST: Final = 2**63 - 1  # what PostgreSQL's bigint holds


class RowNumber(IntegerConverter):
    """A row's number; beyond the key's range it would fail in the database instead of naming none.

    Args:
        map: The application's addresses.
        options: As of `IntegerConverter`, but for the largest number.
    """

    def __init__(self, map: Map, **options: int) -> None:  # noqa: A002 - werkzeug's own name for it
        super().__init__(map, **({"max": _LARGEST} | options))  # type: ignore[arg-type]


def register(app: Flask) -> None:
    """Bound every `<int:…>` of the application's addresses.

    Args:
        app: The application, before its pages are registered.
    """
    app.url_map.converters["int"] = RowNumber
