"""Which instances a batch is for, as data that can be kept and shown."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from engine.errors import BatchRefused

#: Instances that are over take no repair.
OPEN_STATES = ("running", "suspended")

_INSTANTS = frozenset({"started_from", "started_before"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Conditions that all hold for an instance; what is left out does not matter.

    Args:
        process: The BPMN id of its process.
        version: Of that process.
        state: "running" or "suspended"; None: both, and never one that is over.
        waiting_at: The element of a user task, timer, message or job that it waits for.
        incident: Whether a job of it is stuck.
        incident_topic: The topic of a job that is stuck.
        incident_error: What the error of a job that is stuck begins with.
        group: Given at its start, such as a campaign's.
        key_prefix: What its business key begins with.
        started_from: It was started then or later.
        started_before: It was started earlier.
        ids: It is one of these; none given: no matter.
        done_in: A batch that was done on it.
    """

    process: str | None = None
    version: int | None = None
    state: str | None = None
    waiting_at: str | None = None
    incident: bool | None = None
    incident_topic: str | None = None
    incident_error: str | None = None
    group: str | None = None
    key_prefix: str | None = None
    started_from: datetime | None = None
    started_before: datetime | None = None
    ids: tuple[int, ...] = ()
    done_in: int | None = None

    def __post_init__(self) -> None:
        """Refuse what would take in all instances of all processes, or what cannot be.

        Raises:
            BatchRefused: Says what is missing or wrong.
        """
        if self.process is None and self.group is None and not self.ids and self.done_in is None:
            raise BatchRefused("A selection names its process, its group, or its instances.")
        if self.version is not None and self.process is None:
            raise BatchRefused("A version is one of a process: name it, too.")
        if self.state not in (None, *OPEN_STATES):
            raise BatchRefused(f"No instance that is «{self.state}» can be repaired.")
        for name in _INSTANTS:
            instant = getattr(self, name)
            if instant is not None and instant.tzinfo is None:
                raise BatchRefused(f"«{name}» has no time zone.")

    def to_json(self) -> dict[str, Any]:
        """Return the conditions that were given, as JSON."""
        given: dict[str, Any] = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value is None or value == ():
                continue
            if isinstance(value, datetime):
                value = value.isoformat()
            given[each.name] = list(value) if isinstance(value, tuple) else value
        return given

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "Selection":
        """Return the selection that `to_json` wrote, or a page's form.

        Raises:
            BatchRefused: A condition is unknown, or is none that can be.
        """
        unknown = set(given) - {each.name for each in fields(cls)}
        if unknown:
            raise BatchRefused(f"Nothing is known of the condition «{min(unknown)}».")
        values = dict(given)
        for name in _INSTANTS & set(values):
            try:
                values[name] = datetime.fromisoformat(values[name])
            except (TypeError, ValueError) as error:
                raise BatchRefused(f"«{name}» is no instant.") from error
        if "ids" in values:
            values["ids"] = tuple(values["ids"])
        return cls(**values)
