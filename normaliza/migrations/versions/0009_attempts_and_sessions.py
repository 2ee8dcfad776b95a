"""The record of each attempt at gov.br, and the ages of portal sessions.

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-25 06:50:00
"""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
