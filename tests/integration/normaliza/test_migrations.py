from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy
from alembic import command
from sqlalchemy import Connection

from normaliza.migrations.metadata import METADATA, SCHEMAS
from normaliza.migrations.running import configure, is_current, upgrade
from normaliza.private_servers import PrivatePostgres
from orquestra import logins, passwords

IDENTITY_V3 = "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8fNQmvqpvyTD4ongMNPTLUpE6Scdx66f1OsMERdxlLpA=="

#: Each kind of thing in our schemas, as PostgreSQL itself writes it down.
CATALOGUE = {
    "columns": """
        SELECT table_schema, table_name, column_name, data_type, character_maximum_length,
               is_nullable, column_default, is_identity, is_generated, generation_expression
        FROM information_schema.columns WHERE table_schema = ANY(:schemas)""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(pg_constraint.oid)
        FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace
        WHERE n.nspname = ANY(:schemas)""",
    "indexes": """
        SELECT schemaname, indexname, indexdef FROM pg_indexes
        WHERE schemaname = ANY(:schemas)""",
}


def catalogue(connection: Connection) -> dict[str, set[tuple[object, ...]]]:
    return {
        kind: {
            tuple(row)
            for row in connection.execute(sqlalchemy.text(query), {"schemas": sorted(SCHEMAS)})
        }
        for kind, query in CATALOGUE.items()
    }


def empty_database(server: PrivatePostgres, name: str) -> str:
    engine = sqlalchemy.create_engine(server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.url_of(name)


def test_the_migrations_build_the_tables_as_they_are_declared(postgres: PrivatePostgres) -> None:
    url = empty_database(postgres, "migrated")
    upgrade(url)
    migrated = sqlalchemy.create_engine(url)
    declared = sqlalchemy.create_engine(empty_database(postgres, "declared"))
    with declared.begin() as connection:
        for schema in SCHEMAS:
            connection.execute(sqlalchemy.text(f"CREATE SCHEMA {schema}"))
        for metadata in METADATA:
            metadata.create_all(connection)
    with migrated.connect() as left, declared.connect() as right:
        by_migrations, by_declaration = catalogue(left), catalogue(right)
        assert is_current(left)
        assert not is_current(right)
    migrated.dispose()
    declared.dispose()

    for kind in CATALOGUE:
        assert by_migrations[kind] == by_declaration[kind], f"run `make migration`: {kind} differ"


def test_migrating_twice_changes_nothing(new_database: Callable[[], str]) -> None:
    url = new_database()
    upgrade(url)
    upgrade(url)


def test_a_login_with_a_bare_hash_still_opens_after_it_was_wrapped(
    postgres: PrivatePostgres,
) -> None:
    engine = sqlalchemy.create_engine(empty_database(postgres, "bare"))
    strong = passwords.hash_new("senha-forte", passwords.CHEAP)
    with engine.connect() as connection:
        command.upgrade(configure(connection), "0001")
        connection.execute(
            sqlalchemy.text(
                "INSERT INTO orquestra.login"
                " (login, name, language, password_hash, password_format, imported_at)"
                " VALUES (:login, 'Nome', 'pt-BR', :hash, :format, now())"
            ),
            [
                {"login": "v3", "hash": IDENTITY_V3, "format": "aspnet_identity_v3"},
                {"login": "forte", "hash": strong, "format": "argon2id"},
                {"login": "estragada", "hash": "x", "format": "aspnet_identity_v3"},
                {"login": "sem", "hash": None, "format": None},
            ],
        )
        connection.commit()

        command.upgrade(configure(connection), "head")

        for login, password in (("v3", "senha-teste"), ("forte", "senha-forte")):
            found = logins.authenticate(
                connection, login=login, password=password, now=datetime.now(UTC)
            )
            assert found.login == login
        rows = connection.execute(
            sqlalchemy.text(
                "SELECT login, password_hash, password_source FROM orquestra.login ORDER BY id"
            )
        ).all()
    engine.dispose()
    assert rows[0].password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert rows[1:] == [
        ("forte", strong, "importada"),
        ("estragada", None, None),
        ("sem", None, None),
    ]
