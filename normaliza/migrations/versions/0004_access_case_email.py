"""The new e-mail that a granted access case may bring.

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-25 00:45:00.000000
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "access_case",
        sa.Column("new_email", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        schema="orquestra",
    )


def downgrade() -> None:
    op.drop_column("access_case", "new_email", schema="orquestra")
