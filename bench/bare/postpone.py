"""The limit of `postpone`: the bare UPDATE of a column in as many rows with the same indexes."""

import psycopg

TABLE = """
    CREATE TABLE bare_timer (id bigserial PRIMARY KEY, instance_id bigint NOT NULL,
        task_uid uuid NOT NULL, element_id text NOT NULL, group_key text,
        due_at timestamptz NOT NULL, due_before timestamptz, moved_by bigint,
        leased_until timestamptz, created_at timestamptz NOT NULL)"""
FILL = """
    INSERT INTO bare_timer (instance_id, task_uid, element_id, group_key, due_at, created_at)
    SELECT instance_id, task_uid, element_id, group_key, due_at, created_at FROM engine.timer"""
INDEXES = (
    "CREATE INDEX ON bare_timer (due_at)",
    "CREATE INDEX ON bare_timer (group_key, element_id)",
    "CREATE INDEX ON bare_timer (instance_id)",
)
MOVE = "UPDATE bare_timer SET due_at = due_at + interval '{} days' WHERE group_key = 'campaign:1'"


def prepare(connection: psycopg.Connection) -> None:
    """Copy the timers into a table of the limit's own."""
    connection.execute(TABLE)
    connection.execute(FILL)
    for index in INDEXES:
        connection.execute(index)


def move(connection: psycopg.Connection, days: int) -> int:
    """Move every deadline, and commit."""
    moved = connection.execute(MOVE.format(days).encode()).rowcount
    connection.commit()
    return moved
