"""Failures of timers, signals and commands on record.

Revision ID: 0008
Revises: 0007
Create Date: 2026-11-25 06:50:00
"""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
