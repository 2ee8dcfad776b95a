"""Processes as trees of blocks, with an oracle that plays them, and ways to change them.

The oracle knows nothing of the engine: it says which tasks are open when some are done, and
whether tokens that stand somewhere could stand there in another tree as well.
"""

import random
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from tests.unit.bpmn.diagrams import (
    ask,
    boundary,
    diagram,
    do,
    end,
    node,
    sequence,
    start,
    timer,
    when,
)


@dataclass(frozen=True)
class Task:
    """A user task or a job, with clocks at its edge that change nothing."""

    id: str
    edges: frozenset[str] = frozenset()
    kind: str = "user"


@dataclass(frozen=True)
class Seq:
    """One after the other."""

    items: tuple["Block", ...]


@dataclass(frozen=True)
class Par:
    """All at once."""

    id: str
    items: tuple["Block", ...]


@dataclass(frozen=True)
class Choice:
    """One of them, always the same."""

    id: str
    items: tuple["Block", ...]
    pick: int = 0


@dataclass(frozen=True)
class Sub:
    """A sub-process, with clocks at its edge."""

    id: str
    body: "Block"
    edges: frozenset[str] = frozenset()


Block = Task | Seq | Par | Choice | Sub


@dataclass(frozen=True)
class Tree:
    """A whole process."""

    root: Block

    def open(self, done: AbstractSet[str]) -> set[str]:
        """Say which tasks are open, by which are done; clocks of what is open too."""
        return _open(self.root, done)[0]

    @cached_property
    def paths(self) -> dict[str, tuple[str, ...]]:
        """The sub-processes around each task."""
        return {task.id: path for task, path in _tasks(self.root, ())}

    @cached_property
    def tasks(self) -> dict[str, Task]:
        """Every task by its id."""
        return {task.id: task for task, _ in _tasks(self.root, ())}

    def clocks(self, tokens: AbstractSet[str]) -> dict[str, frozenset[str]]:
        """Give the clocks at the edge of everything with a token in it."""
        return {
            block.id: block.edges
            for block in walk(self.root)
            if isinstance(block, Task | Sub) and tokens & _names(block)
        }

    def renamed(self, names: Mapping[str, str]) -> "Tree":
        """Give the same tree under other names."""
        return Tree(_renamed(self.root, names))

    @cached_property
    def names(self) -> set[str]:
        """The name of everything."""
        ids = {block.id for block in walk(self.root) if not isinstance(block, Seq)}
        return ids | self.edges

    @cached_property
    def edges(self) -> set[str]:
        """Every clock."""
        return {edge for block in walk(self.root) for edge in getattr(block, "edges", ())}

    def arrived(self, done: AbstractSet[str]) -> dict[str, set[str]]:
        """Say by which last blocks tokens wait at each join."""
        found: dict[str, set[str]] = {}
        for block in walk(self.root):
            if isinstance(block, Par) and _begun(self.root, block, done):
                over = {exit_of(each) for each in block.items if _open(each, done)[1]}
                if len(over) < len(block.items):
                    found[block.id] = over
        return found

    def settled(self, tokens: AbstractSet[str]) -> "Tree":
        """Give the same tree where each choice has led to where a token stands."""
        return Tree(_settled(self.root, tokens))

    @cached_property
    def homes(self) -> dict[str, tuple[str, ...]]:
        """The sub-processes around each join."""
        return dict(_joins(self.root, ()))

    def draw(self) -> str:
        """Draw it."""
        nodes, flows, first, last = _draw(self.root)
        text = start() + nodes + flows + end()
        return diagram(text, flows=f"start>{first};{last}>end")


def _open(block: Block, done: AbstractSet[str]) -> tuple[set[str], bool]:
    """Say what is open in a block whose token has come, and whether it is over."""
    match block:
        case Task(id=name, edges=edges):
            return (set(), True) if name in done else ({name, *edges}, False)
        case Seq(items=items):
            for each in items:
                found, over = _open(each, done)
                if not over:
                    return found, False
            return set(), True
        case Par(items=items):
            both = [_open(each, done) for each in items]
            return set().union(*(found for found, _ in both)), all(over for _, over in both)
        case Choice(items=items, pick=pick):
            return _open(items[pick], done)
        case Sub(body=body, edges=edges):
            found, over = _open(body, done)
            return (set(), True) if over else ({*found, *edges}, False)


def _begun(root: Block, wanted: Block, done: AbstractSet[str]) -> bool:
    """Whether a token has come to a block and has not left it."""
    match root:
        case _ if root is wanted:
            return not _open(root, done)[1]
        case Seq(items=items):
            now = next((each for each in items if not _open(each, done)[1]), None)
            return now is not None and _begun(now, wanted, done)
        case Par(items=items):
            return any(_begun(each, wanted, done) for each in items)
        case Choice(items=items, pick=pick):
            return _begun(items[pick], wanted, done)
        case Sub(body=body):
            return _begun(body, wanted, done)
    return False


def _tasks(block: Block, path: tuple[str, ...]) -> Iterator[tuple[Task, tuple[str, ...]]]:
    match block:
        case Task():
            yield block, path
        case Sub(id=name, body=body):
            yield from _tasks(body, (*path, name))
        case Seq(items=items) | Par(items=items) | Choice(items=items):
            for each in items:
                yield from _tasks(each, path)


def _joins(block: Block, path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if isinstance(block, Par):
        yield block.id, path
    for each in block.items if isinstance(block, Seq | Par | Choice) else ():
        yield from _joins(each, path)
    if isinstance(block, Sub):
        yield from _joins(block.body, (*path, block.id))


def _renamed(block: Block, names: Mapping[str, str]) -> Block:
    changes: dict[str, Any] = {}
    if not isinstance(block, Seq):
        changes["id"] = names.get(block.id, block.id)
    if isinstance(block, Task | Sub):
        changes["edges"] = frozenset(names.get(edge, edge) for edge in block.edges)
    if isinstance(block, Sub):
        changes["body"] = _renamed(block.body, names)
    elif isinstance(block, Seq | Par | Choice):
        changes["items"] = tuple(_renamed(each, names) for each in block.items)
    return replace(block, **changes)


def _settled(block: Block, tokens: AbstractSet[str]) -> Block:
    match block:
        case Seq(items=items) | Par(items=items) | Choice(items=items):
            made = replace(block, items=tuple(_settled(each, tokens) for each in items))
            hit = [place for place, each in enumerate(items) if tokens & _names(each)]
            return replace(made, pick=hit[0]) if isinstance(made, Choice) and hit else made
        case Sub(body=body):
            return replace(block, body=_settled(body, tokens))
    return block


def walk(block: Block) -> Iterator[Block]:
    """Yield a block and all in it."""
    yield block
    for each in block.items if isinstance(block, Seq | Par | Choice) else ():
        yield from walk(each)
    if isinstance(block, Sub):
        yield from walk(block.body)


def exit_of(block: Block) -> str:
    """Name what a token leaves a block by."""
    match block:
        case Seq(items=items):
            return exit_of(items[-1])
        case Par(id=name) | Choice(id=name):
            return f"{name}_close"
        case _:
            return block.id


def placed(block: Block, tokens: AbstractSet[str], arrived: dict[str, set[str]]) -> set[str] | None:
    """Say what is done where tokens stand at some tasks of a block; None where they cannot.

    Args:
        block: With a token in it.
        tokens: The open tasks.
        arrived: The tokens that wait at joins.
    """
    inside = {task.id for task, _ in _tasks(block, ())}
    here = tokens & inside
    match block:
        case Task():
            return set() if here else None
        case Seq(items=items):
            return _placed_in_order(items, here, arrived)
        case Par(id=name, items=items):
            return _placed_at_once(items, here, arrived, arrived.get(name, set()))
        case Choice(items=items):
            hit = [each for each in items if here & {task.id for task, _ in _tasks(each, ())}]
            return placed(hit[0], here, arrived) if len(hit) == 1 else None
        case Sub(body=body):
            return placed(body, here, arrived)


def _placed_in_order(
    items: tuple[Block, ...], here: AbstractSet[str], arrived: dict[str, set[str]]
) -> set[str] | None:
    hit = [place for place, each in enumerate(items) if here & _names(each)]
    if len(hit) != 1:
        return None
    inner = placed(items[hit[0]], here, arrived)
    before = set().union(*(_names(each) for each in items[: hit[0]]))
    return inner | before if inner is not None else None


def _placed_at_once(
    items: tuple[Block, ...], here: AbstractSet[str], arrived: dict[str, set[str]], came: set[str]
) -> set[str] | None:
    over = [each for each in items if not here & _names(each)]
    if {exit_of(each) for each in over} != came:
        return None
    done = set().union(*(_names(each) for each in over))
    for each in items:
        if each not in over:
            inner = placed(each, here, arrived)
            if inner is None:
                return None
            done |= inner
    return done


def _names(block: Block) -> set[str]:
    return {task.id for task, _ in _tasks(block, ())}


def _draw(block: Block) -> tuple[str, str, str, str]:
    """Give a block's nodes, its flows, its first and its last node."""
    match block:
        case Task(id=name, edges=edges, kind=kind):
            nodes = ask(name) if kind == "user" else do(name)
            clocks, flows = _draw_edges(name, edges)
            return nodes + clocks, flows, name, name
        case Sub(id=name, body=body, edges=edges):
            nodes, flows, first, last = _draw(body)
            inner = start(f"{name}_s") + nodes + flows + end(f"{name}_e")
            inner += sequence(f"{name}_s>{first};{last}>{name}_e")
            clocks, outer = _draw_edges(name, edges)
            return node("subProcess", name, inner) + clocks, outer, name, name
        case Seq(items=items):
            drawn = [_draw(each) for each in items]
            chain = ";".join(f"{a[3]}>{b[2]}" for a, b in pairwise(drawn))
            nodes = "".join(each[0] for each in drawn)
            flows = "".join(each[1] for each in drawn) + sequence(chain)
            return nodes, flows, drawn[0][2], drawn[-1][3]
        case Par(id=name, items=items):
            drawn = [_draw(each) for each in items]
            nodes = node("parallelGateway", f"{name}_open")
            nodes += node("parallelGateway", f"{name}_close")
            flows = "".join(sequence(f"{name}_open>{each[2]}") for each in drawn)
            return _closed(name, drawn, nodes, flows)
        case Choice(id=name, items=items, pick=pick):
            drawn = [_draw(each) for each in items]
            default = f"{name}_open_{drawn[pick][2]}"
            nodes = node("exclusiveGateway", f"{name}_open", default=default)
            nodes += node("exclusiveGateway", f"{name}_close")
            flows = "".join(
                sequence(f"{name}_open>{each[2]}")
                if place == pick
                else when(f"{name}_open", each[2], "false")
                for place, each in enumerate(drawn)
            )
            return _closed(name, drawn, nodes, flows)


def _closed(
    name: str, drawn: list[tuple[str, str, str, str]], nodes: str, flows: str
) -> tuple[str, str, str, str]:
    flows += "".join(each[1] + sequence(f"{each[3]}>{name}_close") for each in drawn)
    return nodes + "".join(each[0] for each in drawn), flows, f"{name}_open", f"{name}_close"


def _draw_edges(name: str, edges: frozenset[str]) -> tuple[str, str]:
    clocks = "".join(
        boundary(edge, name, timer("P30D"), interrupting=False) + end(f"{edge}_out")
        for edge in sorted(edges)
    )
    return clocks, "".join(sequence(f"{edge}>{edge}_out") for edge in sorted(edges))


def mapping(old: Tree, names: Mapping[str, str]) -> dict[str, str]:
    """Write other names down element by element."""
    gateways = {block.id for block in walk(old.root) if isinstance(block, Par | Choice)}
    made: dict[str, str] = {}
    for name, other in names.items():
        ends = ("_open", "_close") if name in gateways else ("",)
        made |= {f"{name}{each}": f"{other}{each}" for each in ends}
    return made


@dataclass
class Maker:
    """Makes trees by chance, and changes them."""

    chance: random.Random
    _number: int = 0

    def tree(self, depth: int = 3) -> Tree:
        """Make one."""
        return Tree(self._block(depth))

    def _name(self, kind: str) -> str:
        self._number += 1
        return f"{kind}{self._number}"

    def _edges(self) -> frozenset[str]:
        return frozenset({self._name("clock")} if self.chance.random() < 1 / 3 else ())

    def _task(self) -> Task:
        return Task(self._name("task"), self._edges())

    def _block(self, depth: int) -> Block:
        kind = self.chance.choice(["task", "seq", "par", "choice", "sub", "par"])
        if depth == 0 or kind == "task":
            return self._task()
        if kind == "sub":
            return Sub(self._name("sub"), self._block(depth - 1), self._edges())
        items = tuple(self._block(depth - 1) for _ in range(self.chance.choice([2, 2, 3])))
        if kind == "seq":
            return Seq(items)
        name = self._name(kind)
        return Par(name, items) if kind == "par" else Choice(name, items)

    def names(self, old: Tree, new: Tree) -> dict[str, str]:
        """Choose other names for some of what two trees have."""
        both = sorted(old.names & new.names)
        some = self.chance.sample(both, min(len(both), self.chance.choice([0, 0, 1, 2])))
        return {name: f"{name}_again" for name in some}

    def changed(self, tree: Tree) -> Tree:
        """Change one thing somewhere."""
        blocks = list(walk(tree.root))
        target = self.chance.choice(blocks)
        return Tree(_swapped(tree.root, target, self._change(target)))

    def _change(self, block: Block) -> Block:
        ways = [self._before, self._behind, self._beside, self._wrapped, self._other_edges]
        if isinstance(block, Seq | Par | Choice):
            ways += [self._without_one, self._shuffled, self._in_order, self._at_once]
        if isinstance(block, Task):
            ways += [self._other_kind]
        return self.chance.choice(ways)(block)

    def _before(self, block: Block) -> Block:
        return Seq((self._task(), block))

    def _behind(self, block: Block) -> Block:
        return Seq((block, self._task()))

    def _beside(self, block: Block) -> Block:
        if isinstance(block, Par):
            return replace(block, items=(*block.items, self._task()))
        return Par(self._name("par"), (block, self._task()))

    def _wrapped(self, block: Block) -> Block:
        return Sub(self._name("sub"), block)

    def _other_edges(self, block: Block) -> Block:
        if isinstance(block, Task | Sub):
            return replace(block, edges=frozenset() if block.edges else self._edges())
        return block

    def _without_one(self, block: Block) -> Block:
        assert isinstance(block, Seq | Par | Choice)
        gone = self.chance.randrange(len(block.items))
        left = (*block.items[:gone], *block.items[gone + 1 :])
        if len(left) == 1:
            return left[0]
        return replace(block, items=left)

    def _shuffled(self, block: Block) -> Block:
        assert isinstance(block, Seq | Par | Choice)
        return replace(block, items=tuple(self.chance.sample(block.items, len(block.items))))

    def _in_order(self, block: Block) -> Block:
        assert isinstance(block, Seq | Par | Choice)
        return Seq(block.items)

    def _at_once(self, block: Block) -> Block:
        assert isinstance(block, Seq | Par | Choice)
        return Par(self._name("par"), block.items)

    def _other_kind(self, block: Block) -> Block:
        assert isinstance(block, Task)
        return replace(block, kind="job" if block.kind == "user" else "user")


def _swapped(root: Block, old: Block, new: Block) -> Block:
    """Put a block in place of another."""
    if root is old:
        return new
    match root:
        case Seq(items=items) | Par(items=items) | Choice(items=items):
            return replace(root, items=tuple(_swapped(each, old, new) for each in items))
        case Sub(body=body):
            return replace(root, body=_swapped(body, old, new))
    return root
