"""Companies that gov.br did not tell are asked for again while the token is good.

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-25 10:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let an attempt say when its person's companies are asked for next."""
    op.add_column(
        "attempt", sa.Column("companies_due_at", sa.DateTime(timezone=True)), schema="govbr"
    )
    op.add_column(
        "attempt",
        sa.Column("companies_asked", sa.SmallInteger(), nullable=False, server_default="0"),
        schema="govbr",
    )
    op.create_index(
        "ix_attempt_companies_due_at",
        "attempt",
        ["companies_due_at"],
        schema="govbr",
        postgresql_where=sa.text("companies_due_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Ask no more."""
    op.drop_index("ix_attempt_companies_due_at", "attempt", schema="govbr")
    op.drop_column("attempt", "companies_asked", schema="govbr")
    op.drop_column("attempt", "companies_due_at", schema="govbr")
