"""What one process should do, in plain sets and dictionaries: nothing here knows the engine.

The process has three branches: somebody answers, may be reminded, and may withdraw by message;
a job works, and its failure may be caught; a message is waited for, then a while passes. Where
all three have come together there is one more task.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

REMIND, PAUSE, RETRY = timedelta(hours=1), timedelta(hours=2), timedelta(minutes=1)
RETRIES = 2
BRANCHES = frozenset({"a", "b", "c"})

#: What a message's name lets go on.
CATCHES = {"reply": "hear", "withdraw": "ask"}
#: Where a user task leads: a branch that has come to the join, or nowhere.
LEADS = {"ask": "a", "fix": "b", "note": "", "last": ""}


@dataclass
class Job:
    """The one job of an instance."""

    due: datetime
    state: str = "ready"
    attempts: int = 0


@dataclass
class Instance:
    """One instance: where its tokens are, and what it did."""

    key: str
    state: str = "running"
    at: set[str] = field(default_factory=set)
    arrived: set[str] = field(default_factory=set)
    due: dict[str, datetime] = field(default_factory=dict)
    held: dict[str, datetime] = field(default_factory=dict)
    job: Job | None = None
    steps: int = 0
    effects: int = 0

    def begin(self, now: datetime) -> None:
        """Let one token stand in each branch."""
        self.at = {"ask", "work", "hear"}
        self.due = {"remind": now + REMIND}
        self.job = Job(now)
        self.steps = 1

    def messages(self) -> set[str]:
        """Name the messages that are waited for."""
        return {name for name, element in CATCHES.items() if element in self.at}

    def user_tasks(self) -> list[str]:
        """Name the open user tasks."""
        return sorted(self.at & LEADS.keys())

    def complete(self, element: str) -> None:
        """Complete a user task."""
        self.at.remove(element)
        if element == "ask":
            self._stop("remind")
        self._arrive(LEADS[element])

    def take(self, message: str, now: datetime) -> None:
        """Take a message."""
        if message == "withdraw":
            self.complete("ask")
            return
        self.at.remove("hear")
        self.at.add("pause")
        self.due["pause"] = now + PAUSE

    def fire(self, timer: str) -> None:
        """Fire a timer."""
        self._stop(timer)
        self.steps += 1
        if timer == "remind":
            self.at.add("note")
            return
        self.at.remove("pause")
        self._arrive("c")

    def work(self, outcome: str, now: datetime) -> None:
        """Do the job once; what came of it is "done", "later", "no_way" or "unforeseen"."""
        job = self.job
        assert job is not None
        job.attempts += 1
        if outcome == "done":
            self.effects += 1
            self._leave_job("b")
        elif outcome == "no_way":
            self.at.add("fix")
            self._leave_job("")
        elif outcome == "later" and job.attempts <= RETRIES:
            job.state, job.due = "ready", now + RETRY
        else:
            job.state = "incident"

    def retry(self, now: datetime) -> None:
        """Let the stuck job be tried again."""
        if self.job is not None and self.job.state == "incident":
            self.job.state, self.job.attempts, self.job.due = "ready", 0, now
            self.steps += 1

    def cancel(self) -> None:
        """End all that is open."""
        self.at, self.due, self.held, self.job = set(), {}, {}, None
        self.state = "cancelled"
        self.steps += 1

    def skip(self, element: str, now: datetime) -> None:
        """Go on as if what is waited for were done."""
        if element == "pause":
            self.fire("pause")
        elif element == "work":
            self._leave_job("b")
        else:
            self.steps += 1
            if element == "hear":
                self.take("reply", now)
            else:
                self.complete(element)

    def hold(self, timer: str, now: datetime) -> None:
        """Stop a clock."""
        self.held[timer] = now
        self.steps += 1

    def release(self, timer: str, now: datetime) -> None:
        """Let it go on with what was left."""
        self.due[timer] += now - self.held.pop(timer)
        self.steps += 1

    def is_due(self, timer: str, now: datetime) -> bool:
        """Tell whether a timer fires."""
        return self.state == "running" and timer not in self.held and self.due[timer] <= now

    def _stop(self, timer: str) -> None:
        self.due.pop(timer, None)
        self.held.pop(timer, None)

    def _leave_job(self, branch: str) -> None:
        self.job = None
        self.steps += 1
        self.at.remove("work")
        self._arrive(branch)

    def _arrive(self, branch: str) -> None:
        """Come to the join, or to an end."""
        if branch:
            self.arrived.add(branch)
            if self.arrived == BRANCHES:
                self.at.add("last")
        if not self.at:
            self.state = "completed"


@dataclass(frozen=True)
class Letter:
    """A message that came early."""

    key: str | None
    business_key: str
    name: str
    expires: datetime


@dataclass
class World:
    """All instances, what came early, and what was remembered."""

    instances: dict[str, Instance] = field(default_factory=dict)
    inbox: list[Letter] = field(default_factory=list)
    remembered: dict[str, tuple[str, str]] = field(default_factory=dict)

    def remember(self, key: str | None, instance: Instance) -> None:
        """Keep what a command did."""
        if key is not None and key not in self.remembered:
            self.remembered[key] = (instance.key, instance.state)

    def start(self, business_key: str, key: str | None, now: datetime) -> Instance:
        """Start an instance, and hand it what came early."""
        made = self.instances[business_key] = Instance(business_key)
        made.begin(now)
        taken = []
        while letter := self._first(business_key, made.messages(), now):
            self.inbox.remove(letter)
            taken.append(letter)
            made.take(letter.name, now)
        for each in (key, *(letter.key for letter in taken)):
            self.remember(each, made)
        return made

    def resume(self, instance: Instance, now: datetime) -> None:
        """Let an instance go on, and hand it what was kept for it, however old."""
        instance.state = "running"
        instance.steps += 1
        taken = []
        while letter := self._first(instance.key, instance.messages(), None):
            self.inbox.remove(letter)
            taken.append(letter)
            instance.take(letter.name, now)
        for letter in taken:
            self.remember(letter.key, instance)

    def deliver(self, letter: Letter, now: datetime) -> str:
        """Deliver a message that is waited for, or keep it; says which."""
        found = self.instances.get(letter.business_key)
        stands_still = found is not None and found.state == "suspended"
        if found is None or stands_still or letter.name not in found.messages():
            if letter.key is None or all(kept.key != letter.key for kept in self.inbox):
                self.inbox.append(letter)
            return "kept"
        found.take(letter.name, now)
        found.steps += 1
        self.remember(letter.key, found)
        return found.state

    def sweep(self, now: datetime) -> None:
        """Let time pass up to now: too old letters go, due timers fire."""
        self.inbox = [
            letter
            for letter in self.inbox
            if (letter.expires > now or self._stands_still(letter)) and not self._is_over(letter)
        ]
        for instance in self.instances.values():
            for timer in sorted(instance.due, key=lambda name: instance.due[name]):
                if instance.is_due(timer, now):
                    instance.fire(timer)

    def _is_over(self, letter: Letter) -> bool:
        """Tell of a kept message whose key was used meanwhile, once something waits for it."""
        found = self.instances.get(letter.business_key)
        waited_for = found is not None and letter.name in found.messages()
        stands_still = found is not None and found.state == "suspended"
        return waited_for and not stands_still and letter.key in self.remembered

    def _stands_still(self, letter: Letter) -> bool:
        """Tell of a message that a suspended instance waits for."""
        found = self.instances.get(letter.business_key)
        return found is not None and found.state == "suspended" and letter.name in found.messages()

    def _first(
        self, business_key: str, names: Collection[str], now: datetime | None
    ) -> Letter | None:
        fitting = (
            letter
            for letter in self.inbox
            if letter.business_key == business_key
            and letter.name in names
            and (now is None or letter.expires > now)
            and letter.key not in self.remembered
        )
        return next(fitting, None)
