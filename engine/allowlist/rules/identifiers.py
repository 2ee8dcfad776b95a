"""Ids: each node has one, no two are the same, and none is one of the engine's own."""

import re
from collections.abc import Iterator

from engine.allowlist.diagram import Diagram
from engine.allowlist.placing import Element, finding, is_bpmn, local
from engine.allowlist.vocabulary import FLOW_NODES
from engine.errors import Finding

#: Longer than any that a modeler makes, and short enough for a line of the history.
MAX_CHARACTERS = 200
#: Names that SpiffWorkflow gives to nodes of its own in every process.
TAKEN = frozenset({"Start", "End"})

_ID = re.compile(r"[^\W\d][\w-]*")
_NEED_ONE = FLOW_NODES | {"sequenceFlow", "process", "message", "signal", "error", "escalation"}


def identifiers(diagram: Diagram) -> Iterator[Finding]:
    """Yield elements without an id, with one that is taken, or with one that cannot be."""
    seen: set[str] = set()
    for element in filter(is_bpmn, diagram.elements):
        id_ = element.get("id")
        if id_ is None:
            if local(element) in _NEED_ONE:
                yield finding(element, "id", f"A «{local(element)}» here has no id: give it one.")
        elif id_ in seen:
            yield finding(element, "id", f"The id «{id_[:60]}» is there twice: change one of them.")
        elif local(element) in _NEED_ONE:
            yield from _spelling(element, id_)
        seen.add(id_ or "")


def _spelling(element: Element, id_: str) -> Iterator[Finding]:
    """Yield the finding of an id that cannot be."""
    if len(id_) > MAX_CHARACTERS:
        yield Finding(
            element_id=f"{id_[:60]}…",
            rule="id",
            message=f"An id may have {MAX_CHARACTERS} characters; this has {len(id_)}: shorten it.",
        )
    elif id_ in TAKEN:
        yield finding(element, "id", f"The id «{id_}» is the engine's own: give it another.")
    elif not _ID.fullmatch(id_):
        yield finding(
            element,
            "id",
            f"The id «{id_}» may hold letters, digits, - and _, and starts with a letter or _.",
        )
