"""End events (BPMN 2.0, table 10.92)."""

from engine.allowlist.cell import executed
from engine.allowlist.cell import refused_event as refused
from engine.allowlist.cells.event_sentences import (
    CANCEL,
    COMPENSATION,
    ERROR_UNCAUGHT,
    ESCALATION_UNCAUGHT,
    LINK,
    MULTIPLE,
    NO_THROWN_CONDITION,
    NO_THROWN_TIMER,
    PARALLEL_MULTIPLE,
    SIGNAL_THROWN,
)

CELLS = (
    executed("endEvent/none"),
    executed("endEvent/message", "Sent by a job, as a service task does it."),
    refused("endEvent/timer/date", NO_THROWN_TIMER),
    refused("endEvent/timer/duration", NO_THROWN_TIMER),
    refused("endEvent/timer/cycle", NO_THROWN_TIMER),
    executed("endEvent/signal", SIGNAL_THROWN),
    executed("endEvent/error", ERROR_UNCAUGHT),
    executed("endEvent/escalation", ESCALATION_UNCAUGHT),
    refused("endEvent/compensation", COMPENSATION),
    refused("endEvent/conditional", NO_THROWN_CONDITION),
    refused("endEvent/link", LINK),
    refused("endEvent/cancel", CANCEL),
    executed("endEvent/terminate"),
    refused("endEvent/multiple", MULTIPLE),
    refused("endEvent/parallel-multiple", PARALLEL_MULTIPLE),
)
