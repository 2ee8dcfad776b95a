"""What pages ask: plain SQL, made for the question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select, text

from engine.store.tables import definition, incident, instance, job, subscription, timer, user_task


@dataclass(frozen=True, kw_only=True, slots=True)
class InstanceView:
    """An instance as a page shows it."""

    id: int
    process: str
    version: int
    business_key: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    incidents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class UserTaskView:
    """An open user task."""

    id: int
    instance_id: int
    process: str
    business_key: str
    element_id: str
    name: str
    form: str | None
    candidate_groups: tuple[str, ...]
    variables: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class JobView:
    """A job that an instance waits for."""

    id: int
    element_id: str
    topic: str
    state: str
    attempts: int
    due_at: datetime
    last_error: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TimerView:
    """A timer that runs."""

    id: int
    element_id: str
    due_at: datetime


def instance_by_key(connection: Connection, process: str, business_key: str) -> InstanceView | None:
    """Return the instance of a business key, or None."""
    return _instance(
        connection,
        _instances().where(instance.c.process == process, instance.c.business_key == business_key),
    )


def instance_by_id(connection: Connection, instance_id: int) -> InstanceView | None:
    """Return an instance, or None."""
    return _instance(connection, _instances().where(instance.c.id == instance_id))


def _instances() -> Select[Any]:
    """Return the query of instances with their version and open incidents."""
    open_incidents = (
        select(func.count())
        .where(incident.c.instance_id == instance.c.id, incident.c.closed_at.is_(None))
        .scalar_subquery()
    )
    return select(
        instance.c.id,
        instance.c.process,
        definition.c.version,
        instance.c.business_key,
        instance.c.state,
        instance.c.started_at,
        instance.c.ended_at,
        open_incidents.label("incidents"),
    ).join(definition, definition.c.id == instance.c.definition_id)


def _instance(connection: Connection, query: Select[Any]) -> InstanceView | None:
    """Return the one instance of a query."""
    row = connection.execute(query).mappings().first()
    return InstanceView(**row) if row else None


def open_user_tasks(
    connection: Connection,
    *,
    instance_id: int | None = None,
    candidate_group: str | None = None,
    element_id: str | None = None,
) -> list[UserTaskView]:
    """Return open user tasks, the oldest first."""
    query = _user_tasks()
    if instance_id is not None:
        query = query.where(user_task.c.instance_id == instance_id)
    if candidate_group is not None:
        # The second condition is the index's own: it holds no tasks without groups.
        query = query.where(
            user_task.c.candidate_groups.contains([candidate_group]),
            user_task.c.candidate_groups != text("'[]'::jsonb"),
        )
    if element_id is not None:
        query = query.where(user_task.c.element_id == element_id)
    return [_task(row) for row in connection.execute(query).mappings()]


def user_task_by_id(connection: Connection, task_id: int) -> UserTaskView | None:
    """Return one open user task, or None."""
    row = connection.execute(_user_tasks().where(user_task.c.id == task_id)).mappings().first()
    return _task(row) if row else None


def user_task_at(
    connection: Connection, *, process: str, business_key: str, element_id: str
) -> UserTaskView | None:
    """Return the oldest open user task at an element of one instance, or None."""
    query = _user_tasks().where(
        instance.c.process == process,
        instance.c.business_key == business_key,
        user_task.c.element_id == element_id,
    )
    row = connection.execute(query.limit(1)).mappings().first()
    return _task(row) if row else None


def _user_tasks() -> Select[Any]:
    """Return the query of open user tasks with their instance's key."""
    return (
        select(
            user_task.c.id,
            user_task.c.instance_id,
            instance.c.process,
            instance.c.business_key,
            user_task.c.element_id,
            user_task.c.name,
            user_task.c.form,
            user_task.c.candidate_groups,
            user_task.c.variables,
            user_task.c.created_at,
        )
        .join(instance, instance.c.id == user_task.c.instance_id)
        .order_by(user_task.c.created_at, user_task.c.id)
    )


def _task(row: RowMapping) -> UserTaskView:
    """Return a database row as plain data."""
    return UserTaskView(**{**row, "candidate_groups": tuple(row["candidate_groups"])})


def waiting_jobs(connection: Connection, instance_id: int) -> list[JobView]:
    """Return the jobs that an instance waits for."""
    rows = connection.execute(
        select(
            job.c.id,
            job.c.element_id,
            job.c.topic,
            job.c.state,
            job.c.attempts,
            job.c.due_at,
            job.c.last_error,
        )
        .where(job.c.instance_id == instance_id)
        .order_by(job.c.id)
    )
    return [JobView(**row) for row in rows.mappings()]


def open_incidents(connection: Connection, instance_id: int) -> list[int]:
    """Return the ids of an instance's open incidents, the oldest first."""
    rows = connection.execute(
        select(incident.c.id)
        .where(incident.c.instance_id == instance_id, incident.c.closed_at.is_(None))
        .order_by(incident.c.id)
    )
    return list(rows.scalars())


def running_timers(connection: Connection, instance_id: int) -> list[TimerView]:
    """Return the timers of an instance, the next one first."""
    rows = connection.execute(
        select(timer.c.id, timer.c.element_id, timer.c.due_at)
        .where(timer.c.instance_id == instance_id)
        .order_by(timer.c.due_at)
    )
    return [TimerView(**row) for row in rows.mappings()]


def keys_waiting_for(
    connection: Connection, *, process: str, group_key: str, message: str
) -> list[str]:
    """Return the business keys of a group's instances that wait for a message."""
    rows = connection.execute(
        select(instance.c.business_key)
        .join(subscription, subscription.c.instance_id == instance.c.id)
        .where(
            instance.c.process == process,
            instance.c.group_key == group_key,
            subscription.c.message == message,
        )
        .order_by(instance.c.id)
    )
    return list(rows.scalars())
