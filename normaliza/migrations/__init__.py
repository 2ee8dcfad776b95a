"""The database's schema, step by step: one Alembic history for the three packages' tables."""
