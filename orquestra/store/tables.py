"""Every table of the portal, in the schema `orquestra`.

Times are `timestamptz`, in UTC. CPF and CNPJ are text without punctuation: leading zeros and, in
a CNPJ, letters matter.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    schema="orquestra",
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    },
)

_instant = DateTime(timezone=True)


def _key() -> Column[int]:
    """A fresh surrogate key column for one table."""
    return Column("id", BigInteger, Identity(), primary_key=True)


campaign = Table(
    "campaign",
    metadata,
    _key(),
    Column("name", Text, nullable=False, unique=True),
    Column("opens_at", _instant, nullable=False),
    # The last day on which the old way works, as the screens print it.
    Column("deadline_on", Date, nullable=False),
    # The first instant after that day in America/Sao_Paulo: where the timers stand.
    Column("deadline_at", _instant, nullable=False),
    # ISO 8601 durations before the deadline, longest first.
    Column("reminders", JSONB, nullable=False, server_default=text("'[]'")),
    Column("created_at", _instant, nullable=False),
)

campaign_deadline_change = Table(
    "campaign_deadline_change",
    metadata,
    _key(),
    Column("campaign_id", ForeignKey(campaign.c.id), nullable=False, index=True),
    Column("old_deadline_on", Date, nullable=False),
    Column("new_deadline_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("changed_at", _instant, nullable=False),
)

person = Table(
    "person",
    metadata,
    _key(),
    Column("cpf", String(11), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("phone", Text),
    Column("created_at", _instant, nullable=False),
    Column("last_entry_at", _instant),
    # "known", or "unknown" while gov.br's companies API has not answered.
    Column("ties_state", String(16), nullable=False, server_default="unknown"),
    Column("ties_read_at", _instant),
)

company = Table(
    "company",
    metadata,
    _key(),
    Column("cnpj", String(14), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("created_at", _instant, nullable=False),
)

company_tie = Table(
    "company_tie",
    metadata,
    _key(),
    Column("person_id", ForeignKey(person.c.id), nullable=False),
    Column("company_id", ForeignKey(company.c.id), nullable=False, index=True),
    # gov.br's own word (REPRESENTANTE_LEGAL, SOCIO, CONTADOR, NAO_ATUANTE …), COLABORADOR where
    # gov.br leaves it out; an unknown word is kept as it came.
    Column("role", Text, nullable=False),
    Column("expires_at", _instant),
    Column("read_at", _instant, nullable=False),
    Column("ended_at", _instant),
    UniqueConstraint("person_id", "company_id"),
)

login = Table(
    "login",
    metadata,
    _key(),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("cpf", String(11), index=True),
    Column("cnpj", String(14), index=True),
    # None from the moment of the link on, and for a login that never had one.
    Column("password_hash", Text),
    Column("password_format", String(32)),
    Column("language", String(8), nullable=False, server_default="pt-BR"),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", _instant),
    Column("imported_at", _instant, nullable=False),
    # "legacy" → "linking" → "linked".
    Column("state", String(16), nullable=False, server_default="legacy"),
    Column("person_id", ForeignKey(person.c.id), index=True),
    # When the link began: from that moment on the old password opens nothing.
    Column("linked_at", _instant),
    Column("campaign_id", ForeignKey(campaign.c.id), index=True),
    # Set when the deadline's timer fires, cleared by a link or a postponement.
    Column("blocked_at", _instant),
    # Finds the next name that has a password, however many have none any more.
    Index("ix_login_with_password", "login", postgresql_where=text("password_hash IS NOT NULL")),
    CheckConstraint("state IN ('legacy', 'linking', 'linked')", name="state"),
    # The last defence of the rule that a linked login's password is gone.
    CheckConstraint(
        "state = 'legacy' OR (person_id IS NOT NULL AND linked_at IS NOT NULL"
        " AND password_hash IS NULL)",
        name="linked_without_password",
    ),
)

process_record = Table(
    "process_record",
    metadata,
    _key(),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    # The login that asked for it: never changed, so that the origin stays visible.
    Column("login_id", ForeignKey(login.c.id), nullable=False),
    # The person it belongs to once that login is linked.
    Column("owner_person_id", ForeignKey(person.c.id)),
    # "em_andamento" or "concluido", as in the file.
    Column("situation", String(16), nullable=False),
    Column("opened_at", _instant, nullable=False),
    Column("closed_at", _instant),
    Index("ix_process_record_login_id_owner", "login_id", "owner_person_id"),
    Index("ix_process_record_owner", "owner_person_id", "situation", "opened_at"),
    # The catalogue jumps from one code's newest process to the next code's.
    Index("ix_process_record_code", "code", "opened_at"),
    CheckConstraint("situation IN ('em_andamento', 'concluido')", name="situation"),
)

open_task = Table(
    "open_task",
    metadata,
    _key(),
    Column("process_id", ForeignKey(process_record.c.id), nullable=False),
    Column("name", Text, nullable=False),
    # None: it waits on the body, not on a customer.
    Column("login_id", ForeignKey(login.c.id)),
    Column("owner_person_id", ForeignKey(person.c.id)),
    Column("expires_at", _instant),
    # What was left of the time to expire when the login was blocked, in seconds. While it is set
    # the clock stands still, and expires_at is only what it was: nothing may expire the task.
    Column("held_seconds", Integer),
    Column("concluded_at", _instant),
    # "login:7" or "person:3".
    Column("concluded_by", Text),
    UniqueConstraint("process_id", "name", "login_id", postgresql_nulls_not_distinct=True),
    Index("ix_open_task_login_id_owner", "login_id", "owner_person_id"),
    Index("ix_open_task_owner", "owner_person_id", "concluded_at"),
)

process_message = Table(
    "process_message",
    metadata,
    _key(),
    Column("process_id", ForeignKey(process_record.c.id), nullable=False, index=True),
    Column("task_id", ForeignKey(open_task.c.id)),
    # "login:7", "person:3" or "staff:2".
    Column("author", Text, nullable=False),
    Column("author_name", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("written_at", _instant, nullable=False),
)

account_link = Table(
    "account_link",
    metadata,
    _key(),
    Column("login_id", ForeignKey(login.c.id), nullable=False, unique=True),
    Column("person_id", ForeignKey(person.c.id), nullable=False, index=True),
    # Printed on the receipt.
    Column("reference", String(32), nullable=False, unique=True),
    # "linking" or "done".
    Column("state", String(16), nullable=False),
    # What the login had when its processes were frozen; the end is compared with it.
    Column("in_progress_before", Integer, nullable=False),
    Column("concluded_before", Integer, nullable=False),
    Column("tasks_before", Integer, nullable=False),
    # The rule that allowed it: "cpf_confere", "representante", "sem_documento", "decisao".
    Column("rule", Text, nullable=False),
    Column("began_at", _instant, nullable=False),
    Column("finished_at", _instant),
)

ownership_decision = Table(
    "ownership_decision",
    metadata,
    _key(),
    Column("login_id", ForeignKey(login.c.id), nullable=False, index=True),
    Column("person_id", ForeignKey(person.c.id), nullable=False),
    # Why it was in doubt: "cpf_divergente", "empresa_sem_vinculo", "vinculos_desconhecidos".
    Column("doubt", Text, nullable=False),
    # None while it waits; then "aprovar" or "recusar".
    Column("verdict", String(16)),
    Column("reason", Text),
    Column("staff_id", ForeignKey("orquestra.staff_member.id")),
    Column("asked_at", _instant, nullable=False),
    Column("decided_at", _instant),
    # A repeated question finds the one that waits.
    Index(
        "uq_ownership_decision_waiting",
        "login_id",
        "person_id",
        unique=True,
        postgresql_where=text("verdict IS NULL"),
    ),
)

consent_record = Table(
    "consent_record",
    metadata,
    _key(),
    Column("attempt_id", BigInteger, nullable=False),
    Column("login_id", ForeignKey(login.c.id), index=True),
    # None where gov.br named nobody (denied, failed).
    Column("person_id", ForeignKey(person.c.id), index=True),
    # "autorizado", "negado", "falhou", "nao_sou_eu", "expirado".
    Column("outcome", String(16), nullable=False),
    Column("detail", Text),
    Column("scopes_asked", Text, nullable=False, server_default=""),
    Column("scopes_granted", Text, nullable=False, server_default=""),
    Column("recorded_at", _instant, nullable=False),
    # A repeated job records a result once.
    UniqueConstraint("attempt_id", "outcome"),
)

notice = Table(
    "notice",
    metadata,
    _key(),
    # Makes a notice go out once: a repeated job finds it.
    Column("key", Text, nullable=False, unique=True),
    Column("login_id", ForeignKey(login.c.id), index=True),
    Column("person_id", ForeignKey(person.c.id), index=True),
    # "lembrete", "prazo_encerrado", "decisao_pendente", "vinculo_concluido", "vinculo_recusado".
    Column("kind", String(32), nullable=False),
    Column("address", Text),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", _instant, nullable=False),
    Column("sent_at", _instant),
)

staff_member = Table(
    "staff_member",
    metadata,
    _key(),
    Column("username", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column("created_at", _instant, nullable=False),
)

portal_session = Table(
    "portal_session",
    metadata,
    _key(),
    # SHA-256 of the cookie's value: the table alone opens no session.
    Column("token_hash", String(64), nullable=False, unique=True),
    # "anonymous", "legacy", "person" or "staff".
    Column("kind", String(16), nullable=False),
    Column("login_id", ForeignKey(login.c.id), index=True),
    Column("person_id", ForeignKey(person.c.id), index=True),
    Column("staff_id", ForeignKey(staff_member.c.id)),
    # Small facts of the browser's visit: the CSRF secret, flash messages.
    Column("data", JSONB, nullable=False, server_default=text("'{}'")),
    Column("created_at", _instant, nullable=False),
    Column("last_seen_at", _instant, nullable=False),
    Column("ended_at", _instant),
    # "saiu", "vinculado", "expirou", "rodizio".
    Column("ended_reason", String(16)),
)

import_file = Table(
    "import_file",
    metadata,
    _key(),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("lines", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("started_at", _instant, nullable=False),
    Column("finished_at", _instant),
)
