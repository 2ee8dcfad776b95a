"""Why an event is refused and what to do instead, and notes on what is executed.

Each sentence stands for a row of cells.
"""

COMPENSATION = (
    "Compensation is not executed here: draw the undoing as its own path after an error or "
    "escalation boundary event."
)
CONDITIONAL = (
    "Conditional events are not executed here: let a message or a signal tell that the condition "
    "holds, or look at it at an exclusive gateway."
)
LINK = (
    "Link events are not executed here: draw the sequence flow itself, or put the part into a "
    "sub-process."
)
CANCEL = (
    "Cancel events belong to transactions, which are not executed here: use an error event and a "
    "sub-process."
)
TERMINATE = "Terminate is a way to end: only an end event can have it."
MULTIPLE = (
    "An event with several definitions is not executed here: draw one event for each, after an "
    "event-based gateway where the first of them shall decide."
)
PARALLEL_MULTIPLE = (
    "An event that waits for several definitions is not executed here: draw one event for each, "
    "between two parallel gateways."
)

CATCH_NOTHING = (
    "An intermediate catch event must say what it waits for: give it a message, a timer or a "
    "signal."
)
BOUNDARY_NOTHING = (
    "A boundary event must say what it waits for: give it a message, a timer, a signal, an error "
    "or an escalation."
)
CAUGHT_AT_THE_EDGE = (
    "Errors and escalations are not waited for in the flow: catch them with a boundary event at "
    "the activity that they come from."
)
ERROR_STARTS_NOTHING = (
    "Errors and escalations start no process: catch them with a boundary event, or with an event "
    "sub-process."
)
ERROR_ENDS = "An error ends its path: throw it with an error end event."
ERROR_INTERRUPTS = (
    "An error always interrupts (BPMN 2.0, table 10.90): make the event interrupting, or use an "
    "escalation."
)
NO_THROWN_TIMER = (
    "A timer is waited for and cannot be thrown: use an intermediate catch event or a boundary "
    "event."
)
NO_THROWN_CONDITION = (
    "A condition is waited for and cannot be thrown: decide by it at an exclusive gateway."
)
SUB_PROCESS_START = (
    "A sub-process in the flow is started by its token alone: take the definition off its start "
    "event, or make it an event sub-process."
)
EVENT_SUB_PROCESS_START = (
    "An event sub-process must say what starts it: give its start event a message, a timer, a "
    "signal, an error or an escalation."
)

CYCLE_AGAIN = (
    "Counts from when a round was due: one that is late adds nothing up. After a downtime it "
    "comes once; rounds that were missed count and are left out."
)
CYCLE_ONCE = "The first round only: it is over then."
SIGNAL_HEARD = "Heard by whoever waits when it is thrown, in every instance; it is not kept."
SIGNAL_THROWN = (
    "Reaches all that wait at that moment: its own instance at once, others each by a command "
    "of its own; it begins an instance of each process that has a start event for it."
)
ERROR_UNCAUGHT = "One that nothing catches ends the whole process."
ESCALATION_UNCAUGHT = "One that nothing catches changes nothing."
