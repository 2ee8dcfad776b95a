"""The simulator's database: one SQLite file, so that people, keys and consents survive a restart.

Each unit of work is one short transaction. Writing ones take SQLite's write lock at once, because
a transaction that reads first and writes later can fail at any time under parallel requests.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from govbr.simulator.errors import StorageRefused

metadata = sa.MetaData()

#: Values that must outlive the process: the signing key, the cookie secret.
setting = sa.Table(
    "setting",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

person = sa.Table(
    "person",
    metadata,
    sa.Column("cpf", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("social_name", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("email_verified", sa.Boolean, nullable=False),
    sa.Column("phone", sa.Text),
    sa.Column("phone_verified", sa.Boolean, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("has_picture", sa.Boolean, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    # Only of made-up people; what somebody typed at the sign-up is never kept in clear.
    sa.Column("known_password", sa.Text),
    sa.Column("source", sa.Text, nullable=False),  # persona, file, api, sign_up
    sa.Column("note", sa.Text),
    sa.Column("second_factor", sa.Boolean, nullable=False, server_default="0"),
    # Changed on a page: made-up people are no longer written over at the next start.
    sa.Column("touched", sa.Boolean, nullable=False, server_default="0"),
)

#: A service that was registered, as gov.br registers it.
client = sa.Table(
    "client",
    metadata,
    sa.Column("client_id", sa.Text, primary_key=True),
    sa.Column("client_secret", sa.Text, nullable=False),
    sa.Column("service_name", sa.Text, nullable=False),
    sa.Column("home_url", sa.Text, nullable=False),
    sa.Column("redirect_uris", sa.JSON, nullable=False),
    sa.Column("post_logout_redirect_uris", sa.JSON, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("source", sa.Text, nullable=False),  # settings, file, api
)

#: A code that somebody must type: the second factor, or to choose a new password.
challenge = sa.Table(
    "challenge",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("browser", sa.Text, nullable=False),
    sa.Column("authorization_id", sa.Text, nullable=False),
    sa.Column("cpf", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),  # segundo_fator, recuperacao
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("proven", sa.Boolean, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
)

#: Access tokens whose code was used a second time (RFC 6749, section 4.1.2).
revoked_token = sa.Table(
    "revoked_token",
    metadata,
    sa.Column("jti", sa.Text, primary_key=True),
)

company_tie = sa.Table(
    "company_tie",
    metadata,
    sa.Column("cpf", sa.ForeignKey("person.cpf", ondelete="CASCADE"), primary_key=True),
    sa.Column("cnpj", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("company_name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("registrar_cpf", sa.Text),
    sa.Column("created_at", sa.Text, nullable=False),
    sa.Column("expires_at", sa.Text),
)

#: One authorization request that a browser is at: from /authorize to the answer to the client.
authorization = sa.Table(
    "authorization",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("browser", sa.Text, nullable=False),
    sa.Column("query", sa.JSON, nullable=False),
    sa.Column("cpf", sa.Text),
    # Where the browser was sent in the end: a second click is sent there again.
    sa.Column("answer", sa.Text),
    sa.Column("created_at", sa.Float, nullable=False),
)

authorization_code = sa.Table(
    "authorization_code",
    metadata,
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("expires_at", sa.Float, nullable=False),
    sa.Column("used", sa.Boolean, nullable=False),
    # Of the access token that it was exchanged for.
    sa.Column("jti", sa.Text),
)

consent = sa.Table(
    "consent",
    metadata,
    sa.Column("cpf", sa.Text, primary_key=True),
    sa.Column("client_id", sa.Text, primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("granted_at", sa.Float, nullable=False),
)

sign_up = sa.Table(
    "sign_up",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("browser", sa.Text, nullable=False),
    sa.Column("authorization_id", sa.Text),
    sa.Column("step", sa.Text, nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("created_at", sa.Float, nullable=False),
)

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("code", sa.Text),
    sa.Column("sent_at", sa.Float, nullable=False),
)

fault = sa.Table(
    "fault",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("endpoint", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("cpf", sa.Text),
    sa.Column("remaining", sa.Integer, nullable=False),
)

request_log = sa.Table(
    "request_log",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("endpoint", sa.Text, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("milliseconds", sa.Float, nullable=False),
)

#: Grows when a table or a column is added; a file of a later one is not opened.
LAYOUT = 2
_FILE_NAME = "simulador.sqlite3"
_WRITING = "simulator_writing"


class Storage:
    """Opens the database file and hands out transactions; both apps of a process may share one."""

    def __init__(self, data_dir: Path) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        # Threads queue here: SQLite's own waiting sleeps, and is not fair.
        self._write_lock = threading.Lock()
        self._engine = sa.create_engine(
            f"sqlite:///{data_dir / _FILE_NAME}",
            connect_args={"timeout": 30},
            pool_size=20,
            max_overflow=40,
        )
        sa.event.listen(self._engine, "connect", _prepare)
        sa.event.listen(self._engine, "begin", _begin)
        with self.writing() as connection:
            _bring_up(connection)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a transaction that only reads, beside any other."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Open a transaction that writes: one at a time, committed at the end."""
        options = {_WRITING: True}
        with (
            self._write_lock,
            self._engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Give the file back, when the process ends."""
        self._engine.dispose()


def _prepare(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401 - sqlite3's own
    # The driver's own BEGIN comes too late; SQLAlchemy's "begin" event sends ours.
    dbapi_connection.isolation_level = None
    dbapi_connection.execute("PRAGMA journal_mode=WAL")
    dbapi_connection.execute("PRAGMA synchronous=NORMAL")
    dbapi_connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: sa.Connection) -> None:
    immediate = connection.get_execution_options().get(_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _bring_up(connection: sa.Connection) -> None:
    """Make what the file lacks: tables, and columns of tables that an earlier layout had.

    Raises:
        StorageRefused: The file is of a later layout.
    """
    found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if found > LAYOUT:
        raise StorageRefused(
            f"The simulator's database has layout {found}, and this version knows {LAYOUT}: use "
            "the version that made it, or another folder."
        )
    metadata.create_all(connection)
    present = sa.inspect(connection)
    for table in metadata.sorted_tables:
        have = {column["name"] for column in present.get_columns(table.name)}
        for column in table.columns:
            if column.name not in have:
                described = sa.schema.CreateColumn(column).compile(connection)
                connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ADD COLUMN {described}')
    connection.exec_driver_sql(f"PRAGMA user_version={LAYOUT}")


def remember(connection: sa.Connection, *, name: str, value: str) -> None:
    """Keep a value under a name, over an older one."""
    connection.execute(sa.delete(setting).where(setting.c.name == name))
    connection.execute(sa.insert(setting).values(name=name, value=value))


def recall(connection: sa.Connection, *, name: str) -> str | None:
    """Read the value under a name, if there is one."""
    return connection.execute(
        sa.select(setting.c.value).where(setting.c.name == name)
    ).scalar_one_or_none()
