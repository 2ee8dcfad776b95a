"""The record of the attempts at gov.br guards itself, and is found by attempt.

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-25 10:20:00
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Refuse every change of a line; only the job that ends the time of keeping deletes."""
    op.create_index(
        "ix_attempt_event_attempt_id",
        "attempt_event",
        ["attempt_id"],
        schema="govbr",
        postgresql_where="attempt_id IS NOT NULL",
    )
    op.execute(
        """
        CREATE FUNCTION govbr.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND current_setting('govbr.retention', true) = 'over' THEN
                RETURN OLD;
            END IF;
            RAISE EXCEPTION '% is only ever appended to', TG_TABLE_NAME;
        END
        $$;
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON govbr.attempt_event
        FOR EACH ROW EXECUTE FUNCTION govbr.refuse_change()
        """
    )


def downgrade() -> None:
    """Let the record be kept by convention alone."""
    op.execute("DROP TRIGGER append_only ON govbr.attempt_event")
    op.execute("DROP FUNCTION govbr.refuse_change()")
    op.drop_index("ix_attempt_event_attempt_id", "attempt_event", schema="govbr")
