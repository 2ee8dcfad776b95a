"""Sees whether tokens that stand side by side in one version can do so in the other.

A parallel gateway passes when a token has come by each of its ways (BPMN 2.0, 13.4.1). One whose
fork the instance has passed already must not wait for a way that was never taken.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from engine.versions.outline import Node, Outline, Path, Renaming, base_of, reach
from engine.versions.shapes import Shape
from engine.versions.verdicts import Block, Need

_SAME = Renaming({})


def findings(
    old: Outline, new: Outline, shape: Shape, renaming: Renaming
) -> Iterator[Need | Block]:
    """Yield the joins that would wait for ever, and tokens that cannot stand side by side.

    What holds in the old version already is left alone.

    Args:
        old: The version that the instance runs on.
        new: The version that it shall go to.
        shape: Where its tokens stand.
        renaming: Old names → new ones.
    """
    for path in {live.path for live in shape.live if not old.is_called(live.path)}:
        stuck_before = {join for join, _ in _stuck(old, path, shape, _SAME)}
        known = {renaming.name(join) for join in stuck_before}
        lost = list(_lost(new, path, shape, renaming))
        yield from lost
        for join, ways in _stuck(new, path, shape, renaming) if not lost else ():
            if join not in known:
                why = f"would wait for ever: nothing will come by {', '.join(ways)}"
                yield Block(element=join, why=why)
        twice_before = {renaming.name(join) for join in _twice(old, path, shape, _SAME)}
        for join in _twice(new, path, shape, renaming):
            if join not in known | twice_before:
                yield Block(element=join, why="two tokens would come by one of its ways")
        yield from _side_by_side(old, new, path, shape, renaming)


def _tokens(shape: Shape, path: Path) -> list[str]:
    """Return the names of what is open in a scope."""
    return sorted(live.name for live in shape.live if live.path == path)


@dataclass(frozen=True, slots=True)
class _Coming:
    """One parallel gateway, and where tokens may come to it from."""

    join: Node
    arrived: frozenset[str]
    ways: frozenset[str]


def _joins(outline: Outline, path: Path, shape: Shape, renaming: Renaming) -> Iterator[_Coming]:
    """Yield the parallel gateways of a scope that a token waits at or can come to."""
    nodes = outline.scopes.get(renaming.path(path), {})
    tokens = [renaming.name(name) for name in _tokens(shape, path)]
    tokens += [node.name for node in nodes.values() if node.attached_to in tokens]
    for join in nodes.values():
        if not join.is_join or join.kind != "parallel gateway":
            continue
        near = reach(nodes, [each for each in tokens if each != join.name], around=join.name)
        ways = frozenset(name for name in join.inputs if name in near)
        arrived = frozenset(_arrived(shape, path, renaming, join.name))
        if ways or arrived:
            yield _Coming(join, arrived, ways)


def _stuck(
    outline: Outline, path: Path, shape: Shape, renaming: Renaming
) -> Iterator[tuple[str, list[str]]]:
    """Yield the joins that a token can come to, each with the ways that nothing will come by."""
    for each in _joins(outline, path, shape, renaming):
        missing = [name for name in each.join.inputs if name not in each.ways | each.arrived]
        if missing:
            yield each.join.name, missing


def _twice(outline: Outline, path: Path, shape: Shape, renaming: Renaming) -> Iterator[str]:
    """Yield the joins to which a token can come by a way that one has come by already."""
    for each in _joins(outline, path, shape, renaming):
        if each.ways & each.arrived:
            yield each.join.name


def _arrived(shape: Shape, path: Path, renaming: Renaming, join: str) -> set[str]:
    """Return the new names of what the tokens at a join came from."""
    return {
        renaming.name(each.by)
        for each in shape.arrived
        if each.path == path and renaming.name(each.join) == join
    }


def _lost(new: Outline, path: Path, shape: Shape, renaming: Renaming) -> Iterator[Need]:
    """Yield the tokens at joins that came by a way that the new version lacks."""
    nodes = new.scopes.get(renaming.path(path), {})
    for each in shape.arrived:
        join = nodes.get(renaming.name(each.join))
        if each.path != path or join is None or renaming.name(each.by) in join.inputs:
            continue
        why = f"a token came from it to «{join.name}», which it does not lead to any more"
        ways = tuple(base_of(name) for name in join.inputs)
        yield Need(element=base_of(each.by), why=why, suggestions=ways)


def _side_by_side(
    old: Outline, new: Outline, path: Path, shape: Shape, renaming: Renaming
) -> Iterator[Block]:
    """Yield pairs of tokens that only the old version can have at once."""
    left, right = old.scopes[path], new.scopes.get(renaming.path(path), {})
    tokens = [name for name in _tokens(shape, path) if name in left and not _beside(left[name])]
    for one, other in combinations(tokens, 2):
        if not _together(left, one, other):
            continue
        new_one, new_other = renaming.name(one), renaming.name(other)
        if new_one in right and new_other in right and not _together(right, new_one, new_other):
            yield Block(element=one, why=f"could not be open at once with «{other}» any more")


def _beside(node: Node) -> bool:
    """Whether what is open there only accompanies a token."""
    return node.attached_to is not None or node.element is None or node.is_join


def _together(nodes: Mapping[str, Node], one: str, other: str) -> bool:
    """Whether some node sends tokens on two ways at once, to the one and to the other."""
    for node in nodes.values():
        ways = [name for name in node.outputs if not name.endswith(".BoundaryEventJoin")]
        if node.forks and len(ways) > 1:
            origins = _origins(nodes, node.name, ways)
            pairs = product(origins.get(one, ()), origins.get(other, ()))
            if any(left.isdisjoint(right) for left, right in pairs):
                return True
    return False


def _origins(
    nodes: Mapping[str, Node], fork: str, ways: Sequence[str]
) -> dict[str, set[frozenset[str]]]:
    """Return which of a fork's ways a token at each node may have come by.

    Behind a join of several ways, it has come by all of them.
    """
    reached = {way: reach(nodes, [way], around=fork) for way in ways}
    behind = {
        name: frozenset(way for way in ways if name in reached[way])
        for name, node in nodes.items()
        if node.is_join
    }
    joins = {name: came for name, came in behind.items() if len(came) > 1}
    begins = {way: frozenset([way]) for way in ways if way not in joins} | joins
    origins: dict[str, set[frozenset[str]]] = {}
    for name, came in begins.items():
        for each in _up_to(nodes, name, {*joins, fork}):
            origins.setdefault(each, set()).add(came)
    return origins


def _up_to(nodes: Mapping[str, Node], begin: str, stops: Container[str]) -> set[str]:
    """Return the nodes that a token can come to before it comes to one of some others."""
    found, todo = {begin}, [begin]
    while todo:
        for name in nodes[todo.pop()].outputs:
            if name in nodes and name not in found and name not in stops:
                found.add(name)
                todo.append(name)
    return found
