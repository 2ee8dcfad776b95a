"""People and other programs who send commands: with keys, early, twice, and again when unheard."""

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from killing.world import World

PROCESS = "faults"
_PATIENCE_SECONDS = 40.0
_TTL_SECONDS = 60 * 86_400
#: Answers after which a client asks again with the same key.
_AGAIN = ("Busy", "Lost", "InstanceSuspended")
#: What staff may hear who suspend an instance, or let it go on, that has ended.
_TOO_LATE = ("InstanceNotRunning", "NotSuspended")
_STILL_SECONDS = 0.5
_TASKS = """
    SELECT i.business_key, t.id FROM engine.user_task t JOIN engine.instance i
    ON i.id = t.instance_id WHERE t.element_id = 'answer' AND i.business_key = ANY(%(keys)s)
"""
_INSTANCE = "SELECT id FROM engine.instance WHERE business_key = %(key)s AND process = 'faults'"
_STUCK = """
    SELECT n.instance_id FROM engine.incident n JOIN engine.instance i ON i.id = n.instance_id
    WHERE n.closed_at IS NULL AND i.business_key = ANY(%(keys)s)
"""


@dataclass
class Answers:
    """What was heard, by the command's key.

    Args:
        first: The instance that the first answer named.
        wrong: Answers that nobody should hear.
    """

    first: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


class Customers:
    """All that is sent to the instances of one run.

    Args:
        world: Where.
        keys: Business keys of the instances.
        source: Draws order, repetitions and how early a message comes.
    """

    def __init__(self, world: World, keys: Sequence[str], source: random.Random) -> None:
        self._world, self._keys, self._source = world, keys, source
        self._pool = ThreadPoolExecutor(4)
        self._open: list[Future[None]] = []
        self._lock = threading.Lock()
        self._started: set[str] = set()
        self._asked: set[str] = set()
        self.answers = Answers()
        self._late = {key: source.random() < 0.5 for key in keys}

    def begin(self) -> None:
        """Send starts and messages, in a drawn order."""
        orders = []
        for key in self._keys:
            orders.append(self._start(key))
            orders += [self._message(key, number) for number in (1, 2)]
        self._source.shuffle(orders)
        for order in orders:
            self._send(order)

    def look(self, *, late: bool) -> None:
        """Answer the tasks that are open by now, and retry what is stuck.

        Args:
            late: Whether those who wait for a reminder answer, too.
        """
        for key, task_id in self._world.rows(_TASKS, keys=list(self._keys)):
            if key not in self._asked and (late or not self._late[key]):
                self._asked.add(key)
                self._send(self._answer(key, task_id))
        for (instance_id,) in self._world.rows(_STUCK, keys=list(self._keys)):
            self._world.desk.ask({"kind": "retry", "instance_id": instance_id})

    def stand_still(self) -> None:
        """Let staff suspend an instance, and resume it a moment later."""
        self._open.append(self._pool.submit(self._stand_still, self._source.choice(self._keys)))

    def heard_all(self) -> bool:
        """Tell whether every command was answered."""
        return all(sent.done() for sent in self._open)

    def close(self) -> None:
        """Raise what went wrong in the harness itself."""
        self._pool.shutdown(wait=True)
        for sent in self._open:
            sent.result()

    def _start(self, key: str) -> dict[str, Any]:
        return {
            "kind": "StartInstance",
            "process": PROCESS,
            "business_key": key,
            "key": f"start {key}",
        }

    def _message(self, key: str, number: int) -> dict[str, Any]:
        return {
            "kind": "DeliverMessage",
            "name": "reply",
            "process": PROCESS,
            "business_key": key,
            "payload": {"number": number},
            "ttl": _TTL_SECONDS,
            "key": f"reply {number} {key}",
        }

    def _answer(self, key: str, task_id: int) -> dict[str, Any]:
        return {
            "kind": "CompleteUserTask",
            "task_id": task_id,
            "answers": {"said": "yes"},
            "actor": "somebody",
            "key": f"answer {key}",
        }

    def _send(self, order: dict[str, Any]) -> None:
        """Send a command once, twice in a row, or twice at the same time."""
        drawn = self._source.random()
        for _ in range(2 if drawn < 0.4 else 1):
            self._open.append(self._pool.submit(self._until_heard, order))
        if 0.4 <= drawn < 0.7:
            self._open.append(self._pool.submit(self._twice, order))

    def _twice(self, order: dict[str, Any]) -> None:
        self._until_heard(order)
        self._until_heard(order)

    def _stand_still(self, key: str) -> None:
        for [number] in self._world.rows(_INSTANCE, key=key):
            order = {"instance_id": number, "reason": "a test", "actor": "staff"}
            self._until_heard({"kind": "SuspendInstance", "key": f"suspend {key}", **order})
            time.sleep(_STILL_SECONDS)  # it stands still
            self._until_heard({"kind": "ResumeInstance", "key": f"resume {key}", **order})

    def _until_heard(self, order: dict[str, Any]) -> None:
        """Ask again with the same key until there is an answer, as a good client does."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < end:
            answer = self._world.desk.ask(dict(order))
            if answer is not None and answer.get("error") not in _AGAIN:
                self._note(order["key"], answer)
                return
            time.sleep(0.05)  # between two tries
        self.answers.wrong.append(f"{order['key']}: never answered")

    def _note(self, key: str, answer: dict[str, Any]) -> None:
        with self._lock:
            if answer.get("error") in _TOO_LATE:
                return
            if "error" in answer:
                self.answers.wrong.append(f"{key}: {answer['error']}: {answer['said']}")
            elif (found := answer["instance_id"]) is not None:
                first = self.answers.first.setdefault(key, found)
                if first != found:
                    self.answers.wrong.append(f"{key}: answered with {first} and {found}")
