"""What differs between two versions of a process, element by element."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.versions.outline import Node, Outline, Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One element that both versions have, and differently.

    Args:
        element: Its id.
        what: "kind", "scope", "attached to", "interrupting", "looping", "name", "follows", or one
            of its details, such as "form" or "event expression".
        old: What it was.
        new: What it is.
    """

    element: str
    what: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Two versions side by side; each tuple in the order of the diagrams.

    Args:
        added: Elements of the new version only.
        removed: Elements of the old version only.
        same: Elements without a difference.
        changed: What differs in the others.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    same: tuple[str, ...]
    changed: tuple[Change, ...]


def compare(old: Outline, new: Outline) -> Comparison:
    """Compare two versions by their elements' ids.

    Args:
        old: The one.
        new: The other.
    """
    left, right = old.elements(), new.elements()
    both = [element for element in left if element in right]
    changed = [change for each in both for change in _changes(left[each], right[each])]
    differing = {change.element for change in changed}
    return Comparison(
        added=tuple(element for element in right if element not in left),
        removed=tuple(element for element in left if element not in right),
        same=tuple(element for element in both if element not in differing),
        changed=tuple(changed),
    )


def _changes(left: tuple[Path, Node], right: tuple[Path, Node]) -> Iterator[Change]:
    """Yield what differs in one element."""
    (old_path, old), (new_path, new) = left, right
    pairs = [
        ("kind", old.kind, new.kind),
        ("scope", " / ".join(old_path), " / ".join(new_path)),
        ("attached to", old.attached_to, new.attached_to),
        ("interrupting", old.interrupting, new.interrupting),
        ("looping", old.looping, new.looping),
        ("name", old.label, new.label),
        ("follows", _sources(old), _sources(new)),
    ]
    names = dict.fromkeys([*old.details, *new.details])
    pairs += [(name, old.details.get(name), new.details.get(name)) for name in names]
    for what, before, after in pairs:
        if before != after:
            element = str(old.element)
            yield Change(element=element, what=what, old=_text(before), new=_text(after))


def _sources(node: Node) -> str:
    """Return what a node comes after, without what the engine puts between."""
    return ", ".join(sorted(name.split(".")[0] for name in node.inputs))


def _text(value: object) -> str:
    """Return a value as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if value is not None else ""
