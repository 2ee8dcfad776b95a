"""Jobs that could run and that nobody heard of: the broker may lose everything.

Nudges are counted on the database's own clock, like leases.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from engine.store.pipeline import run
from engine.store.waiting import Nudge

#: Nudges after which the sweep's patience grows no more: 32 times the first.
_LONGEST_PATIENCE = 6

# A job whose last nudge counts as lost by now.
_QUIET = """(nudged_at IS NULL OR nudged_at + make_interval(secs =>
        %(patience)s * power(2, least(greatest(nudges, 1), %(longest)s) - 1)) < now())"""
# Ranks are counted without locks; of two sweeps at once the second finds the job told of already.
_UNANNOUNCED = f"""
    WITH candidate AS (
        SELECT found.id, found.due_at,
            row_number() OVER (PARTITION BY asked.topic ORDER BY found.due_at, found.id) AS turn
        FROM unnest(%(topics)s::text[]) AS asked (topic) CROSS JOIN LATERAL (
            (SELECT id, due_at FROM engine.job
             WHERE state = 'ready' AND topic = asked.topic AND due_at <= %(now)s AND NOT paused
               AND {_QUIET}
             ORDER BY due_at LIMIT %(limit)s)
            UNION ALL
            (SELECT id, due_at FROM engine.job
             WHERE state = 'running' AND topic = asked.topic AND leased_until < now()
               AND NOT paused AND {_QUIET}
             ORDER BY due_at LIMIT %(limit)s)
        ) found
    ), chosen AS (
        SELECT * FROM candidate ORDER BY turn, due_at, id LIMIT %(limit)s
    ), locked AS (
        SELECT j.id, chosen.turn, chosen.due_at FROM engine.job j JOIN chosen ON chosen.id = j.id
        FOR UPDATE OF j SKIP LOCKED
    )
    UPDATE engine.job j SET nudged_at = now(), nudges = j.nudges + 1
    FROM locked WHERE j.id = locked.id AND {_QUIET}
    RETURNING j.id, j.topic, j.queue, j.nudges, locked.turn, locked.due_at, j.id
"""


def unannounced(
    connection: Connection,
    *,
    topics: Collection[str],
    now: datetime,
    older_than: float,
    limit: int,
) -> list[Nudge]:
    """Return jobs that could run but that nobody heard of lately, and mark them as told.

    Topics take turns, so that many jobs of one keep no other waiting; within a topic the job that
    is due longest comes first. One that is told of again and again only waits in a long queue: each
    repeat waits twice as long as the one before, so that a storm of work is not buried under its
    own nudges.

    Args:
        connection: The sweep's transaction.
        topics: Of jobs that there are workers for.
        now: The engine's clock.
        older_than: Seconds since the first nudge after which it counts as lost.
        limit: How many at the most.
    """
    asked = {
        "topics": list(topics),
        "now": now,
        "patience": older_than,
        "longest": _LONGEST_PATIENCE,
        "limit": limit,
    }
    (answer,) = run(connection, [(_UNANNOUNCED, asked)])
    told = sorted(answer.fetchall(), key=lambda row: row[4:])
    return [
        Nudge(
            job_id=number,
            topic=topic,
            queue=queue,
            repeats_after=older_than * 2 ** (min(nudges, _LONGEST_PATIENCE) - 1),
        )
        for number, topic, queue, nudges, *_order in told
    ]
