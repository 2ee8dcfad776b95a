"""What holds a diagram together: roots, texts, artifacts, extensions (BPMN 2.0, 8)."""

from engine.allowlist.cell import executed, kept, refused

_FOR_READERS = "It is read by people and by other tools."
_HUMAN = "Who does a task is said by camunda:assignee and camunda:candidateGroups."
_SERVICES = "What a service task does is its camunda:topic's to know."
_CORRELATION = (
    "Messages find their instance by its business key, not by BPMN's correlation: take it away."
)

CELLS = (
    kept("definitions"),
    executed("process"),
    kept("documentation", _FOR_READERS),
    kept("extensionElements", "Those of Camunda are named below; others stay and are left alone."),
    kept("incoming", "The sequence flows themselves decide."),
    kept("outgoing", "The sequence flows themselves decide."),
    kept("textAnnotation", _FOR_READERS),
    kept("text", _FOR_READERS),
    kept("association", _FOR_READERS),
    kept("group", _FOR_READERS),
    kept("category", _FOR_READERS),
    kept("categoryValue", _FOR_READERS),
    kept("categoryValueRef", _FOR_READERS),
    kept("auditing", _FOR_READERS),
    kept("monitoring", _FOR_READERS),
    kept("relationship", _FOR_READERS),
    kept("source", _FOR_READERS),
    kept("target", _FOR_READERS),
    kept("extension", "An extension with mustUnderstand is refused."),
    refused(
        "extension/@mustUnderstand=true",
        "The file asks for an extension that is not understood here: take it away, or its "
        "mustUnderstand.",
    ),
    refused(
        "import", "A file brings everything along: put what it imports into the same deployment."
    ),
    executed("message"),
    executed("error"),
    executed("signal"),
    executed("escalation"),
    kept("endPoint", _SERVICES),
    kept("interface", _SERVICES),
    kept("operation", _SERVICES),
    kept("inMessageRef", _SERVICES),
    kept("outMessageRef", _SERVICES),
    kept("errorRef", _SERVICES),
    kept("operationRef", _SERVICES),
    kept("supportedInterfaceRef", _SERVICES),
    kept("resource", _HUMAN),
    kept("resourceParameter", _HUMAN),
    kept("partnerEntity", _FOR_READERS),
    kept("partnerRole", _FOR_READERS),
    kept("participantRef", _FOR_READERS),
    refused("humanPerformer", _HUMAN),
    refused("potentialOwner", _HUMAN),
    refused("performer", _HUMAN),
    refused("resourceRole", _HUMAN),
    kept("rendering", "Forms are named by camunda:formRef."),
    refused("correlationProperty", _CORRELATION),
    refused("correlationPropertyBinding", _CORRELATION),
    refused("correlationPropertyRetrievalExpression", _CORRELATION),
    refused("correlationKey", _CORRELATION),
    refused("correlationSubscription", _CORRELATION),
    refused(
        "supports", "A process is executed by itself: take away what it says that it supports."
    ),
    refused(
        "globalTask", "A task is drawn in the process that does it: draw it there, without a call."
    ),
    refused("globalUserTask", "Draw the user task in the process that does it."),
    refused("globalManualTask", "Draw the manual task in the process that does it."),
    refused("globalScriptTask", "Draw the script task in the process that does it."),
    refused("globalBusinessRuleTask", "Draw the business rule task in the process that does it."),
    executed("conditionExpression", "Stands in `${…}`; see expressions.md."),
    executed("script"),
    refused(
        "eventDefinitionRef",
        "An event says itself what it waits for or throws: write the definition into the event.",
        rule="event",
    ),
    kept("timeCycle", "See the timer's cells."),
    kept("condition", "See the conditional event's cells."),
    kept("activationCondition", "See the complex gateway."),
    executed("timeDate", "A date alone means the end of that day in America/Sao_Paulo."),
    executed("timeDuration", "Weeks, days, hours, minutes, seconds."),
)
