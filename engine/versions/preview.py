"""What a migration would do to every instance that is meant, before anything is done.

Instances whose tokens stand alike are judged once. A due date never moves by a migration: what
is said here of time is what would begin to wait, and from when.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from engine.definitions import DefinitionCache
from engine.errors import ExpressionError, InstanceNotFound, UnknownVersion
from engine.spiff import deltas, migrating, shapes
from engine.spiff.execution import Execution
from engine.spiff.outlining import outline
from engine.spiff.script_engine import reading_engine
from engine.store import versions
from engine.store.tables import instance
from engine.store.versions import Candidate
from engine.versions.comparing import Comparison, compare
from engine.versions.judging import judge
from engine.versions.outline import Outline
from engine.versions.shapes import Shape
from engine.versions.verdicts import Block, Safety, Verdict

#: How many instances of a group are named.
SAMPLES = 10

_LIVE = ("running", "suspended")


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Instances that stand alike, on one version.

    Args:
        version: The one that they run on.
        elements: Where their tokens stand, sorted.
        verdict: What would happen to each of them.
        count: How many they are.
        samples: The first of their ids.
    """

    version: int
    elements: tuple[str, ...]
    verdict: Verdict
    count: int
    samples: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """All instances that are meant, by what would happen to them; the largest groups first."""

    process: str
    version: int
    groups: tuple[Group, ...]

    def count(self, safety: Safety) -> int:
        """Return how many instances there are of one kind."""
        return sum(group.count for group in self.groups if group.verdict.safety is safety)


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """A timer that would begin to run."""

    element: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Closer:
    """One instance, looked at closely.

    Args:
        verdict: What would happen to it.
        starts: Its timers that would begin to run, with their due times.
        moved_by: How far the due date of any timer that it has would move: never.
    """

    verdict: Verdict
    starts: tuple[Start, ...]
    moved_by: int = 0


def all_live(process: str) -> Select[Any]:
    """Return the query of the ids of all instances of a process that are not over."""
    return select(instance.c.id).where(instance.c.process == process, instance.c.state.in_(_LIVE))


@dataclass(kw_only=True, slots=True)
class Previewer:
    """Looks at instances of one process on their way to one version.

    Args:
        connection: Only read from.
        definitions: Where versions are kept parsed.
        process: Of all of them.
        version: That they would go to.
        now: The engine's clock.
        mapping: Element of an old version → element of the new one, where they differ.

    Raises:
        UnknownVersion: The process has no such version.
    """

    connection: Connection
    definitions: DefinitionCache
    process: str
    version: int
    now: datetime
    mapping: Mapping[str, str] = field(default_factory=dict)
    _versions: dict[int, int] = field(init=False)
    _outlines: dict[int, Outline] = field(default_factory=dict, init=False)
    _joins: dict[int, frozenset[str]] = field(default_factory=dict, init=False)
    _rebound: dict[int, frozenset[str]] = field(default_factory=dict, init=False)
    _judged: dict[tuple[int, Shape], Verdict] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        known = versions.versions_of(self.connection, self.process)
        if self.version not in known:
            raise UnknownVersion(self.process, self.version, known)
        self._versions = known

    @property
    def target(self) -> int:
        """The definition that they would go to."""
        return self._versions[self.version]

    def compare(self, version: int) -> Comparison:
        """Return what differs between another version and the one that they would go to."""
        if version not in self._versions:
            raise UnknownVersion(self.process, version, self._versions)
        return compare(self._outline(self._versions[version]), self._outline(self.target))

    def each(self, which: Select[Any] | None = None) -> Iterator[tuple[Candidate, Shape, Verdict]]:
        """Yield what would happen to each instance, those on the version already left out.

        Args:
            which: The query of their ids; None: all of the process that are not over.
        """
        which = which if which is not None else all_live(self.process)
        which = which.where(
            instance.c.process == self.process, instance.c.definition_id != self.target
        )
        at_work = versions.running_jobs(self.connection, which) if self.mapping else {}
        for found in versions.candidates(self.connection, which):
            shape = self._shape(found)
            verdict = self._verdict(found.definition_id, shape)
            busy = at_work.get(found.id, set()) & self.mapping.keys()
            yield found, shape, verdict.with_blocks(_busy(each) for each in sorted(busy))

    def safe(self, which: Select[Any] | None = None) -> Iterator[int]:
        """Yield the ids of the instances that can go as they are."""
        for found, _, verdict in self.each(which):
            if verdict.safety is Safety.SAFE:
                yield found.id

    def closely(self, instance_id: int) -> Closer:
        """Try one instance out in memory.

        Raises:
            InstanceNotFound: The process has no such instance that is not over.
        """
        which = all_live(self.process).where(instance.c.id == instance_id)
        found = versions.candidate(self.connection, which)
        if found is None:
            raise InstanceNotFound(f"of «{self.process}» with id {instance_id} that is not over")
        verdict = self._verdict(found.definition_id, self._shape(found))
        if verdict.safety is not Safety.SAFE:
            return Closer(verdict=verdict, starts=())
        return self._tried(found, verdict)

    def _tried(self, found: Candidate, verdict: Verdict) -> Closer:
        """Migrate an instance in memory, and see what begins to wait."""
        old = self.definitions.get(self.connection, found.definition_id)
        new = self.definitions.get(self.connection, self.target)
        execution = Execution.load(found.tokens, old, reading_engine(self.now))
        try:
            after = migrating.migrate(execution, new, self.mapping).waits()
        except ExpressionError as error:
            block = Block(element=", ".join(verdict.starts), why=f"cannot begin to wait: {error}")
            return Closer(verdict=verdict.with_blocks([block]), starts=())
        known = execution.waits_before.timers
        began = [each for uid, each in after.timers.items() if uid not in known]
        starts = [Start(element=each.element_id, due_at=each.due_at) for each in began]
        return Closer(verdict=verdict, starts=tuple(sorted(starts, key=lambda each: each.due_at)))

    def _shape(self, found: Candidate) -> Shape:
        """Return where an instance's tokens stand."""
        definition = self.definitions.get(self.connection, found.definition_id)
        if found.definition_id not in self._joins:
            self._joins[found.definition_id] = self._outline(found.definition_id).joins()
        text = shapes.current_text(
            deltas.decompress(found.tokens), definition, reading_engine(self.now)
        )
        return shapes.shape_of(text, self._joins[found.definition_id])

    def _verdict(self, definition_id: int, shape: Shape) -> Verdict:
        """Judge a shape once."""
        known = self._judged.get((definition_id, shape))
        if known is None:
            old, new = self._outline(definition_id), self._outline(self.target)
            if definition_id not in self._rebound:
                self._rebound[definition_id] = versions.rebound(
                    self.connection, definition_id, self.target
                )
            known = judge(old, new, shape, self.mapping, self._rebound[definition_id])
            self._judged[definition_id, shape] = known
        return known

    def _outline(self, definition_id: int) -> Outline:
        if definition_id not in self._outlines:
            definition = self.definitions.get(self.connection, definition_id)
            self._outlines[definition_id] = outline(definition)
        return self._outlines[definition_id]

    def preview(self, which: Select[Any] | None = None) -> Preview:
        """Return all instances that are meant, grouped by what would happen to them.

        Args:
            which: The query of their ids; None: all of the process that are not over.
        """
        version_of = {definition: version for version, definition in self._versions.items()}
        counts: dict[tuple[int, tuple[str, ...], Verdict], list[int]] = {}
        totals: dict[tuple[int, tuple[str, ...], Verdict], int] = {}
        for found, shape, verdict in self.each(which):
            key = version_of[found.definition_id], _elements(shape), verdict
            totals[key] = totals.get(key, 0) + 1
            samples = counts.setdefault(key, [])
            if len(samples) < SAMPLES:
                samples.append(found.id)
        groups = [
            Group(
                version=version,
                elements=elements,
                verdict=verdict,
                count=totals[version, elements, verdict],
                samples=tuple(samples),
            )
            for (version, elements, verdict), samples in counts.items()
        ]
        groups.sort(key=lambda group: (-group.count, group.version, group.elements))
        return Preview(process=self.process, version=self.version, groups=tuple(groups))


def preview(
    connection: Connection,
    definitions: DefinitionCache,
    *,
    process: str,
    version: int,
    now: datetime,
    mapping: Mapping[str, str] | None = None,
    which: Select[Any] | None = None,
) -> Preview:
    """Say of every instance that is meant what a migration would do to it.

    Args:
        connection: Only read from.
        definitions: Where versions are kept parsed.
        process: Of all of them.
        version: That they would go to.
        now: The engine's clock.
        mapping: Element of an old version → element of the new one, where they differ.
        which: The query of their ids; None: all of the process that are not over.

    Raises:
        UnknownVersion: The process has no such version.
    """
    previewer = Previewer(
        connection=connection,
        definitions=definitions,
        process=process,
        version=version,
        now=now,
        mapping=mapping or {},
    )
    return previewer.preview(which)


def _elements(shape: Shape) -> tuple[str, ...]:
    """Return where tokens stand, by the diagram's ids."""
    return tuple(sorted({live.name.removesuffix(" [child]") for live in shape.live}))


def _busy(element: str) -> Block:
    return Block(element=element, why="a worker is at it now: try again when it is done")
