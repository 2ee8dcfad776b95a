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
    # When gov.br told it first, when last, and when it told it no more, or with another role.
    Column("since", _instant, nullable=False),
    Column("read_at", _instant, nullable=False),
    Column("ended_at", _instant),
    # One holds at a time; those before it stay.
    Index(
        "uq_company_tie_holds",
        "person_id",
        "company_id",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
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
    # Always an encoded argon2id hash: of the password itself, or of what the legacy format made of
    # it. `password_format` names that format, `password_salt` holds what it needs.
    Column("password_hash", Text),
    Column("password_format", String(32)),
    Column("password_salt", Text),
    # "importada", or "escolhida" once its holder chose one here: no import touches that one.
    Column("password_source", String(16)),
    # A keyed digest of the legacy hash as it came, so that a repeated import hashes nothing anew.
    Column("password_seen", String(64)),
    # What stood in the document's place and is neither a CPF nor a CNPJ.
    Column("document_text", Text),
    # Matrícula or passport.
    Column("identification", String(32)),
    # "local", or the directory that the old portal asked.
    Column("auth_kind", String(32), nullable=False, server_default="local"),
    # Locked is not inactive: a locked login's holder exists and is expected back.
    Column("locked", Boolean, nullable=False, server_default=text("false")),
    Column("last_entry_at", _instant),
    Column("password_changed_at", _instant),
    # Names of its groups, teams and positions.
    Column("groups", JSONB, nullable=False, server_default=text("'[]'")),
    # "pessoa", "empresa", "estrangeiro", "servico", "equipe" or "desconhecido".
    Column("kind", String(16), nullable=False, server_default="desconhecido"),
    # The rule that chose the kind, or "equipe": staff did, and no rule changes it any more.
    Column("kind_rule", String(32), nullable=False, server_default="nenhuma"),
    Column("kind_reason", Text),
    Column("kind_staff_id", ForeignKey("orquestra.staff_member.id")),
    # Signs that several people use it: "cnpj", "nome_de_empresa", "email_de_funcao",
    # "varias_redes".
    Column("signals", JSONB, nullable=False, server_default=text("'[]'")),
    # A foreign customer without CPF keeps the old way in until the end of this day.
    Column("legacy_until", Date),
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
    # Finds a mailbox's logins, however its address is written.
    Index("ix_login_mailbox", text("lower(email)")),
    CheckConstraint("state IN ('legacy', 'linking', 'linked')", name="state"),
    # The last defence of the rule that a linked login's password is gone.
    CheckConstraint(
        "state = 'legacy' OR (person_id IS NOT NULL AND linked_at IS NOT NULL"
        " AND password_hash IS NULL)",
        name="linked_without_password",
    ),
    # The last defence of the rule that no weak hash lies bare in the base.
    CheckConstraint(
        "password_hash IS NULL OR password_hash LIKE '$argon2id$%'", name="password_wrapped"
    ),
    CheckConstraint(
        "kind IN ('pessoa', 'empresa', 'estrangeiro', 'servico', 'equipe', 'desconhecido')",
        name="kind",
    ),
)

# From how many networks a login was used on a day; a sign of a shared one. Networks are digests.
login_network = Table(
    "login_network",
    metadata,
    Column("login_id", ForeignKey(login.c.id), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("network", String(32), primary_key=True),
)

password_reset = Table(
    "password_reset",
    metadata,
    _key(),
    # SHA-256 of what the link carries: the table alone opens no login.
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("login_id", ForeignKey(login.c.id), nullable=False, index=True),
    # "esqueci", "equipe" (staff granted an access case) or "vinculo_desfeito".
    Column("reason", String(32), nullable=False),
    Column("asked_at", _instant, nullable=False),
    Column("expires_at", _instant, nullable=False),
    # Used, or made void by a newer one, by the link or by its end.
    Column("used_at", _instant),
    Column("voided_at", _instant),
)

# Somebody who cannot be reached at the old e-mail asks for their way in.
access_case = Table(
    "access_case",
    metadata,
    _key(),
    Column("login_text", Text, nullable=False),
    Column("login_id", ForeignKey(login.c.id), index=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("phone", Text),
    # What they say they know of the login (document, process numbers, old e-mail) and tell.
    Column("claims", JSONB, nullable=False),
    Column("statement", Text, nullable=False),
    # "aberto", "atendido" or "recusado".
    Column("state", String(16), nullable=False, server_default="aberto"),
    Column("reason", Text),
    Column("staff_id", ForeignKey("orquestra.staff_member.id")),
    # With four eyes: who granted it first.
    Column("first_staff_id", ForeignKey("orquestra.staff_member.id")),
    # Whether the grant (with four eyes: so far, the first) makes `email` the login's own.
    Column("new_email", Boolean, nullable=False, server_default=text("false")),
    Column("asked_at", _instant, nullable=False),
    Column("decided_at", _instant),
    Index("ix_access_case_open", "asked_at", postgresql_where=text("state = 'aberto'")),
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
    Column("held_seconds", BigInteger),
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
    Column("login_id", ForeignKey(login.c.id), nullable=False, index=True),
    Column("person_id", ForeignKey(person.c.id), nullable=False, index=True),
    # Printed on the receipt.
    Column("reference", String(32), nullable=False, unique=True),
    # "linking", "done" or "undone".
    Column("state", String(16), nullable=False),
    # What the login had when its processes were frozen; the end is compared with it.
    Column("in_progress_before", Integer, nullable=False),
    Column("concluded_before", Integer, nullable=False),
    Column("tasks_before", Integer, nullable=False),
    # The rule that allowed it: "cpf_confere", "representante", "sem_documento", "decisao".
    Column("rule", Text, nullable=False),
    Column("began_at", _instant, nullable=False),
    Column("finished_at", _instant),
    # The evidence: the handshake in which the person consented, and who decided, if anybody had to.
    Column("attempt_id", BigInteger),
    Column("decision_id", ForeignKey("orquestra.ownership_decision.id")),
    # The login's own block, which the end of the link lifted and an undo puts back.
    Column("blocked_at_before", _instant),
    # An undo that waits for its second pair of eyes, then who did it.
    Column("undo_asked_by", ForeignKey("orquestra.staff_member.id")),
    Column("undo_asked_at", _instant),
    Column("undo_reason", Text),
    Column("undone_by", ForeignKey("orquestra.staff_member.id")),
    Column("undone_at", _instant),
    # A login has one link; those undone stay on record.
    Index(
        "uq_account_link_standing",
        "login_id",
        unique=True,
        postgresql_where=text("state <> 'undone'"),
    ),
)

# The ledger: what became of each link, only ever appended to.
link_event = Table(
    "link_event",
    metadata,
    _key(),
    Column("link_id", ForeignKey(account_link.c.id), nullable=False, index=True),
    # "comecou", "terminou", "contagem_divergente", "desfazer_pedido", "desfazer_retirado" or
    # "desfeito".
    Column("kind", String(32), nullable=False),
    # "system", "person:3" or "staff:2".
    Column("actor", Text, nullable=False),
    Column("reason", Text),
    Column("facts", JSONB, nullable=False, server_default=text("'{}'")),
    Column("happened_at", _instant, nullable=False),
)

# The clocks of open tasks as they stood before the end of the link let them go on.
link_held_task = Table(
    "link_held_task",
    metadata,
    Column("link_id", ForeignKey(account_link.c.id), primary_key=True),
    Column("task_id", ForeignKey(open_task.c.id), primary_key=True),
    Column("expires_at", _instant),
    Column("held_seconds", BigInteger),
)

ownership_decision = Table(
    "ownership_decision",
    metadata,
    _key(),
    Column("login_id", ForeignKey(login.c.id), nullable=False, index=True),
    Column("person_id", ForeignKey(person.c.id), nullable=False),
    # Why it was in doubt: "cpf_divergente", "empresa_sem_vinculo", "vinculos_desconhecidos",
    # "login_compartilhado", "documento_invalido", "estrangeiro", "fora_da_campanha" or
    # "tipo_alterado".
    Column("doubt", Text, nullable=False),
    # What was known when it was asked: signals, matches of CPF, e-mail and name, never the values.
    Column("facts", JSONB, nullable=False, server_default=text("'{}'")),
    # None while it waits; then "aprovar", "recusar", or "por_regra": a rule allows it by now.
    Column("verdict", String(16)),
    Column("reason", Text),
    # What the person can do after a refusal: one of the codes of `ownership.NEXT_STEPS`.
    Column("next_step", String(32)),
    Column("staff_id", ForeignKey("orquestra.staff_member.id")),
    # The company's legal representative or partner who decided in staff's place.
    Column("representative_id", ForeignKey(person.c.id)),
    # With four eyes: who approved first; somebody else has to approve too.
    Column("first_staff_id", ForeignKey("orquestra.staff_member.id")),
    Column("first_reason", Text),
    Column("first_at", _instant),
    Column("batch_id", ForeignKey("orquestra.decision_batch.id")),
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

# Many decisions by one filter and one reason, taken one after the other by a worker.
decision_batch = Table(
    "decision_batch",
    metadata,
    _key(),
    Column("doubt", Text),
    Column("search", Text, nullable=False, server_default=""),
    Column("verdict", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("next_step", String(32)),
    Column("staff_id", ForeignKey("orquestra.staff_member.id"), nullable=False),
    Column("asked_at", _instant, nullable=False),
    Column("finished_at", _instant),
)

decision_batch_item = Table(
    "decision_batch_item",
    metadata,
    Column("batch_id", ForeignKey(decision_batch.c.id), primary_key=True),
    Column("decision_id", ForeignKey(ownership_decision.c.id), primary_key=True),
    # None while it waits; "decidida", "primeira_aprovacao" or why it was not decided.
    Column("result", Text),
    Column("done_at", _instant),
    Index("ix_decision_batch_item_waiting", "batch_id", postgresql_where=text("result IS NULL")),
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
    # One of `notices.Kind`.
    Column("kind", String(32), nullable=False),
    Column("address", Text),
    Column("subject", Text, nullable=False),
    # "{link}" stands for what `sealed_link` holds, "{logins}" for the names in `notice_login`.
    Column("body", Text, nullable=False),
    # A secret address, sealed; wiped when the notice has gone out or its time is over.
    Column("sealed_link", Text),
    Column("created_at", _instant, nullable=False),
    # Not before: reminders of one mailbox gather until then.
    Column("due_at", _instant),
    Column("sent_at", _instant),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    # When it is given up: the mail server refused the address, or too many tries failed.
    Column("failed_at", _instant),
    Column("last_error", Text),
    Index(
        "ix_notice_waiting",
        "due_at",
        postgresql_where=text("sent_at IS NULL AND failed_at IS NULL AND address IS NOT NULL"),
    ),
)

# The logins that one notice to one mailbox is about.
notice_login = Table(
    "notice_login",
    metadata,
    Column("notice_id", ForeignKey(notice.c.id), primary_key=True),
    Column("login_id", ForeignKey(login.c.id), primary_key=True),
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
    # "utf-8" or "windows-1252"; "," or ";".
    Column("encoding", String(16), nullable=False, server_default="utf-8"),
    Column("delimiter", String(1), nullable=False, server_default=","),
    Column("lines", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("blank", Integer, nullable=False, server_default=text("0")),
    Column("warnings", Integer, nullable=False, server_default=text("0")),
    # Where a run that was killed goes on: bytes and lines read, bytes of the rejects file.
    Column("byte_offset", BigInteger, nullable=False, server_default=text("0")),
    Column("line_offset", BigInteger, nullable=False, server_default=text("0")),
    Column("rejects_bytes", BigInteger, nullable=False, server_default=text("0")),
    # How often each reason was given, by column; how many of each password format.
    Column("summary", JSONB, nullable=False, server_default=text("'{}'")),
    Column("started_at", _instant, nullable=False),
    Column("resumed_at", _instant),
    Column("finished_at", _instant),
)

# Which line of a file brought a login, a process or a task first; gone when the file is through.
import_seen = Table(
    "import_seen",
    metadata,
    # Of `import_file`; no foreign key, which would cost each line as much as the row itself.
    Column("file_id", BigInteger, primary_key=True, autoincrement=False),
    # "login", "process", "task" or "unsound": a process that a rejected line is about.
    Column("what", String(8), primary_key=True),
    # A process's number, or a digest.
    Column("key", String(32), primary_key=True),
    # Of a login: how it looks to people, folded.
    Column("look", String(32)),
    Column("digest", String(32), nullable=False),
    Column("line", BigInteger, nullable=False),
)
