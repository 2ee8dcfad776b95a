"""The record of each attempt at gov.br.

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-25 06:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table that rows are only added to."""
    op.create_table(
        "attempt_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=True),
        sa.Column("attempt_id", sa.BigInteger(), nullable=True),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("login_id", sa.BigInteger(), nullable=True),
        sa.Column("scopes_granted", sa.Text(), nullable=True),
        sa.Column("amr", sa.Text(), nullable=True),
        sa.Column("level", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_event")),
        schema="govbr",
    )
    op.create_index(
        "ix_attempt_event_login_id", "attempt_event", ["login_id", "id"], schema="govbr"
    )
    op.create_index(
        "ix_attempt_event_at", "attempt_event", ["at"], schema="govbr", postgresql_using="brin"
    )
    op.create_index(
        "ix_attempt_event_refused_at",
        "attempt_event",
        ["at"],
        schema="govbr",
        postgresql_where=sa.text("event = 'refused'"),
    )


def downgrade() -> None:
    """Forget the record."""
    op.drop_table("attempt_event", schema="govbr")
