"""What is known of a person's company ties, and since when.

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-25 06:50:00
"""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
