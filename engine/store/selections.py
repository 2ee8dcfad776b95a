"""Finds the instances that a batch is for."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, any_, exists, literal, select
from sqlalchemy.dialects.postgresql import ARRAY

from engine.batches.selection import OPEN_STATES, Selection
from engine.store.tables import (
    batch_item,
    definition,
    incident,
    instance,
    job,
    subscription,
    timer,
    user_task,
)


def select_ids(selection: Selection) -> Select[Any]:
    """Return the query of the ids of all instances that a selection means.

    Args:
        selection: All its conditions hold for each.
    """
    states = [selection.state] if selection.state is not None else list(OPEN_STATES)
    query = select(instance.c.id).where(instance.c.state.in_(states), *_of_row(selection))
    if selection.version is not None:
        version = select(definition.c.id).where(
            definition.c.process == selection.process, definition.c.version == selection.version
        )
        query = query.where(instance.c.definition_id.in_(version))
    if selection.waiting_at is not None:
        query = query.where(_waits_at(selection.waiting_at))
    if (stuck := _stuck(selection)) is not None:
        query = query.where(stuck)
    if selection.done_in is not None:
        done = select(batch_item.c.instance_id).where(
            batch_item.c.batch_id == selection.done_in, batch_item.c.state == "done"
        )
        query = query.where(instance.c.id.in_(done))
    return query


def _of_row(selection: Selection) -> list[ColumnElement[bool]]:
    """Return the conditions on an instance's own row."""
    conditions: list[ColumnElement[bool]] = []
    if selection.process is not None:
        conditions.append(instance.c.process == selection.process)
    if selection.group is not None:
        conditions.append(instance.c.group_key == selection.group)
    if selection.key_prefix is not None:
        conditions.append(instance.c.business_key.startswith(selection.key_prefix, autoescape=True))
    if selection.started_from is not None:
        conditions.append(instance.c.started_at >= selection.started_from)
    if selection.started_before is not None:
        conditions.append(instance.c.started_at < selection.started_before)
    if selection.ids:
        # One parameter for all of them, however many.
        conditions.append(instance.c.id == any_(literal(list(selection.ids), ARRAY(BigInteger))))
    return conditions


def _waits_at(element: str) -> ColumnElement[bool]:
    """Return the condition that an instance waits at an element, for whatever it is."""
    found: ColumnElement[bool] | None = None
    for wait in (user_task, timer, subscription, job):
        here = exists().where(wait.c.instance_id == instance.c.id, wait.c.element_id == element)
        found = here if found is None else found | here
    assert found is not None  # noqa: S101 — there are four kinds of waits
    return found


def _stuck(selection: Selection) -> ColumnElement[bool] | None:
    """Return the condition on an instance's open incidents, where the selection has one."""
    asked = (selection.incident, selection.incident_topic, selection.incident_error)
    if all(each is None for each in asked):
        return None
    open_one = exists().where(
        incident.c.instance_id == instance.c.id, incident.c.closed_at.is_(None)
    )
    if selection.incident_topic is not None:
        open_one = open_one.where(incident.c.topic == selection.incident_topic)
    if selection.incident_error is not None:
        open_one = open_one.where(
            incident.c.error.startswith(selection.incident_error, autoescape=True)
        )
    return ~open_one if selection.incident is False else open_one
