"""Boundary events, interrupting and not (BPMN 2.0, table 10.90)."""

from engine.allowlist.cell import executed
from engine.allowlist.cell import refused_event as refused
from engine.allowlist.cells.event_sentences import (
    BOUNDARY_NOTHING,
    CANCEL,
    COMPENSATION,
    CONDITIONAL,
    ERROR_INTERRUPTS,
    LINK,
    MULTIPLE,
    PARALLEL_MULTIPLE,
    TERMINATE,
)

CELLS = (
    refused("boundaryEvent/none/interrupting", BOUNDARY_NOTHING),
    refused("boundaryEvent/none/non-interrupting", BOUNDARY_NOTHING),
    executed("boundaryEvent/message/interrupting"),
    executed("boundaryEvent/message/non-interrupting"),
    executed("boundaryEvent/timer/date/interrupting"),
    executed("boundaryEvent/timer/date/non-interrupting"),
    executed("boundaryEvent/timer/duration/interrupting"),
    executed("boundaryEvent/timer/duration/non-interrupting"),
    executed("boundaryEvent/timer/cycle/interrupting"),
    executed("boundaryEvent/timer/cycle/non-interrupting"),
    executed("boundaryEvent/signal/interrupting"),
    executed("boundaryEvent/signal/non-interrupting"),
    executed("boundaryEvent/error/interrupting"),
    refused("boundaryEvent/error/non-interrupting", ERROR_INTERRUPTS),
    executed("boundaryEvent/escalation/interrupting"),
    executed("boundaryEvent/escalation/non-interrupting"),
    refused("boundaryEvent/compensation/interrupting", COMPENSATION),
    refused("boundaryEvent/compensation/non-interrupting", COMPENSATION),
    refused("boundaryEvent/conditional/interrupting", CONDITIONAL),
    refused("boundaryEvent/conditional/non-interrupting", CONDITIONAL),
    refused("boundaryEvent/link/interrupting", LINK),
    refused("boundaryEvent/link/non-interrupting", LINK),
    refused("boundaryEvent/cancel/interrupting", CANCEL),
    refused("boundaryEvent/cancel/non-interrupting", CANCEL),
    refused("boundaryEvent/terminate/interrupting", TERMINATE),
    refused("boundaryEvent/terminate/non-interrupting", TERMINATE),
    refused("boundaryEvent/multiple/interrupting", MULTIPLE),
    refused("boundaryEvent/multiple/non-interrupting", MULTIPLE),
    refused("boundaryEvent/parallel-multiple/interrupting", PARALLEL_MULTIPLE),
    refused("boundaryEvent/parallel-multiple/non-interrupting", PARALLEL_MULTIPLE),
)
