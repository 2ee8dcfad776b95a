"""The broker's queues: which there are, whose turn comes first, and how much may wait in one."""

from collections.abc import Iterable
from typing import Any, Final

from celery import Celery

from tasks.registration import BACKGROUND, INTERACTIVE

SWEEPING: Final = "sweep"
#: Due timers have a queue of their own: a storm of deadlines holds nothing else up.
TIMERS: Final = "timers"
#: Mail, too: a slow server holds nothing else up, a storm of jobs no mail.
MAILING: Final = "mail"

QUEUES: Final = (INTERACTIVE, SWEEPING, TIMERS, BACKGROUND, MAILING)
#: How many messages of a queue may wait: what is more stays in the database until there is room,
#: and then comes by turns.
MOST_WAITING: Final = {BACKGROUND: 1_000, TIMERS: 16}

_URGENT: Final = (INTERACTIVE, SWEEPING)


class UrgentFirst:
    """The order in which a worker asks the queues: what people wait for first, the rest by turns.

    Of the shape of kombu's own cycles (`kombu.utils.scheduling`): see its Redis transport,
    `queue_order_strategy`.
    """

    def __init__(self) -> None:
        self._queues: list[str] = []

    def update(self, queues: Iterable[str]) -> None:
        """Take note of the queues that are asked from now on."""
        asked = set(queues)
        known = [queue for queue in self._queues if queue in asked]
        self._queues = known + sorted(asked - set(known))

    def consume(self, n: int) -> list[str]:
        """Return the queues in the order in which they are asked now."""
        return sorted(self._queues[:n], key=_urgency)

    def rotate(self, last_used: str) -> str:
        """Let the queue that had its turn wait for the others'."""
        if last_used in self._queues:
            self._queues.remove(last_used)
            self._queues.append(last_used)
        return last_used


def _urgency(queue: str) -> int:
    """Return a queue's rank; those of one rank keep their order."""
    return _URGENT.index(queue) if queue in _URGENT else len(_URGENT)


def waiting(celery: Celery, queue: str) -> int:
    """Count the messages that wait in a queue."""
    with celery.connection_or_acquire() as connection:
        channel: Any = connection.default_channel
        return int(channel.client.llen(queue))


def room(celery: Celery, queue: str) -> int:
    """Return how many messages more a bounded queue may take."""
    return max(0, MOST_WAITING[queue] - waiting(celery, queue))


def full(celery: Celery, queues: Iterable[str]) -> frozenset[str]:
    """Return those of some queues in which no more shall wait."""
    return frozenset(
        queue for queue in set(queues) if queue in MOST_WAITING and not room(celery, queue)
    )
