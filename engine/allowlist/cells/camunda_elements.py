"""Extension elements of Camunda 7's vocabulary, by their name wherever they stand."""

from engine.allowlist.cell import executed, kept, refused, refused_code

_CODE = "It would run code that comes in with the diagram: use an external task with a topic."
_LISTENER = "A listener would run code: draw what it does as a task."
_FORM = "A form is a file of its own: deploy it beside the diagram and name it by camunda:formRef."
_STRUCTURE = (
    "An input is one text or one expression here: build the structure with an expression in ${…}."
)
_PASSED = (
    "A `source` or a `sourceExpression` with its `target`, or `variables=all`. What is not named "
    "is not passed; `businessKey` and `local` are refused."
)

CELLS = (
    executed("camunda:inputOutput", "On user, service, send and script tasks and sub-processes."),
    executed(
        "camunda:inputParameter",
        "Of a service or send task: what its operator is given. Of others: a variable of the "
        "activity's own, worked out when the token comes and gone when it leaves.",
    ),
    executed(
        "camunda:outputParameter",
        "Worked out when the activity is completed, on all it knows then; what an operator or a "
        "person answers becomes variables all the same.",
    ),
    refused("camunda:list", _STRUCTURE, rule="extension"),
    refused("camunda:map", _STRUCTURE, rule="extension"),
    refused("camunda:entry", _STRUCTURE, rule="extension"),
    executed("camunda:failedJobRetryTimeCycle", "`R3/PT10S`, or a list: `PT5S,PT1M,PT10M`."),
    kept("camunda:properties"),
    kept("camunda:property"),
    kept("camunda:value"),
    executed("camunda:in", _PASSED),
    executed("camunda:out", _PASSED),
    refused("camunda:formData", _FORM, rule="extension"),
    refused("camunda:formField", _FORM, rule="extension"),
    refused("camunda:validation", _FORM, rule="extension"),
    refused("camunda:constraint", _FORM, rule="extension"),
    refused(
        "camunda:errorEventDefinition",
        "An operator says itself which error it ends with: take the mapping away.",
        rule="extension",
    ),
    kept("camunda:potentialStarter"),
    refused_code("camunda:executionListener", _LISTENER),
    refused_code("camunda:taskListener", _LISTENER),
    refused_code("camunda:connector", _CODE),
    refused_code("camunda:connectorId", _CODE),
    refused_code("camunda:script", _CODE),
    refused_code("camunda:expression", _CODE),
    refused_code("camunda:field", _CODE),
    refused_code("camunda:string", _CODE),
)
