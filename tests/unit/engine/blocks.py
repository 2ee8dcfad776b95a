"""Small diagrams out of blocks: steps, branches, choices, loops and sub-processes in each other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from hypothesis import strategies as st

from tests.unit.bpmn.diagrams import (
    ask,
    boundary,
    diagram,
    end,
    node,
    sequence,
    start,
    timer,
    when,
)

#: "task", or the kind of a block with the blocks in it.
Block = str | tuple[str, "Block", "Block"]

_KINDS = ("sequence", "parallel", "choice", "loop", "inside")

BLOCKS: st.SearchStrategy[Block] = st.recursive(
    st.just("task"),
    lambda inner: st.tuples(st.sampled_from(_KINDS), inner, inner),
    max_leaves=5,
)


@dataclass(kw_only=True)
class Drawing:
    """A diagram made of a block.

    Args:
        text: Of the .bpmn file.
        scopes: Each user task and sub-process → the sub-process around it; None: the process.
        single: Whether there is never more than one token.
    """

    text: str = ""
    scopes: dict[str, str | None] = field(default_factory=dict)
    single: bool = True
    _names: Iterator[int] = field(default_factory=count)

    def draw(self, block: Block) -> "Drawing":
        """Draw the whole process."""
        nodes, flows, first, last = self._block(block, None)
        chain = f"start>{first};{last}>end"
        self.text = diagram(start() + nodes + flows + end(), flows=chain)
        return self

    def _name(self, kind: str) -> str:
        return f"{kind}{next(self._names)}"

    def _block(self, block: Block, scope: str | None) -> tuple[str, str, str, str]:
        """Give a block's nodes, its flows, its first and its last node."""
        if isinstance(block, str):
            name = self._name("task")
            self.scopes[name] = scope
            return ask(name), "", name, name
        kind, one, two = block
        if kind == "inside":
            return self._inside(one, scope)
        left, right = self._block(one, scope), self._block(two, scope)
        nodes, flows = left[0] + right[0], left[1] + right[1]
        if kind == "sequence":
            return nodes, flows + sequence(f"{left[3]}>{right[2]}"), left[2], right[3]
        if kind == "loop":
            return self._loop(left, right)
        opened, closed = self._name("open"), self._name("close")
        ways = sequence(f"{left[3]}>{closed}; {right[3]}>{closed}")
        if kind == "parallel":
            self.single = False
            nodes += node("parallelGateway", opened) + node("parallelGateway", closed)
            ways += sequence(f"{opened}>{left[2]}; {opened}>{right[2]}")
        else:
            nodes += node("exclusiveGateway", opened, default=f"{opened}_{left[2]}")
            nodes += node("exclusiveGateway", closed)
            ways += sequence(f"{opened}>{left[2]}") + when(opened, right[2], "other == true")
        return nodes, flows + ways, opened, closed

    def _loop(
        self, body: tuple[str, str, str, str], after: tuple[str, str, str, str]
    ) -> tuple[str, str, str, str]:
        """Draw a body that is left, for what comes after, when `again` is not true."""
        merge, more = self._name("merge"), self._name("more")
        nodes = node("exclusiveGateway", merge)
        nodes += node("exclusiveGateway", more, default=f"{more}_{after[2]}")
        ways = sequence(f"{merge}>{body[2]}; {body[3]}>{more}>{after[2]}")
        ways += when(more, merge, "again == true")
        return body[0] + after[0] + nodes, body[1] + after[1] + ways, merge, after[3]

    def _inside(self, block: Block, scope: str | None) -> tuple[str, str, str, str]:
        """Draw a sub-process with a clock at its edge that changes nothing."""
        name, edge, out = self._name("sub"), self._name("edge"), self._name("out")
        self.scopes[name] = scope
        nodes, flows, first, last = self._block(block, name)
        opened, closed = self._name("begin"), self._name("done")
        inner = start(opened) + nodes + end(closed) + flows
        inner += sequence(f"{opened}>{first}; {last}>{closed}")
        beside = boundary(edge, name, timer("P30D"), interrupting=False) + end(out)
        return node("subProcess", name, inner) + beside, sequence(f"{edge}>{out}"), name, name
