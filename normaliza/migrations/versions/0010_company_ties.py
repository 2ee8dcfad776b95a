"""A person's earlier ties with a company, beside the one that holds.

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-25 06:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_COLUMNS = ["person_id", "company_id"]


def upgrade() -> None:
    """Let ties that ended stay: one of a person with a company holds at a time."""
    op.add_column("company_tie", sa.Column("since", sa.DateTime(timezone=True)), schema="orquestra")
    op.execute("UPDATE orquestra.company_tie SET since = read_at")
    op.alter_column("company_tie", "since", nullable=False, schema="orquestra")
    op.drop_constraint(
        op.f("uq_company_tie_person_id_company_id"), "company_tie", schema="orquestra"
    )
    op.create_index(
        "uq_company_tie_holds",
        "company_tie",
        _COLUMNS,
        unique=True,
        schema="orquestra",
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    """Keep the last tie of each person with each company."""
    op.execute(
        "DELETE FROM orquestra.company_tie a USING orquestra.company_tie b"
        " WHERE a.person_id = b.person_id AND a.company_id = b.company_id AND a.id < b.id"
    )
    op.drop_index("uq_company_tie_holds", table_name="company_tie", schema="orquestra")
    op.create_unique_constraint(
        op.f("uq_company_tie_person_id_company_id"), "company_tie", _COLUMNS, schema="orquestra"
    )
    op.drop_column("company_tie", "since", schema="orquestra")
