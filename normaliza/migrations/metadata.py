"""The tables of all packages, which the migrations must build exactly."""

from sqlalchemy import MetaData

import engine.store.tables
import govbr.store.tables
import orquestra.store.tables
import web.store.tables

METADATA: tuple[MetaData, ...] = (
    engine.store.tables.metadata,
    govbr.store.tables.metadata,
    orquestra.store.tables.metadata,
    web.store.tables.metadata,
)

#: The schemas that are ours; Alembic looks at no other.
SCHEMAS = frozenset({"engine", "govbr", "orquestra", "web"})
