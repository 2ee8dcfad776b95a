"""Looks for texts in every column of every table, packed states of instances included."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select, text

from engine.spiff import deltas
from engine.store.tables import history, instance

SCHEMAS = ("engine", "govbr", "orquestra", "web")
#: What every sealed value begins with (Fernet's version and the high bytes of its time).
SEALED = "gAAAAA"
_TABLES = text("SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY(:schemas)")


def holders(
    connection: Connection, looked_for: Iterable[str], schemas: Iterable[str] = SCHEMAS
) -> set[str]:
    """Name the tables that hold one of these texts, as it is or as bytes.

    Args:
        connection: Read from.
        looked_for: Texts.
        schemas: Where to look.

    Returns:
        The tables' names with their schemas.
    """
    wanted = sorted({form for each in looked_for for form in (each, each.encode().hex())})
    held = set()
    for schema, name in connection.execute(_TABLES, {"schemas": list(schemas)}).all():
        # A row as PostgreSQL writes it has every column; bytes are written in hexadecimal.
        query = text(
            f'SELECT 1 FROM "{schema}"."{name}" t '
            "WHERE EXISTS (SELECT FROM unnest(CAST(:wanted AS text[])) w "
            "WHERE strpos(CAST(t AS text), w) > 0) LIMIT 1"
        )
        if connection.execute(query, {"wanted": wanted}).first():
            held.add(f"{schema}.{name}")
    if any(form in state for state in _states(connection) for form in wanted):
        held.add("engine.instance, unpacked")
    return held


def _states(connection: Connection) -> Iterator[str]:
    """Unpack every state that every instance was ever in."""
    newest_first = select(history.c.delta).order_by(history.c.step.desc())
    for row in connection.execute(select(instance.c.id, instance.c.tokens)).all():
        state = deltas.decompress(row.tokens)
        yield state.decode()
        steps = newest_first.where(history.c.instance_id == row.id)
        for delta in connection.scalars(steps).all():
            if delta is None:
                break
            state = deltas.go_back(state, delta)
            yield state.decode()
