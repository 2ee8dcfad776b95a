"""The web's one table, in the schema `web`."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, MetaData, String, Table

metadata = MetaData(schema="web")

wrong_password = Table(
    "wrong_password",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    # A keyed hash of what is counted: a name, an address, or both.
    Column("subject", String(64), nullable=False),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Index("ix_wrong_password_subject_happened_at", "subject", "happened_at"),
)
