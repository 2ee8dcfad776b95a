"""Celery: carries nudges and does the work; what is to be done stands in the database.

Each job's message is named by its topic and holds the job's id, nothing else. A message that is
lost is found by the sweep, one that comes twice finds the job taken.
"""

import logging
from collections.abc import Sequence
from datetime import timedelta

from celery import Celery
from kombu import Queue
from kombu.exceptions import KombuError, OperationalError
from redis.exceptions import RedisError

from engine.clock import Clock
from engine.jobs import JobRunner
from engine.operators import OperatorRegistry
from engine.runtime import Announce, Runtime
from engine.store.waiting import Nudge
from govbr import attempts
from govbr.client import GovbrClient
from govbr.sealing import Sealer
from govbr.settings import RelyingPartySettings
from orquestra import notices
from tasks import companies_later, repair_batches, retention, sweeping
from tasks.decision_batches import DecisionBatches
from tasks.foreigners import block_late_foreigners
from tasks.notices import NoticeSender
from tasks.queues import MAILING, QUEUES, SWEEPING, UrgentFirst, full
from tasks.registration import BACKGROUND, INTERACTIVE, build
from tasks.services import Services

_log = logging.getLogger(__name__)

EXPIRE_ATTEMPTS = "govbr.expire_attempts"
DECIDE_BATCHES = "ownership.decide_batches"
BLOCK_FOREIGNERS = "campaign.block_late_foreigners"
SEND_NOTICES = "notices.send_due"
EXPIRE_LINKS = "notices.expire_links"

_EXPIRE_EVERY = timedelta(minutes=1)
_SEND_EVERY = timedelta(seconds=5)
_DECIDE_EVERY = timedelta(seconds=2)


def build_registry(
    *, relying_party: RelyingPartySettings, sealer: Sealer, clock: Clock
) -> OperatorRegistry:
    """Build every service task, each given what it needs."""
    return build(build_services(relying_party=relying_party, sealer=sealer, clock=clock))


def build_services(
    *, relying_party: RelyingPartySettings, sealer: Sealer, clock: Clock
) -> Services:
    """Build what service tasks may use of the outside world."""
    client = GovbrClient(relying_party, clock.now)
    return Services(govbr=client, sealer=sealer, clock=clock.now)


def make_celery(broker_url: str) -> Celery:
    """Make Celery on a broker: own queues, JSON only, no results kept, events on.

    Args:
        broker_url: Where Redis is.
    """
    celery = Celery("normaliza", broker=broker_url, set_as_current=False)
    celery.conf.update(
        task_queues=[Queue(name) for name in QUEUES],
        task_default_queue=BACKGROUND,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_send_sent_event=True,
        worker_send_task_events=True,
        worker_prefetch_multiplier=1,
        # A worker takes a message when it has a hand free for it, and so the most urgent one.
        worker_disable_prefetch=True,
        # The database says what is done: a message that was lost costs a sweep, no more.
        task_acks_late=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "socket_timeout": 5,
            "socket_connect_timeout": 5,
            # Whoever tells of a job does not wait for a broker that is away: the sweep will tell.
            "max_retries": 0,
            "queue_order_strategy": UrgentFirst,
        },
        task_publish_retry=False,
        timezone="UTC",
        beat_schedule={
            "sweep": _every(sweeping.SWEEP, sweeping.EVERY),
            "expire attempts": _every(EXPIRE_ATTEMPTS, _EXPIRE_EVERY),
            "block late foreigners": _every(BLOCK_FOREIGNERS, _EXPIRE_EVERY),
            "decide batches": _every(DECIDE_BATCHES, _DECIDE_EVERY, queue=BACKGROUND),
            "repair batches": _every(repair_batches.TASK, repair_batches.EVERY, queue=BACKGROUND),
            "send notices": _every(SEND_NOTICES, _SEND_EVERY, queue=MAILING),
            "companies": _every(companies_later.TASK, companies_later.EVERY, queue=BACKGROUND),
            "retention": _every(retention.TASK, retention.EVERY),
            "expire links": _every(EXPIRE_LINKS, _EXPIRE_EVERY),
        },
    )
    return celery


def _every(task: str, interval: timedelta, *, queue: str = SWEEPING) -> dict[str, object]:
    """Return one line of the beat's schedule; a message that nobody took soon is worthless."""
    options = {"queue": queue, "expires": max(5.0, interval.total_seconds())}
    return {"task": task, "schedule": interval, "options": options}


def announce_through(celery: Celery) -> Announce:
    """Make what tells the broker about new jobs: a message a job, named by its topic.

    Of a job that nobody waits for no two messages wait: one is worth nothing any more when the next
    is sent. Where enough of them wait, no more are added: the sweep announces those jobs later, by
    turns.
    """

    def announce(nudges: Sequence[Nudge]) -> None:
        try:
            crowded = full(celery, (nudge.queue for nudge in nudges))
            for nudge in nudges:
                if nudge.queue not in crowded:
                    _send(celery, nudge)
        except (OperationalError, KombuError, RedisError) as error:
            raise RuntimeError(f"The broker did not take it: {type(error).__name__}") from error

    return announce


def _send(celery: Celery, nudge: Nudge) -> None:
    """Tell of one job."""
    expires = None if nudge.queue == INTERACTIVE else nudge.repeats_after
    celery.send_task(nudge.topic, args=[nudge.job_id], queue=nudge.queue, expires=expires)


def add_work(
    celery: Celery,
    runtime: Runtime,
    *,
    lease_seconds: float,
    sender: NoticeSender | None = None,
    services: Services | None = None,
    four_eyes: bool = False,
) -> None:
    """Register each service task and what the beat asks for as Celery tasks.

    None is shared: Celery would give it to every other application of the process, too.

    Args:
        celery: The worker's own.
        runtime: Where jobs and timers are.
        lease_seconds: How long a worker may be silent before another takes its job over.
        sender: Sends notices; None: there is no mail server, and they stay where they are.
        services: What asks gov.br for companies again; None: nobody does.
        four_eyes: Whether an approval in a batch takes two members of staff.
    """
    runner = JobRunner(runtime=runtime, lease_seconds=lease_seconds)
    for operator in runtime.operators:
        if not operator.inline:
            celery.task(name=operator.topic, shared=False)(runner.run)

    def expire_attempts() -> int:
        with runtime.database.begin() as connection:
            return len(attempts.expire_old(connection, runtime.clock.now()))

    # Celery reads a task's own name: a lambda has none.
    def block_foreigners() -> None:
        block_late_foreigners(runtime)

    celery.task(name=EXPIRE_ATTEMPTS, shared=False)(expire_attempts)
    batches = DecisionBatches(runtime=runtime, four_eyes=four_eyes)
    celery.task(name=DECIDE_BATCHES, shared=False)(batches.run)
    celery.task(name=BLOCK_FOREIGNERS, shared=False)(block_foreigners)
    sweeping.register(celery, runtime)
    retention.register(celery, runtime)
    if services is not None:
        companies_later.register(celery, runtime, services)
    repair_batches.register(celery, runtime)
    _add_mail(celery, runtime, sender)


def _add_mail(celery: Celery, runtime: Runtime, sender: NoticeSender | None) -> None:
    """Register what the beat asks for so that notices go out."""

    def send_notices() -> int:
        return 0 if sender is None else sender.run()

    def expire_links() -> int:
        with runtime.database.begin() as connection:
            return notices.expire_links(connection, runtime.clock.now())

    celery.task(name=SEND_NOTICES, shared=False)(send_notices)
    celery.task(name=EXPIRE_LINKS, shared=False)(expire_links)
