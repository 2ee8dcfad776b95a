from collections.abc import Callable

import sqlalchemy
from sqlalchemy import Connection

from normaliza.migrations.metadata import METADATA, SCHEMAS
from normaliza.migrations.running import is_current, upgrade
from normaliza.private_servers import PrivatePostgres

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
