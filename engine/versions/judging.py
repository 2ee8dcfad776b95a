"""Decides whether an instance of a certain shape can go to another version.

It can where it could stand just so on the new version: each token at an element of the same kind
in the same place, each join with tokens to come by all its ways.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from engine.versions import joining
from engine.versions.outline import START, Node, Outline, Path, Renaming
from engine.versions.shapes import Fired, Live, Shape
from engine.versions.verdicts import Block, Need, Verdict


def judge(
    old: Outline,
    new: Outline,
    shape: Shape,
    mapping: Mapping[str, str],
    rebound: Collection[str] = (),
) -> Verdict:
    """Say what would happen to an instance.

    Args:
        old: The version that it runs on.
        new: The version that it shall go to.
        shape: Where its tokens stand.
        mapping: Element of the old version → element of the new, where they differ; "" lets an
            event at the edge of an activity end.
        rebound: What is called in another version by the new one.
    """
    case = _Case(old, new, shape, Renaming(mapping), rebound)
    findings = list(case.findings())
    if not findings:
        findings = list(joining.findings(old, new, shape, case.renaming))
    return Verdict(
        needs=tuple(sorted({each for each in findings if isinstance(each, Need)})),
        blocks=tuple(sorted({each for each in findings if isinstance(each, Block)})),
        starts=tuple(sorted(set(case.starts()))),
        ends=tuple(sorted(set(case.ends))),
        notes=tuple(sorted(set(case.notes))),
    )


@dataclass(slots=True)
class _Case:
    """One shape, looked at token by token."""

    old: Outline
    new: Outline
    shape: Shape
    renaming: Renaming
    rebound: Collection[str]
    ends: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def findings(self) -> Iterator[Need | Block]:
        """Yield all that is in the way."""
        yield from self._unknown()
        for live in sorted(self.shape.live):
            node = self._old(live.path, live.name)
            if node is None or self._is_settled_around(live.path):
                continue
            yield from self._live(live, node)
        for fired in sorted(self.shape.fired):
            if not self._is_settled_around(fired.path):
                yield from self._fired(fired)

    def _is_settled_around(self, path: Path) -> bool:
        """Whether the activity around a token says it all: it is gone, or calls a process."""
        return self.renaming.path(path) not in self.new.scopes or self.old.is_called(path)

    def _unknown(self) -> Iterator[Block]:
        """Yield what the mapping names and no version has."""
        old, new = self.old.elements(), self.new.elements()
        for left, right in self.renaming.mapping.items():
            if left not in old:
                yield Block(element=left, why="the mapping names it, and the old version lacks it")
            elif right and right not in new:
                yield Block(element=left, why=f"is mapped to «{right}», which is not there")
            elif not right and old[left][1].attached_to is None:
                yield Block(element=left, why="only an event at an activity's edge can just end")

    def _live(self, live: Live, node: Node) -> Iterator[Need | Block]:
        """Yield what is in the way of one token."""
        path = self.renaming.path(live.path)
        target = self.renaming.name(live.name)
        there = self.new.scopes[path].get(target)
        if there is not None:
            yield from self._differences(node, there)
            yield from self._alternatives(live.path, node, there)
        elif node.attached_to is not None:
            yield from self._edge_gone(node, path, dropped=not target)
        elif target in self.new.elements():
            home = " / ".join(self.new.elements()[target][0]) or "the process itself"
            yield Block(element=node.name, why=f"stands in another place now: {home}")
        else:
            yield self._need(node, path, "a token stands there, and the new version lacks it")

    def _differences(self, node: Node, there: Node) -> Iterator[Block]:
        """Yield what keeps one element from standing for another."""
        name = node.element or node.name
        if node.kind != there.kind:
            yield Block(element=name, why=f"is a {node.kind}, and would be a {there.kind}")
        elif node.looping != there.looping:
            yield Block(element=name, why="its instances are counted in another way now")
        elif node.inside is not None and not self._same_inside(node, there):
            yield Block(element=name, why="a called process runs inside: another version is called")
        elif self._attached(node) != there.attached_to:
            yield Block(element=name, why=f"stands at the edge of «{there.attached_to}» now")
        else:
            self._note(name, node, there)

    def _note(self, name: str, node: Node, there: Node) -> None:
        """Write down what a person may want to know."""
        if node.interrupting != there.interrupting:
            what = "interrupts" if there.interrupting else "does not interrupt"
            self.notes.append(f"{name}: {what} its activity in the new version")
        old, new = node.details.get("topic"), there.details.get("topic")
        if old != new:
            self.notes.append(f"{name}: its job goes on as «{old}», later ones as «{new}»")

    def _same_inside(self, node: Node, there: Node) -> bool:
        """Whether what runs inside is the same sub-process, or the same version of a process."""
        if node.kind != "call activity":
            return True
        return node.inside == there.inside and node.inside not in self.rebound

    def _alternatives(self, path: Path, node: Node, there: Node) -> Iterator[Block]:
        """Yield that an event waits together with others now: only the first one counts."""
        old = {self.renaming.name(name) for name in self.old.alternatives(path, node.name)}
        new = self.new.alternatives(self.renaming.path(path), there.name)
        if old != new:
            why = "waits for the first of other events in the new version"
            yield Block(element=node.element or node.name, why=why)

    def _attached(self, node: Node) -> str | None:
        """Return where a boundary event would stand by the mapping."""
        return self.renaming.name(node.attached_to) if node.attached_to is not None else None

    def _edge_gone(self, node: Node, path: Path, *, dropped: bool) -> Iterator[Need]:
        """Let an event at an edge end, unless a new one there may be the same."""
        known = {self.renaming.name(each) for each in self.old.elements()}
        at = self._attached(node)
        new_ones = [
            each.name
            for each in self.new.scopes[path].values()
            if each.attached_to == at and each.kind == node.kind and each.name not in known
        ]
        if new_ones and not dropped:
            why = "waits at an edge; the new version lacks it and has another one there"
            yield Need(element=node.name, why=why, suggestions=tuple(new_ones))
        else:
            self.ends.append(node.name)

    def _fired(self, fired: Fired) -> Iterator[Need | Block]:
        """Yield what is in the way of an event that fired beside an activity that goes on."""
        node = self._old(fired.path, fired.name)
        there = self.new.scopes.get(self.renaming.path(fired.path), {}).get(
            self.renaming.name(fired.name)
        )
        if node is None:
            return
        if there is None:
            if fired.going_on:
                path = self.renaming.path(fired.path)
                yield self._need(node, path, "has fired, and what it began goes on")
        elif there.interrupting and not node.interrupting:
            why = "has fired beside its activity, which it would end in the new version"
            yield Block(element=node.name, why=why)
        else:
            yield from self._differences(node, there)

    def _need(self, node: Node, path: Path, why: str) -> Need:
        """Return what has to be mapped, with what it may stand for."""
        taken = self.old.elements()
        free = [
            each
            for each in self.new.scopes.get(path, {}).values()
            if each.kind == node.kind and each.element == each.name and each.name not in taken
        ]
        free.sort(key=lambda each: (each.label != node.label or node.label is None, each.name))
        element = node.element or node.name
        return Need(element=element, why=why, suggestions=tuple(each.name for each in free))

    def starts(self) -> Iterator[str]:
        """Yield the events that the old version had not, beside what is live."""
        scopes = {live.path for live in self.shape.live}
        for path, name in {(live.path, live.name) for live in self.shape.live} | {
            (path, START) for path in scopes
        }:
            if self._is_settled_around(path):
                continue
            old = {self.renaming.name(each.name) for each in self.old.attached(path, name)}
            for each in self.new.attached(self.renaming.path(path), self.renaming.name(name)):
                if each.name not in old:
                    yield each.name

    def _old(self, path: Path, name: str) -> Node | None:
        return self.old.scopes.get(path, {}).get(name)
