"""What holds a diagram together: roots, texts, artifacts, extensions (BPMN 2.0, 8)."""

from engine.allowlist.cell import executed, kept, refused

_FOR_READERS = "It is read by people and by other tools."
_HUMAN = "Who does a task is said by camunda:assignee and camunda:candidateGroups."
_WHO = "It would give the task to nobody: use camunda:assignee or camunda:candidateGroups."
_SERVICES = "What a service task does is its camunda:topic's to know."
_GLOBAL = "A task is drawn in the process that does it: draw it there, without a call."
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
    refused("humanPerformer", _WHO),
    refused("potentialOwner", _WHO),
    refused("performer", _WHO),
    refused("resourceRole", _WHO),
    kept("rendering", "Forms are named by camunda:formRef."),
    refused("correlationProperty", _CORRELATION),
    refused("correlationPropertyBinding", _CORRELATION),
    refused("correlationPropertyRetrievalExpression", _CORRELATION),
    refused("correlationKey", _CORRELATION),
    refused("correlationSubscription", _CORRELATION),
    refused(
        "supports", "A process is executed by itself: take away what it says that it supports."
    ),
    refused("globalTask", _GLOBAL),
    refused("globalUserTask", _GLOBAL),
    refused("globalManualTask", _GLOBAL),
    refused("globalScriptTask", _GLOBAL),
    refused("globalBusinessRuleTask", _GLOBAL),
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
