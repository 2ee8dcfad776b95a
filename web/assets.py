"""The built front end: from the name that a template asks for to the file with its hash.

The hash in the name lets a browser keep a file for ever and still get the next build at once.
"""

import json
from pathlib import Path

from flask import url_for

from web.errors import WebError


class AssetMissing(WebError):
    """Raised when a page needs a file that the front end's build did not make.

    Args:
        name: The plain name that the template asked for.
        manifest: Where the build's list of files was looked for.
    """

    def __init__(self, name: str, manifest: Path) -> None:
        super().__init__(
            f"no built file for {name!r} in {manifest}: run `npm ci` and `npm run build` in "
            "web/frontend"
        )
        self.name = name


class Assets:
    """Answers `asset('app.css')` in templates.

    The manifest is read at the first question, so that an application can be made before the
    front end is built, and kept from then on.

    Args:
        folder: Where the build wrote its files; `static/dist` beside the templates.
    """

    def __init__(self, folder: Path) -> None:
        self._manifest = folder / "manifest.json"
        self._names: dict[str, str] | None = None

    def url(self, name: str) -> str:
        """Give the address of a built file.

        Args:
            name: Its plain name, such as "app.css".

        Returns:
            The address within this application.

        Raises:
            AssetMissing: The front end was not built, or has no such file.
        """
        if self._names is None:
            self._names = self._read(name)
        if name not in self._names:
            raise AssetMissing(name, self._manifest)
        return url_for("static", filename=f"dist/{self._names[name]}")

    def _read(self, name: str) -> dict[str, str]:
        """Read the build's list of files."""
        try:
            names: dict[str, str] = json.loads(self._manifest.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise AssetMissing(name, self._manifest) from error
        return names
