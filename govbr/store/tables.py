"""Every table of the relying party, in the schema `govbr`.

There is no foreign key into other schemas: this package knows sessions, logins and people by
their numbers only, so that it can be lifted out. Times are `timestamptz`, in UTC.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData(
    schema="govbr",
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
)

_instant = DateTime(timezone=True)

attempt = Table(
    "attempt",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    # SHA-256 of the state in hexadecimal: the table alone completes no handshake.
    Column("state_hash", String(64), nullable=False, unique=True),
    # The portal session of the browser that began; only it may come back.
    Column("session_id", BigInteger, nullable=False),
    # The legacy login that began; None for a direct "Entrar com gov.br".
    Column("login_id", BigInteger),
    # "normalizar" or "entrar".
    Column("purpose", String(16), nullable=False),
    # "started" → "returned" → "exchanged" → "identified" → "closed", or "failed".
    Column("status", String(16), nullable=False),
    # Of a failed attempt: "codigo_recusado", "govbr_fora_do_ar", "id_token_invalido", "negado",
    # "expirado", "resposta_invalida", "procuracao".
    Column("failure", String(32)),
    # Of a closed attempt: the word of whoever closed it ("vinculado", "nao_sou_eu" …).
    Column("outcome", String(32)),
    # Sealed values, wiped as soon as the step that needs them is over, and by the end at latest.
    Column("nonce_sealed", Text),
    Column("verifier_sealed", Text),
    Column("code_sealed", Text),
    Column("tokens_sealed", Text),
    Column("facts_sealed", Text),
    Column("scopes_asked", Text, nullable=False),
    Column("scopes_granted", Text, nullable=False, server_default=""),
    Column("person_id", BigInteger),
    Column("created_at", _instant, nullable=False),
    Column("expires_at", _instant, nullable=False),
    Column("returned_at", _instant),
    Column("exchanged_at", _instant),
    Column("identified_at", _instant),
    Column("closed_at", _instant),
    # When the person's companies are asked for again, and how often they were; None: not at all.
    Column("companies_due_at", _instant),
    Column("companies_asked", SmallInteger, nullable=False, server_default="0"),
    Index(
        "ix_attempt_companies_due_at",
        "companies_due_at",
        postgresql_where=text("companies_due_at IS NOT NULL"),
    ),
    Index("ix_attempt_session_id", "session_id"),
    Index("ix_attempt_login_id", "login_id"),
    # What the sweep reads: attempts that are still open, by the instant at which they end.
    Index("ix_attempt_open_expires_at", "expires_at", postgresql_where=text("closed_at IS NULL")),
)

# Rows are added, never changed (a trigger refuses it): what happened in each attempt, and returns
# that belong to none.
attempt_event = Table(
    "attempt_event",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", _instant, nullable=False),
    # What happened: one of govbr.attempts.recording.Event.
    Column("event", String(16), nullable=False),
    Column("cause", String(32)),
    Column("attempt_id", BigInteger),
    Column("session_id", BigInteger),
    Column("login_id", BigInteger),
    Column("scopes_granted", Text),
    Column("amr", Text),
    Column("level", String(32)),
    Index("ix_attempt_event_login_id", "login_id", "id"),
    Index(
        "ix_attempt_event_attempt_id",
        "attempt_id",
        postgresql_where=text("attempt_id IS NOT NULL"),
    ),
    Index("ix_attempt_event_at", "at", postgresql_using="brin"),
    # How many returns were refused lately.
    Index("ix_attempt_event_refused_at", "at", postgresql_where=text("event = 'refused'")),
)
