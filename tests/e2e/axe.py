"""Asks axe-core, which knows WCAG's rules, what is wrong with a page as it stands."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_SCRIPT = Path(__file__).parents[2] / "web/frontend/node_modules/axe-core/axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Sideways scrolling at this width is a fault (WCAG 2.2, 1.4.10: 320 CSS pixels).
NARROW = 320


def complaints(page: Page, *, only: str | None = None) -> list[str]:
    """Say what is wrong, and where.

    Args:
        page: A page that has loaded.
        only: One rule, where the others were asked before and what they look at is the same.

    Returns:
        A line for each rule that is broken; nothing where all is well.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT.read_text(encoding="utf-8"))
    asked = {"type": "rule", "values": [only]} if only else {"type": "tag", "values": _RULES}
    found: dict[str, Any] = page.evaluate(
        "runOnly => axe.run(document, {runOnly, resultTypes: ['violations']})", asked
    )
    return [
        f"{each['id']}: {each['help']}: {[node['target'] for node in each['nodes']][:3]}"
        for each in found["violations"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Tell whether a narrow window cuts the page off.

    Args:
        page: A page; its window is made narrow and wide again.

    Returns:
        Whether one must scroll sideways to read it.
    """
    before = page.viewport_size
    page.set_viewport_size({"width": NARROW, "height": 800})
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    if before is not None:
        page.set_viewport_size(before)
    return wide
