"""The process that the model knows, as a diagram; and what the engine's tables say of it."""

from typing import Any

from sqlalchemy import Connection, text

from . import model
from .conftest import ask, boundary, diagram, do, end, start
from .conftest import timer as timer_of

_ROOTS = (
    '<bpmn:message id="m_reply" name="reply"/><bpmn:message id="m_withdraw" name="withdraw"/>'
    '<bpmn:error id="e_no" name="no" errorCode="no_way"/>'
)


def _catch(name: str, definition: str) -> str:
    return f'<bpmn:intermediateCatchEvent id="{name}">{definition}</bpmn:intermediateCatchEvent>'


def _message(ref: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{ref}"/>'


DIAGRAM = diagram(
    start()
    + '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>'
    + '<bpmn:exclusiveGateway id="a"/><bpmn:exclusiveGateway id="b"/>'
    + "".join(map(ask, ("ask", "note", "fix", "last")))
    + boundary("remind", "ask", timer_of("PT1H"), interrupting=False)
    + boundary("withdrawn", "ask", _message("m_withdraw"))
    + do("work", retries=f"R{model.RETRIES}/PT1M")
    + boundary("caught", "work", '<bpmn:errorEventDefinition errorRef="e_no"/>')
    + _catch("hear", _message("m_reply"))
    + _catch("pause", timer_of("PT2H"))
    + end()
    + end("end_note"),
    flows=(
        "start>fork>ask>a>join>last>end; fork>work>b>join; fork>hear>pause>join;"
        "remind>note>end_note; withdrawn>a; caught>fix>b"
    ),
    roots=_ROOTS,
)

_LOOK = text(
    """
    SELECT i.business_key, i.state, i.steps,
      (SELECT coalesce(array_agg(element_id ORDER BY element_id), '{}') FROM engine.user_task t
         WHERE t.instance_id = i.id) AS tasks,
      (SELECT coalesce(array_agg(message ORDER BY message), '{}') FROM engine.subscription s
         WHERE s.instance_id = i.id) AS messages,
      (SELECT jsonb_object_agg(element_id, extract(epoch FROM due_at)) FROM engine.timer t
         WHERE t.instance_id = i.id) AS timers,
      (SELECT array_agg(state || ' ' || attempts) FROM engine.job j
         WHERE j.instance_id = i.id) AS jobs,
      (SELECT array_agg(step ORDER BY step) FROM engine.history h
         WHERE h.instance_id = i.id) AS history
    FROM engine.instance i ORDER BY i.id
    """
)
_EMPTY = text(
    "TRUNCATE engine.instance, engine.inbox_message, engine.remembered_command, effect CASCADE"
)


def clear(connection: Connection) -> None:
    """Take away what an earlier example left."""
    connection.execute(_EMPTY)


def read(connection: Connection) -> dict[str, dict[str, Any]]:
    """Read every instance by its business key, in the model's words."""
    return {row.business_key: _told(row) for row in connection.execute(_LOOK)}


def _told(row: Any) -> dict[str, Any]:  # noqa: ANN401 — a row
    """Put what the engine's tables say in the model's words."""
    return {
        "state": row.state,
        "tasks": row.tasks,
        "messages": row.messages,
        "timers": {name: float(due) for name, due in (row.timers or {}).items()},
        "jobs": row.jobs or [],
        "steps": row.steps,
        "history": row.history,
    }


def expected(instance: model.Instance) -> dict[str, Any]:
    """Put the model in the same words."""
    job = instance.job
    return {
        "state": instance.state,
        "tasks": instance.user_tasks(),
        "messages": sorted(instance.messages()),
        "timers": {name: due.timestamp() for name, due in instance.due.items()},
        "jobs": [f"{job.state} {job.attempts}"] if job else [],
        "steps": instance.steps,
        "history": list(range(1, instance.steps + 1)),
    }
