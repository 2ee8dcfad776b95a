"""Every table of the engine, in the schema `engine`.

What an instance waits for is rows (user tasks, timers, subscriptions, jobs) written in the same
transaction as its state; a row goes when the wait is over, and the history keeps what happened.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    schema="engine",
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
)

_instant = DateTime(timezone=True)


def _key() -> Column[int]:
    """A fresh surrogate key column for one table."""
    return Column("id", BigInteger, Identity(), primary_key=True)


definition = Table(
    "definition",
    metadata,
    _key(),
    Column("process", Text, nullable=False),
    Column("version", Integer, nullable=False),
    # SHA-256 over all files: the same files again add no version.
    Column("digest", String(64), nullable=False),
    # Name → text: the diagram, and its forms and tables as they were.
    Column("files", JSONB, nullable=False),
    # Called process → the version that a call activity starts, bound when this one was deployed.
    Column("bindings", JSONB, nullable=False, server_default=text("'{}'")),
    Column("deployed_by", Text, nullable=False),
    Column("deployed_at", _instant, nullable=False),
    UniqueConstraint("process", "version"),
)

instance = Table(
    "instance",
    metadata,
    _key(),
    Column("process", Text, nullable=False),
    Column("business_key", Text, nullable=False),
    Column("definition_id", ForeignKey(definition.c.id), nullable=False, index=True),
    # "running", "suspended", "completed" or "cancelled".
    Column("state", String(16), nullable=False),
    # Timers of one group are moved together.
    Column("group_key", Text),
    # The number of commands so far; the next history row's number.
    Column("steps", Integer, nullable=False, server_default=text("0")),
    # Tasks and data without the diagram: compressed JSON, see engine.spiff.state.
    Column("tokens", LargeBinary, nullable=False),
    # An incident of it is, or was lately, open: commands look what they close. The others need not.
    Column("troubled", Boolean, nullable=False, server_default=text("false")),
    Column("started_at", _instant, nullable=False),
    Column("ended_at", _instant),
    UniqueConstraint("process", "business_key"),
    Index("ix_instance_group_key", "group_key", postgresql_where=text("group_key IS NOT NULL")),
)


def _wait(name: str, *columns: Column[object] | Index | UniqueConstraint) -> Table:
    """Return a table of things that instances wait for, found by their instance.

    A task id of SpiffWorkflow is unique within its instance only: instances copied from a
    template share them.
    """
    return Table(
        name,
        metadata,
        _key(),
        Column("instance_id", ForeignKey(instance.c.id, ondelete="CASCADE"), nullable=False),
        Column("task_uid", Uuid, nullable=False),
        Column("element_id", Text, nullable=False),
        *columns,
    )


def _one_a_task(name: str) -> UniqueConstraint:
    """A task waits for at most one row of a table."""
    return UniqueConstraint("instance_id", "task_uid", name=f"uq_{name}_instance_task")


user_task = _wait(
    "user_task",
    Column("name", Text, nullable=False),
    Column("form", Text),
    Column("assignee", Text),
    Column("candidate_groups", JSONB, nullable=False, server_default=text("'[]'")),
    # The token's data when it arrived: what a page needs to draw the task.
    Column("variables", JSONB, nullable=False),
    Column("created_at", _instant, nullable=False),
    Index(
        "ix_user_task_candidate_groups",
        "candidate_groups",
        postgresql_using="gin",
        postgresql_where=text("candidate_groups <> '[]'::jsonb"),
    ),
    _one_a_task("user_task"),
)

timer = _wait(
    "timer",
    Column("group_key", Text),
    # The truth about when it fires; the instance is told at load.
    Column("due_at", _instant, nullable=False),
    # Before the last bulk move, and which move that was: undo is one UPDATE.
    Column("due_before_move", _instant),
    Column("moved_by", BigInteger),
    # Held by a sweep until then (the database's own clock).
    Column("leased_until", _instant),
    # Its instance is suspended: it fires on resume if it is due by then.
    Column("paused", Boolean, nullable=False, server_default=text("false")),
    # Held since then: release moves its due time by as long as it was held.
    Column("held_at", _instant),
    # How often it was fired and failed.
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    # Given up since then: an incident is open, and staff say when it is tried again.
    Column("stopped_at", _instant),
    Column("created_at", _instant, nullable=False),
    Index(
        "ix_timer_due_at",
        "due_at",
        postgresql_where=text("NOT paused AND held_at IS NULL AND stopped_at IS NULL"),
    ),
    Index("ix_timer_group_key_element_id", "group_key", "element_id"),
    # Not unique by task: most instances only wait for timers, and this index is a third as large.
    Index("ix_timer_instance_id", "instance_id"),
)

subscription = _wait(
    "subscription",
    # "message" or "signal".
    Column("kind", String(16), nullable=False, server_default=text("'message'")),
    # The message's or signal's name.
    Column("message", Text, nullable=False),
    Column("created_at", _instant, nullable=False),
    Index("ix_subscription_signal", "message", postgresql_where=text("kind = 'signal'")),
    _one_a_task("subscription"),
)

job = _wait(
    "job",
    Column("topic", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("inputs", JSONB, nullable=False),
    # "ready", "running" or "incident".
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    # ISO 8601 durations between attempts, from the diagram's failedJobRetryTimeCycle.
    Column("retry_delays", JSONB, nullable=False),
    Column("due_at", _instant, nullable=False),
    # Both by the database's own clock: a shifted development clock must not end a lease.
    Column("leased_until", _instant),
    Column("nudged_at", _instant),
    # How often the broker was told of this attempt: each repeat waits twice as long as the last.
    Column("nudges", Integer, nullable=False, server_default=text("0")),
    # The fencing token: a result is taken from the worker that holds it, and no other.
    Column("lease", Uuid),
    Column("last_error", Text),
    # Its instance is suspended: nobody starts it.
    Column("paused", Boolean, nullable=False, server_default=text("false")),
    # What came in while the instance was suspended: brought in on resume.
    Column("result", JSONB),
    Column("created_at", _instant, nullable=False),
    # By topic, so that the sweep takes some of each however many there are of one.
    Index("ix_job_state_topic_due_at", "state", "topic", "due_at"),
    _one_a_task("job"),
)

incident = Table(
    "incident",
    metadata,
    _key(),
    # "job", "timer", "signal", "command" or "stuck" (engine.incidents).
    Column("kind", String(16), nullable=False, server_default=text("'job'")),
    # None for a signal that could not begin an instance.
    Column("instance_id", ForeignKey(instance.c.id, ondelete="CASCADE"), index=True),
    # What stands still, by its kind; none of them for a command and for what nothing can move.
    Column("job_id", BigInteger),
    Column("timer_id", BigInteger),
    Column("letter_id", BigInteger),
    # What a token came to; for one that is stuck, all elements where tokens stand.
    Column("element_id", Text, nullable=False),
    Column("topic", Text),
    Column("error", Text, nullable=False),
    # How often it happened while it was open, and when it did last.
    Column("times", Integer, nullable=False, server_default=text("1")),
    Column("last_at", _instant),
    Column("opened_at", _instant, nullable=False),
    Column("closed_at", _instant),
    Column("closed_by", Text),
    # What happens again and again is one incident with a number.
    Index(
        "uq_incident_open_again",
        "instance_id",
        "kind",
        "element_id",
        unique=True,
        postgresql_where=text("closed_at IS NULL AND kind IN ('command', 'stuck')"),
    ),
    Index("ix_incident_open", "id", postgresql_where=text("closed_at IS NULL")),
)

history = Table(
    "history",
    metadata,
    Column("instance_id", ForeignKey(instance.c.id, ondelete="CASCADE"), primary_key=True),
    Column("step", Integer, primary_key=True),
    # The command's name.
    Column("command", Text, nullable=False),
    Column("element_id", Text),
    Column("actor", Text, nullable=False),
    Column("at", _instant, nullable=False),
    # Every input: answers, payload, outputs (those of inline operators too), so that the
    # instance can be rebuilt by running the same commands again.
    Column("input", JSONB, nullable=False),
    # [element id, "entered" | "completed" | "cancelled"], in order.
    Column("moves", JSONB, nullable=False),
    # Variables set or changed by this step, beyond those that a start was given; null for one taken
    # away.
    Column("changes", JSONB, nullable=False),
    # How to go back from the state after this step to the one before it: see engine.spiff.deltas.
    Column("delta", LargeBinary),
    # How late timers fire: see engine.lateness.
    Index("ix_history_fired_at", "at", postgresql_where=text("command = 'FireTimer'")),
)

remembered_command = Table(
    "remembered_command",
    metadata,
    Column("key", Text, primary_key=True),
    Column("instance_id", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("at", _instant, nullable=False),
    # Rows come in the order of their time: a block range says enough of when they can be forgotten.
    Index("ix_remembered_command_at", "at", postgresql_using="brin"),
)

timer_move = Table(
    "timer_move",
    metadata,
    _key(),
    Column("group_key", Text),
    # Which timers, as it was asked for.
    Column("selection", JSONB, nullable=False, server_default=text("'{}'")),
    # By how many seconds, or all to one instant.
    Column("seconds", BigInteger),
    Column("due_at", _instant),
    # Earlier moves of timers that this one moved again: those cannot be undone any more.
    Column("covers", JSONB, nullable=False, server_default=text("'[]'")),
    Column("timers", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("moved_at", _instant, nullable=False),
    Column("undone_at", _instant),
    Column("undone_by", Text),
)

# Messages that came before anything waited for them; they go when they are delivered or too old.
inbox_message = Table(
    "inbox_message",
    metadata,
    _key(),
    Column("process", Text, nullable=False),
    Column("business_key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("actor", Text, nullable=False),
    # The sender's: the same message again is the same one.
    Column("key", Text, unique=True),
    Column("arrived_at", _instant, nullable=False),
    Column("expires_at", _instant, nullable=False, index=True),
    # How often it was delivered and failed, and before when it is not tried again.
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("not_before", _instant),
    Index("ix_inbox_message_addressee", "process", "business_key", "name", "id"),
)

# Each call of an operator to the outside: asked, answered, applied.
effect = Table(
    "effect",
    metadata,
    _key(),
    Column("instance_id", ForeignKey(instance.c.id, ondelete="CASCADE"), nullable=False),
    Column("job_id", BigInteger, nullable=False),
    Column("element_id", Text, nullable=False),
    Column("task_uid", Uuid, nullable=False),
    Column("attempt", Integer, nullable=False),
    # The how-manieth call of its attempt.
    Column("position", Integer, nullable=False),
    # What was called, such as "govbr.token".
    Column("name", Text, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("asked_at", _instant, nullable=False),
    Column("answered_at", _instant),
    # A short code of the outcome; nobody's data.
    Column("answer", Text),
    Column("applied_at", _instant),
    # The step of the history that brought it in.
    Column("applied_step", Integer),
    UniqueConstraint("instance_id", "task_uid", "attempt", "position"),
)

# Where an instance was moved to another version.
instance_migration = Table(
    "instance_migration",
    metadata,
    _key(),
    Column("instance_id", ForeignKey(instance.c.id, ondelete="CASCADE"), nullable=False),
    Column("batch_id", BigInteger),
    Column("from_definition_id", ForeignKey(definition.c.id), nullable=False),
    Column("to_definition_id", ForeignKey(definition.c.id), nullable=False),
    # Element of the old version → element of the new one, where they differ.
    Column("mapping", JSONB, nullable=False),
    # The step of the history that it was.
    Column("step", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    Column("migrated_at", _instant, nullable=False),
    Column("undone_at", _instant),
    Index("ix_instance_migration_instance_id", "instance_id"),
)

# One repair for many instances; each has a result of its own.
batch = Table(
    "batch",
    metadata,
    _key(),
    # The repair: "retry", "suspend", "migrate", …
    Column("kind", Text, nullable=False),
    # Which instances, as it was asked for.
    Column("selection", JSONB, nullable=False),
    Column("parameters", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    # "running", "paused", "completed", "failed" (some instance's repair did) or "cancelled".
    Column("state", String(16), nullable=False),
    Column("total", Integer, nullable=False, server_default=text("0")),
    # When items of it were last taken, by the database's own clock: the others' turn comes first.
    Column("served_at", _instant),
    # [instant, who, "paused" | "resumed" | "cancelled" | "retried", why], in order.
    Column("log", JSONB, nullable=False, server_default=text("'[]'")),
    Column("created_at", _instant, nullable=False),
    Column("ended_at", _instant),
)

batch_item = Table(
    "batch_item",
    metadata,
    Column("batch_id", ForeignKey(batch.c.id, ondelete="CASCADE"), primary_key=True),
    Column("instance_id", BigInteger, primary_key=True),
    # "waiting", "done", "skipped" or "failed".
    Column("state", String(16), nullable=False, server_default=text("'waiting'")),
    # Why it was skipped or failed, for people.
    Column("reason", Text),
    # The step of the instance's history that the repair was.
    Column("step", Integer),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("settled_at", _instant),
    Index("ix_batch_item_batch_id_state_instance_id", "batch_id", "state", "instance_id"),
)

# Process-level start events that wait: timers, messages and signals of newest versions.
start_event = Table(
    "start_event",
    metadata,
    _key(),
    Column("process", Text, nullable=False),
    Column("definition_id", ForeignKey(definition.c.id), nullable=False),
    Column("element_id", Text, nullable=False),
    # "timer", "message" or "signal".
    Column("kind", String(16), nullable=False),
    Column("name", Text),
    Column("due_at", _instant),
    # What is left of a cycle, as ISO 8601 text.
    Column("cycle", Text),
    Column("leased_until", _instant),
    Column("created_at", _instant, nullable=False),
    UniqueConstraint("process", "element_id"),
    Index("ix_start_event_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index("ix_start_event_kind_name", "kind", "name"),
)

# Signals on their way: one row for each instance that waited for it when it was thrown, and for
# each process that it starts. A row goes with the command that it becomes.
signal_letter = Table(
    "signal_letter",
    metadata,
    _key(),
    Column("name", Text, nullable=False),
    Column("instance_id", ForeignKey(instance.c.id, ondelete="CASCADE"), index=True),
    # The process that it starts, where it names no instance.
    Column("process", Text),
    Column("element_id", Text),
    Column("payload", JSONB, nullable=False),
    # Of the throw and the addressee: the same throw again writes nothing.
    Column("key", Text, nullable=False, unique=True),
    Column("actor", Text, nullable=False),
    Column("thrown_at", _instant, nullable=False),
    # How often it was delivered and failed, and before when it is not tried again.
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("not_before", _instant),
    # Given up since then: an incident is open, and staff say when it is tried again.
    Column("stopped_at", _instant),
)
