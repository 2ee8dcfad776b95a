"""The front end's built files, without which no page can be shown."""

from pathlib import Path

import web
from normaliza.errors import FrontEndMissing

MANIFEST = Path(web.__file__).parent / "static" / "dist" / "manifest.json"


def require_front_end() -> None:
    """Refuse to start without style and scripts, rather than fail on the first page.

    Raises:
        FrontEndMissing: They have not been built.
    """
    if not MANIFEST.exists():
        raise FrontEndMissing(
            "The front end is not built: run `make run`, or `npm ci && npm run build` in "
            "web/frontend."
        )
