"""Tasks, sub-processes and call activities (BPMN 2.0, 10.3)."""

from engine.allowlist.cell import executed, refused

CELLS = (
    refused(
        "task",
        "A task without a kind says nobody who does it: make it a user, manual or service task.",
    ),
    executed("userTask"),
    executed("serviceTask", "An external task: `camunda:type` is `external`; see its topic."),
    executed("receiveTask"),
    executed("scriptTask", "One `name = expression` a line, in order; see expressions.md."),
    executed("manualTask", "Done where the engine does not see it: the token passes at once."),
    executed("sendTask", "An external task, as a service task: see its topic."),
    executed("businessRuleTask", "A decision deployed beside the diagram; see decision-tables.md."),
    executed(
        "callActivity",
        "`calledElement` names a deployed process with one plain start event. Its newest version "
        "is bound when the caller is deployed, and stays: deploy the caller again to call a newer "
        "one. It runs inside the caller's instance, and its elements are called "
        "`process:element`. It begins with what camunda:in passes and nothing else, and gives back "
        "what camunda:out passes. Errors that it does not catch come to the call activity's "
        "boundary events. Its messages find it by the caller's process and business key.",
    ),
    executed(
        "subProcess",
        "Has one plain start event. It begins with all variables, and gives back what it changed; "
        "also where an event interrupts it.",
    ),
    executed(
        "subProcess/event",
        "Waits from the start of its scope; it knows what all tokens of the scope know by then.",
    ),
    refused(
        "transaction",
        "A transaction is not executed here: use a sub-process with an error boundary event, and "
        "draw the undoing as a path.",
    ),
    refused(
        "adHocSubProcess",
        "An ad-hoc sub-process is not executed here: draw the possible orders with gateways.",
    ),
)
