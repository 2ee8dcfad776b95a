"""The layout: SpiffWorkflow reads where shapes stand, as numbers."""

import math
from collections.abc import Iterator

from engine.allowlist.placing import Element, finding
from engine.errors import Finding

_SHAPE = "{http://www.omg.org/spec/BPMN/20100524/DI}BPMNShape"
_BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"


def layout(root: Element) -> Iterator[Finding]:
    """Yield the shapes whose place is no number.

    Args:
        root: The file's root element.
    """
    for shape in root.iter(_SHAPE):
        for bounds in shape.iter(_BOUNDS):
            if not all(_is_number(bounds.get(name, "0")) for name in ("x", "y")):
                yield finding(shape, "layout", "Where this shape stands is no number: move it.")


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
