"""The limit of `deadline_storm`: SpiffWorkflow and psycopg alone, two round trips a deadline.

Each process has its own share and asks nobody for it. It saves what the engine saves; nothing is
claimed, checked, rebuilt or told.
"""

import time
import zlib

import psycopg
from bare.tables import DEADLINES as TABLES
from bare.tables import FILL_DEADLINES as FILL
from psycopg.types.json import Jsonb
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.spiff import state
from engine.spiff.parsing.definition import ParsedDefinition

MINE = "SELECT id, instance FROM bare_timer WHERE id %% %s = %s ORDER BY due_at"
LOCK = "SELECT tokens FROM bare WHERE id = %s FOR UPDATE"
SAVE = "UPDATE bare SET tokens = %s WHERE id = %s"
DONE = "DELETE FROM bare_timer WHERE id = %s"
ASK = "INSERT INTO bare_task (instance, uid, data) VALUES (%s, %s, %s)"
STEP = "INSERT INTO bare_step (instance, step, data) VALUES (%s, 2, %s)"


def prepare(connection: psycopg.Connection, diagram: str, count: int) -> None:
    """Add instances whose deadline is over by the time that they are worked on."""
    workflow = BpmnWorkflow(_definition(diagram).spec)
    workflow.do_engine_steps()
    connection.execute(TABLES)
    connection.execute(FILL, (zlib.compress(state.dump(workflow)), count))
    time.sleep(1)


def work(address: str, diagram: str, part: int, parts: int) -> None:
    """Fire one process's share of the deadlines, in due order."""
    definition = _definition(diagram)
    with psycopg.connect(address) as connection:
        for timer, instance in connection.execute(MINE, (parts, part)).fetchall():
            ((saved,),) = connection.execute(LOCK, (instance,)).fetchall()
            workflow = state.load(zlib.decompress(saved), definition, None)
            workflow.refresh_waiting_tasks()
            workflow.do_engine_steps()
            task = workflow.get_next_task(state=TaskState.READY, spec_name="blocked")
            with connection.pipeline():
                connection.execute(SAVE, (zlib.compress(state.dump(workflow)), instance))
                connection.execute(DONE, (timer,))
                connection.execute(ASK, (instance, task.id, Jsonb(task.data)))
                connection.execute(STEP, (instance, Jsonb({})))
                connection.commit()


def _definition(diagram: str) -> ParsedDefinition:
    parser = BpmnParser()
    parser.add_bpmn_str(diagram.replace("P60D", '"PT0.5S"').encode())
    return ParsedDefinition("p", parser.get_spec("p"), {})
