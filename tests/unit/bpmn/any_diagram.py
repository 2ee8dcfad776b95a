"""Draws valid diagrams by chance, out of all that is executed, one thing inside another.

All is drawn in blocks with one way in and one way out, so that no diagram can be stuck by its own
fault: a token that goes into a block comes out of it, ends its scope, or is cancelled with it.
"""

from .any_events import (
    EXTERNAL,
    NONE,
    PASSED,
    ROOTS,
    SENT,
    TERMINATE,
    error,
    escalation,
    message,
    signal,
)
from .any_sheet import Sheet
from .diagrams import diagram, node, when


class Drawing(Sheet):
    """A process, drawn in blocks."""

    def text(self, *, rounds: bool = False) -> str:
        """Draw it.

        Args:
            rounds: Whether all of it stands in a loop, which goes on while `on`.
        """
        return diagram(
            self._scope(depth=0, rounds=rounds), flows="", roots=ROOTS, process=self.process
        )

    def _scope(self, depth: int, opening: str = "", *, rounds: bool = False, **at: str) -> str:
        """Draw what is in a process or sub-process."""
        outer, self.parts = self.parts, []
        first = self._add("startEvent", opening, **at)
        last = self._rounds(depth, "on") if rounds else self._row(depth, forked=False)
        self._flow(first, last[0])
        self._flow(last[1], self._add("endEvent"))
        if depth < 3 and not opening and self._now(3):
            self._beside(depth)
        made, self.parts = "".join(self.parts), outer
        return made

    def _beside(self, depth: int) -> None:
        """Draw an event sub-process."""
        definition, interrupting = self._caught()
        inside = self._scope(depth + 1, definition, isInterrupting=interrupting)
        self._add("subProcess", inside, triggeredByEvent="true")

    def _row(self, depth: int, *, forked: bool) -> tuple[str, str]:
        """Draw blocks one after the other; give the first and the last node."""
        first, last = self._block(depth, forked=forked)
        while self.size > 0 and self._now(3):
            then = self._block(depth, forked=forked)
            self._flow(last, then[0])
            last = then[1]
        return first, last

    def _block(self, depth: int, *, forked: bool) -> tuple[str, str]:
        self.size -= 1
        kinds = [self._user, self._job, self._simple, self._event]
        if self.size > 0 and depth < 4:
            kinds += [self._sub, self._sub, self._fork, self._fork, self._first, self._loop]
            kinds += [self._early, self._call]
        return self.chance.choice(kinds)(depth, forked=forked)

    def _user(self, depth: int, *, forked: bool) -> tuple[str, str]:
        return self._edges(self._add("userTask", self._marker()), depth, forked=forked)

    def _job(self, depth: int, *, forked: bool) -> tuple[str, str]:
        kind = self.chance.choice(["serviceTask", "sendTask"])
        return self._edges(self._add(kind, self._marker(), **EXTERNAL), depth, forked=forked)

    def _simple(self, depth: int, *, forked: bool) -> tuple[str, str]:  # noqa: ARG002
        kind = self.chance.choice(["scriptTask", "manualTask", "throw"])
        if kind == "throw":
            made = self.chance.choice([NONE, signal(1), escalation(1), message(1, SENT)])
            both = self._add("intermediateThrowEvent", made)
        else:
            script = "<bpmn:script>x = 1</bpmn:script>" if kind == "scriptTask" else ""
            both = self._add(kind, self._marker() + script)
        return both, both

    def _event(self, depth: int, *, forked: bool) -> tuple[str, str]:
        if self._now(4):
            made = self._add("receiveTask", self._marker(), messageRef="m1")
            return self._edges(made, depth, forked=forked)
        both = self._waiting()
        return both, both

    def _sub(self, depth: int, *, forked: bool) -> tuple[str, str]:
        inside = self._marker() + self._scope(depth + 1)
        return self._edges(self._add("subProcess", inside), depth, forked=forked)

    def _call(self, depth: int, *, forked: bool) -> tuple[str, str]:
        if not self.calls:
            return self._sub(depth, forked=forked)
        inside = f"<bpmn:extensionElements>{PASSED}</bpmn:extensionElements>" + self._marker()
        called = self._add("callActivity", inside, calledElement=self.chance.choice(self.calls))
        return self._edges(called, depth, forked=forked)

    def _fork(self, depth: int, *, forked: bool) -> tuple[str, str]:
        kind = self.chance.choice(["parallelGateway", "inclusiveGateway", "exclusiveGateway"])
        # Where nothing waits for all of them, both tokens may go on, one behind the other.
        apart = self.doubling and kind != "exclusiveGateway" and not forked and self._now(4)
        join = self._add("exclusiveGateway" if apart else kind)
        both = (kind != "exclusiveGateway" and not apart) or forked
        rows = [self._row(depth, forked=both) for _ in range(2)]
        fork = self._new()
        default = {} if kind == "parallelGateway" else {"default": f"{fork}_{rows[0][0]}"}
        self.parts.append(node(kind, fork, **default))
        for place, (first, last) in enumerate(rows):
            if default and place:
                self.parts.append(when(fork, first, "c >= 1"))
            else:
                self._flow(fork, first)
            self._flow(last, join)
        if kind == "inclusiveGateway":
            third = self._row(depth, forked=both)
            self.parts.append(when(fork, third[0], "c != 1"))
            self._flow(third[1], join)
        return fork, join

    def _first(self, depth: int, *, forked: bool) -> tuple[str, str]:
        gateway, join = self._add("eventBasedGateway"), self._add("exclusiveGateway")
        for _ in range(2):
            event, then = self._waiting(), self._row(depth, forked=forked)
            self._flow(gateway, event, then[0])
            self._flow(then[1], join)
        return gateway, join

    def _loop(self, depth: int, *, forked: bool) -> tuple[str, str]:
        return self._rounds(depth, "again", forked=forked)

    def _rounds(self, depth: int, condition: str, *, forked: bool = False) -> tuple[str, str]:
        """Draw a loop that begins with a user task and has another round on a condition."""
        again, join, ask = self._new(), self._add("exclusiveGateway"), self._add("userTask")
        inside = self._row(depth, forked=forked)
        out = self._add("exclusiveGateway")
        self.parts.append(node("exclusiveGateway", again, default=f"{again}_{out}"))
        self._flow(join, ask, inside[0])
        self._flow(inside[1], again, out)
        self.parts.append(when(again, join, condition))
        return join, out

    def _early(self, depth: int, *, forked: bool) -> tuple[str, str]:
        """Draw a choice whose one way ends here."""
        ends = [TERMINATE, error(1), error(2)]
        if not forked:
            ends += [NONE, escalation(1), escalation(2), signal(1), message(1, SENT)]
        choice, end = self._new(), self._add("endEvent", self.chance.choice(ends))
        then = self._row(depth, forked=forked)
        self.parts.append(node("exclusiveGateway", choice, default=f"{choice}_{then[0]}"))
        self._flow(choice, then[0])
        self.parts.append(when(choice, end, "c == 2"))
        return choice, then[1]

    def _edges(self, activity: str, depth: int, *, forked: bool) -> tuple[str, str]:
        """Draw events at the edge of an activity; what interrupts leads on to what follows."""
        last = activity
        while self._now(3):
            definition, interrupting = self._caught()
            event = self._add(
                "boundaryEvent", definition, attachedToRef=activity, cancelActivity=interrupting
            )
            then = self._row(depth, forked=forked) if self.size > 0 else ()
            way = [event, *then[:1]]
            if interrupting == "true" and (forked or self._now(2)):
                join = self._add("exclusiveGateway")
                self._flow(last, join)
                way_out = last = join
            else:
                way_out = self._add("endEvent")
            if then:
                self._flow(*way)
                self._flow(then[1], way_out)
            else:
                self._flow(event, way_out)
        return activity, last
