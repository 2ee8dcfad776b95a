"""Attributes of Camunda 7's vocabulary; `*` is any element that may carry one."""

from engine.allowlist.cell import executed, kept, refused_code
from engine.allowlist.cell import refused_attribute as refused

_MODELER = "Of the modeler's own."
_CODE = "It would run code that comes in with the diagram: use an external task with a topic."
_LATEST = (
    "Versions are bound when a diagram is deployed, and tenants are not known here: take it away."
)
_CASE = "CMMN cases are not executed here: call a process."
_RESULT = "The result of an external task is what its operator answers: take it away."
_CONDITIONAL = "Conditional events are not executed here: take the event away."
_FORM = "It would run code: name the form by camunda:formRef or camunda:formKey."

CELLS = (
    executed("serviceTask/@camunda:type=external"),
    refused("*/@camunda:type", "Work is done by external tasks: write camunda:type=external."),
    executed("serviceTask/@camunda:topic"),
    executed("sendTask/@camunda:type=external"),
    executed("sendTask/@camunda:topic"),
    executed("messageEventDefinition/@camunda:type=external"),
    executed("messageEventDefinition/@camunda:topic", "Where the event throws: what sends it."),
    refused(
        "*/@camunda:topic",
        "Only service tasks, send tasks and thrown messages have a topic: take it away.",
    ),
    executed(
        "userTask/@camunda:assignee", "A name, or one expression: worked out once, on arrival."
    ),
    executed(
        "userTask/@camunda:candidateGroups",
        "Names between commas, or one expression that gives a list or such a text.",
    ),
    executed("userTask/@camunda:formRef"),
    executed("userTask/@camunda:formKey"),
    kept("userTask/@camunda:formRefBinding=deployment"),
    refused(
        "userTask/@camunda:formRefBinding",
        "A form is the one that is deployed beside the diagram: write deployment, or nothing.",
    ),
    refused(
        "userTask/@camunda:formRefVersion",
        "A form is the one that is deployed beside the diagram: take the version away.",
    ),
    refused(
        "startEvent/@camunda:formRef",
        "A start event shows no form here: put a user task with the form after it.",
    ),
    refused(
        "startEvent/@camunda:formKey",
        "A start event shows no form here: put a user task with the form after it.",
    ),
    refused(
        "userTask/@camunda:candidateUsers",
        "Tasks are offered to one person or to groups: use camunda:assignee or "
        "camunda:candidateGroups.",
    ),
    refused(
        "userTask/@camunda:dueDate",
        "A due date would only be shown here: let a boundary timer say what happens then.",
    ),
    refused(
        "userTask/@camunda:followUpDate",
        "A follow-up date would only be shown here: use a boundary timer.",
    ),
    kept("userTask/@camunda:priority", "Tasks are shown in the order of their deadlines."),
    kept(
        "*/@camunda:asyncBefore", "Every step is saved, so there is nothing that it could change."
    ),
    kept("*/@camunda:async", "As camunda:asyncBefore."),
    kept("*/@camunda:asyncAfter", "As camunda:asyncBefore."),
    kept("*/@camunda:exclusive=true", "Commands of one instance always wait for each other."),
    refused(
        "*/@camunda:exclusive=false",
        "Commands of one instance always wait for each other: take it away.",
    ),
    kept("*/@camunda:jobPriority", "Jobs go in the order in which they are due."),
    kept("*/@camunda:taskPriority", "Jobs go in the order in which they are due."),
    kept("process/@camunda:historyTimeToLive", "How long history is kept is set for all at once."),
    kept("process/@camunda:versionTag"),
    kept("process/@camunda:isStartableInTasklist"),
    kept("process/@camunda:candidateStarterGroups"),
    kept("process/@camunda:candidateStarterUsers"),
    refused(
        "startEvent/@camunda:initiator",
        "Who starts is no variable: the history tells it. Take it away, or pass a variable.",
    ),
    executed("errorEventDefinition/@camunda:errorCodeVariable"),
    refused(
        "errorEventDefinition/@camunda:errorMessageVariable",
        "An error's message is for the history, not a variable: use camunda:errorCodeVariable.",
    ),
    kept("error/@camunda:errorMessage"),
    refused(
        "escalationEventDefinition/@camunda:escalationCodeVariable",
        "The code is not put into a variable here: draw one boundary event for each code.",
    ),
    kept("signalEventDefinition/@camunda:async", "As camunda:asyncBefore."),
    refused("conditionalEventDefinition/@camunda:variableName", _CONDITIONAL),
    refused("conditionalEventDefinition/@camunda:variableEvents", _CONDITIONAL),
    executed(
        "callActivity/@camunda:calledElementBinding=deployment",
        "As without it: the newest version at the moment when the caller is deployed.",
    ),
    executed(
        "callActivity/@camunda:calledElementBinding=version", "With camunda:calledElementVersion."
    ),
    refused("callActivity/@camunda:calledElementBinding", _LATEST),
    executed("callActivity/@camunda:calledElementVersion"),
    refused("callActivity/@camunda:calledElementVersionTag", _LATEST),
    refused("callActivity/@camunda:calledElementTenantId", _LATEST),
    refused("callActivity/@camunda:caseRef", _CASE),
    refused("callActivity/@camunda:caseBinding", _CASE),
    refused("callActivity/@camunda:caseVersion", _CASE),
    refused("callActivity/@camunda:caseTenantId", _CASE),
    executed("businessRuleTask/@camunda:decisionRef", "Of a .dmn file deployed with the diagram."),
    executed("businessRuleTask/@camunda:mapDecisionResult"),
    executed("businessRuleTask/@camunda:resultVariable"),
    kept(
        "businessRuleTask/@camunda:decisionRefBinding=deployment",
        "Decisions are always those deployed with the diagram.",
    ),
    refused("businessRuleTask/@camunda:decisionRefBinding", _LATEST),
    refused("businessRuleTask/@camunda:decisionRefVersion", _LATEST),
    refused("businessRuleTask/@camunda:decisionRefVersionTag", _LATEST),
    refused("businessRuleTask/@camunda:decisionRefTenantId", _LATEST),
    executed(
        "scriptTask/@camunda:resultVariable",
        "The script is then one expression, without a name in front.",
    ),
    refused("*/@camunda:resultVariable", _RESULT),
    refused_code("*/@camunda:class", _CODE),
    refused_code("*/@camunda:delegateExpression", _CODE),
    refused_code("*/@camunda:expression", _CODE),
    refused_code("*/@camunda:variableMappingClass", _CODE),
    refused_code("*/@camunda:variableMappingDelegateExpression", _CODE),
    refused_code("*/@camunda:resource", _CODE),
    refused_code("*/@camunda:formHandlerClass", _FORM),
    kept("*/@camunda:modelerTemplate", _MODELER),
    kept("*/@camunda:modelerTemplateVersion", _MODELER),
    kept("*/@camunda:modelerTemplateIcon", _MODELER),
    kept("*/@camunda:diagramRelationId", _MODELER),
)
