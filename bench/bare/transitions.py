"""The limit of `transitions`: SpiffWorkflow and psycopg alone, two round trips a command.

It saves what the engine saves; nothing is checked, put in order, remembered, rebuilt or told.
"""

import zlib

import psycopg
from psycopg.types.json import Jsonb
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.spiff import state
from engine.spiff.parsing.definition import ParsedDefinition

ADD = "INSERT INTO bare (key, state, tokens) VALUES (%s, 'running', %s) RETURNING id"
ASK = "INSERT INTO bare_task (instance, uid, data) VALUES (%s, %s, %s)"
STEP = "INSERT INTO bare_step (instance, step, data) VALUES (%s, %s, %s)"
LOCK = "SELECT tokens FROM bare WHERE id = %s FOR UPDATE"
SAVE = "UPDATE bare SET state = 'completed', tokens = %s WHERE id = %s"
DONE = "DELETE FROM bare_task WHERE instance = %s AND uid = %s"


def work(address: str, diagram: str, prefix: str, instances: int) -> None:
    """Start each instance to its user task, then complete it: two commands an instance."""
    parser = BpmnParser()
    parser.add_bpmn_str(diagram.encode())
    definition = ParsedDefinition("p", parser.get_spec("p"), {})
    with psycopg.connect(address) as connection:
        for number in range(instances):
            workflow = BpmnWorkflow(definition.spec)
            workflow.task_tree.data["x"] = number
            workflow.do_engine_steps()
            task = workflow.get_next_task(state=TaskState.READY, manual=True)
            saved = zlib.compress(state.dump(workflow))
            ((instance,),) = _trip(connection, (ADD, (f"{prefix}{number}", saved)))
            asked = (ASK, (instance, task.id, Jsonb(task.data)))
            _trip(connection, asked, (STEP, (instance, 1, Jsonb({"x": number}))), commit=True)
            ((saved,),) = _trip(connection, (LOCK, (instance,)))
            workflow = state.load(zlib.decompress(saved), definition, None)
            task = workflow.get_task_from_id(task.id)
            task.data.update(answer=1)
            task.run()
            workflow.do_engine_steps()
            kept = (SAVE, (zlib.compress(state.dump(workflow)), instance))
            step = (STEP, (instance, 2, Jsonb({"answer": 1})))
            _trip(connection, kept, (DONE, (instance, task.id)), step, commit=True)


def _trip(
    connection: psycopg.Connection,
    *statements: tuple[str, tuple[object, ...]],
    commit: bool = False,
) -> list[tuple]:
    with connection.pipeline():
        answers = [connection.execute(*statement) for statement in statements]
        if commit:
            connection.commit()
    return answers[0].fetchall() if answers[0].description else []
