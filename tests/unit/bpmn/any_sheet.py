"""What is drawn on, by chance: nodes with numbers for names, and flows between them."""

from dataclasses import dataclass, field
from random import Random

from .any_events import ANY_ERROR, MARKERS, TIMERS, error, escalation, message, signal
from .diagrams import node, sequence


@dataclass
class Sheet:
    """A process that is being drawn.

    Args:
        chance: Decides.
        size: About how many blocks it may still have.
        process: Its id.
        calls: The processes that it may call.
        doubling: Whether two tokens may come out of a block into which one went.
    """

    chance: Random
    size: int
    process: str = "p"
    calls: tuple[str, ...] = ()
    doubling: bool = True
    number: int = 0
    parts: list[str] = field(default_factory=list)

    def _caught(self) -> tuple[str, str]:
        """Draw what an event at an edge or of an event sub-process catches.

        What does not interrupt hears no message or signal of the flow, or the flow would go on
        and on by it.
        """
        kind = self.chance.choice("mstec")
        interrupting = kind == "e" or self._now(2)
        n = self.chance.choice([1, 2]) if interrupting or kind == "c" else 2
        made = {"m": message, "s": signal, "e": error, "c": escalation}
        definition = made[kind](n) if kind in made else self.chance.choice(TIMERS)
        if kind == "e" and self._now(2):
            definition = ANY_ERROR
        return definition, str(interrupting).lower()

    def _waiting(self) -> str:
        """Draw an intermediate catch event."""
        definition = self.chance.choice([message(1), signal(1), self.chance.choice(TIMERS)])
        return self._add("intermediateCatchEvent", definition)

    def _marker(self) -> str:
        return self.chance.choice(MARKERS) if self._now(4) else ""

    def _now(self, out_of: int) -> bool:
        """Whether something that happens once in so many times happens now."""
        return self.chance.randrange(out_of) == out_of - 1

    def _new(self) -> str:
        self.number += 1
        return f"n{self.number}"

    def _add(self, kind: str, inside: str = "", **at: str) -> str:
        name = self._new()
        self.parts.append(node(kind, name, inside, **at))
        return name

    def _flow(self, *names: str) -> None:
        self.parts.append(sequence(">".join(names)))
