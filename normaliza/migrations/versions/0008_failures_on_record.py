"""Failures of timers, signals and commands on record.

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-25 06:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Let incidents be of any kind, and count the failures of timers and signals."""
    for name in ("timer", "signal_letter"):
        op.add_column(name, _attempts(), schema="engine")
        op.add_column(name, sa.Column("stopped_at", _INSTANT), schema="engine")
    op.add_column("inbox_message", _attempts(), schema="engine")
    no = sa.text("false")
    op.add_column(
        "instance",
        sa.Column("troubled", sa.Boolean(), server_default=no, nullable=False),
        schema="engine",
    )
    op.execute(
        "UPDATE engine.instance SET troubled = true WHERE id IN"
        " (SELECT instance_id FROM engine.incident WHERE closed_at IS NULL)"
    )
    for name in ("signal_letter", "inbox_message"):
        op.add_column(name, sa.Column("not_before", _INSTANT), schema="engine")
    _index_due_timers("NOT paused AND held_at IS NULL AND stopped_at IS NULL")
    _widen_incidents()
    op.create_index(
        "ix_remembered_command_at",
        "remembered_command",
        ["at"],
        schema="engine",
        postgresql_using="brin",
    )


def downgrade() -> None:
    """Forget what only the newer kinds of incidents say."""
    op.drop_index("ix_remembered_command_at", table_name="remembered_command", schema="engine")
    op.execute("DELETE FROM engine.incident WHERE kind <> 'job'")
    for name in ("ix_incident_open", "uq_incident_open_again"):
        op.drop_index(name, table_name="incident", schema="engine")
    for name in ("instance_id", "job_id", "topic"):
        op.alter_column("incident", name, nullable=False, schema="engine")
    for name in ("kind", "timer_id", "letter_id", "times", "last_at"):
        op.drop_column("incident", name, schema="engine")
    _index_due_timers("NOT paused AND held_at IS NULL")
    for name in ("signal_letter", "inbox_message"):
        op.drop_column(name, "not_before", schema="engine")
    op.drop_column("inbox_message", "attempts", schema="engine")
    op.drop_column("instance", "troubled", schema="engine")
    for name in ("timer", "signal_letter"):
        op.drop_column(name, "stopped_at", schema="engine")
        op.drop_column(name, "attempts", schema="engine")


def _attempts() -> sa.Column[int]:
    return sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False)


def _index_due_timers(where: str) -> None:
    op.drop_index("ix_timer_due_at", table_name="timer", schema="engine")
    op.create_index(
        "ix_timer_due_at", "timer", ["due_at"], schema="engine", postgresql_where=sa.text(where)
    )


def _widen_incidents() -> None:
    for column in (
        sa.Column("kind", sa.String(16), server_default=sa.text("'job'"), nullable=False),
        sa.Column("timer_id", sa.BigInteger()),
        sa.Column("letter_id", sa.BigInteger()),
        sa.Column("times", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("last_at", _INSTANT),
    ):
        op.add_column("incident", column, schema="engine")
    for name in ("instance_id", "job_id", "topic"):
        op.alter_column("incident", name, nullable=True, schema="engine")
    op.create_index(
        "uq_incident_open_again",
        "incident",
        ["instance_id", "kind", "element_id"],
        unique=True,
        schema="engine",
        postgresql_where=sa.text("closed_at IS NULL AND kind IN ('command', 'stuck')"),
    )
    op.create_index(
        "ix_incident_open",
        "incident",
        ["id"],
        schema="engine",
        postgresql_where=sa.text("closed_at IS NULL"),
    )
