"""One cell of the allow-list: an element, an event, a position, an attribute, and what is done."""

from dataclasses import dataclass
from enum import Enum


class Treatment(Enum):
    """What happens to a diagram that holds such a cell."""

    EXECUTED = "executed"
    #: It changes nothing that runs, and stays in the file as it is.
    KEPT = "kept"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What is done with one combination that BPMN 2.0 or Camunda's vocabulary can write.

    Its id is a path: the element, then what tells it from its neighbours. For an event that is
    its position within the element's kind, its definition and whether it interrupts
    (`boundaryEvent/timer/duration/non-interrupting`); for an attribute its name after `@`, with
    a value where only that value is meant (`*/@camunda:exclusive=false`; `*` is any element).

    Args:
        id: The path, unique.
        treatment: Executed, kept or refused.
        rule: Under which rule a refusal is told.
        refusal: Where refused, why, and what to do instead.
        note: For the page, where it is executed or kept: how it differs from what one expects.
    """

    id: str
    treatment: Treatment
    rule: str = "element"
    refusal: str = ""
    note: str = ""

    @property
    def executed(self) -> bool:
        """Whether it runs; each such cell has a scenario among the tests."""
        return self.treatment is Treatment.EXECUTED

    @property
    def element(self) -> str:
        """The element's name; `*` for any."""
        return self.id.split("/", 1)[0]

    @property
    def attribute(self) -> str:
        """The attribute, with its value where only that is meant; empty for another cell."""
        return self.id.partition("/@")[2]

    @property
    def label(self) -> str:
        """What a finding calls it: the attribute, or the path."""
        return self.attribute or self.id

    @property
    def event(self) -> str:
        """The event's definition (`timer/date`); empty for what is no event."""
        parts = self._of_event()
        return "/".join(part for part in parts if not _is_position(part))

    @property
    def position(self) -> str:
        """Where the event stands: its element, and what tells its positions apart."""
        parts = self._of_event()
        return "/".join([self.element, *(part for part in parts if _is_position(part))])

    def _of_event(self) -> list[str]:
        """Return the parts of an event's id after its element."""
        if not self.element.endswith("Event") or self.attribute:
            return []
        return self.id.split("/")[1:]


def _is_position(part: str) -> bool:
    """Whether a part of an id says where an event stands, and not what it is."""
    return part.startswith("in-") or part in {"interrupting", "non-interrupting"}


def executed(id_: str, note: str = "") -> Cell:
    """Return a cell that runs."""
    return Cell(id=id_, treatment=Treatment.EXECUTED, note=note)


def kept(id_: str, note: str = "") -> Cell:
    """Return a cell that is left in the file and changes nothing that runs."""
    return Cell(id=id_, treatment=Treatment.KEPT, note=note)


def refused(id_: str, refusal: str, rule: str = "element") -> Cell:
    """Return a cell that is refused at deploy."""
    return Cell(id=id_, treatment=Treatment.REFUSED, refusal=refusal, rule=rule)


def refused_event(id_: str, refusal: str) -> Cell:
    """Return an event's cell that is refused at deploy."""
    return refused(id_, refusal, rule="event")


def refused_loop(id_: str, refusal: str) -> Cell:
    """Return a loop marker's cell that is refused at deploy."""
    return refused(id_, refusal, rule="loop")


def refused_attribute(id_: str, refusal: str) -> Cell:
    """Return an attribute's cell that is refused at deploy."""
    return refused(id_, refusal, rule="attribute")


def refused_code(id_: str, refusal: str) -> Cell:
    """Return the cell of what would bring code in with a diagram."""
    return refused(id_, refusal, rule="no-code")
