"""Looks for texts in every column of every table, packed states of instances included."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection, select, text

from engine.spiff import deltas
from engine.store.tables import history, instance

_SCHEMAS = ["engine", "govbr", "orquestra", "web"]
#: What every sealed value begins with (Fernet's version and the high bytes of its time).
SEALED = "gAAAAA"
#: Stands for every state that an instance was ever in, as if there were a table of them.
STATES = "engine.instance, unpacked"
_TABLES = text("SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY(:schemas)")


def everything(connection: Connection) -> dict[str, str]:
    """Read the whole database.

    Args:
        connection: Read from.

    Returns:
        Of each table, by its name with its schema, all rows as PostgreSQL writes them: with every
        column, bytes in hexadecimal.
    """
    found = {STATES: "\n".join(_states(connection))}
    for schema, name in connection.execute(_TABLES, {"schemas": _SCHEMAS}).all():
        rows = text(f'SELECT CAST(t AS text) FROM "{schema}"."{name}" t')
        found[f"{schema}.{name}"] = "\n".join(connection.scalars(rows))
    return found


def holders(tables: Mapping[str, str], looked_for: Iterable[str]) -> set[str]:
    """Name the tables that hold one of these texts, as it is or as bytes.

    Args:
        tables: From `everything`.
        looked_for: Texts.

    Returns:
        The tables' names.
    """
    forms = {form for each in looked_for for form in (each, each.encode().hex())}
    return {name for name, rows in tables.items() if any(form in rows for form in forms)}


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
