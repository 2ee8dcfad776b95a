"""Loop markers by activity, and what they may hold (BPMN 2.0, 10.3.7 and 10.3.8)."""

from engine.allowlist.cell import executed
from engine.allowlist.cell import refused_loop as refused

_COMPLEX = (
    "Loop behaviour that throws events is not executed here: throw them inside the loop, and end "
    "it by its completionCondition."
)

CELLS = (
    executed(
        "userTask/standard-loop",
        "Each round goes on with the variables of the last; `loopCounter` counts from 0.",
    ),
    executed(
        "userTask/sequential",
        "One after the other; else as in parallel.",
    ),
    executed(
        "userTask/parallel",
        "Each instance has variables of its own, among them `loopCounter` from 0, "
        "`nrOfInstances` and its element; what it sets stays its own, but for the one that is"
        " collected. At most 1,000 instances. No element: passed at once. Boundary events are"
        " of all instances together.",
    ),
    executed("serviceTask/standard-loop"),
    executed("serviceTask/sequential"),
    executed("serviceTask/parallel"),
    executed("receiveTask/standard-loop"),
    executed("receiveTask/sequential"),
    executed("receiveTask/parallel"),
    executed("scriptTask/standard-loop"),
    executed("scriptTask/sequential"),
    executed("scriptTask/parallel"),
    executed("manualTask/standard-loop"),
    executed("manualTask/sequential"),
    executed("manualTask/parallel"),
    executed("sendTask/standard-loop"),
    executed("sendTask/sequential"),
    executed("sendTask/parallel"),
    executed("businessRuleTask/standard-loop"),
    executed("businessRuleTask/sequential"),
    executed("businessRuleTask/parallel"),
    executed("callActivity/standard-loop"),
    executed("callActivity/sequential"),
    executed("callActivity/parallel"),
    executed("subProcess/standard-loop"),
    executed("subProcess/sequential"),
    executed("subProcess/parallel"),
    refused(
        "subProcess/event/loop",
        "An event sub-process cannot loop: put a sub-process with the loop marker into it.",
    ),
    executed(
        "standardLoopCharacteristics/loopCondition",
        "Asked after each round; where it is true there is another one.",
    ),
    executed(
        "standardLoopCharacteristics/@testBefore=true",
        "Asked before the first round, too.",
    ),
    executed("standardLoopCharacteristics/@testBefore=false"),
    executed(
        "standardLoopCharacteristics/@loopMaximum",
        "From 1 to 1,000; without it a loop ends with an error after 1,000 rounds.",
    ),
    executed(
        "multiInstanceLoopCharacteristics/loopCardinality",
        "A whole number, or an expression that gives one; in place of a collection.",
    ),
    executed(
        "multiInstanceLoopCharacteristics/loopDataInputRef",
        "BPMN's own word for camunda:collection: the name of a variable.",
    ),
    executed(
        "multiInstanceLoopCharacteristics/loopDataOutputRef",
        "The variable that becomes a list of what the instances found out, in the order of "
        "the elements; with outputDataItem.",
    ),
    executed(
        "multiInstanceLoopCharacteristics/inputDataItem",
        "BPMN's own word for camunda:elementVariable: its name, else its id.",
    ),
    executed(
        "multiInstanceLoopCharacteristics/outputDataItem",
        "Which variable of an instance is collected: its name, else its id; null where it set"
        " none.",
    ),
    executed(
        "multiInstanceLoopCharacteristics/completionCondition",
        "Asked after each instance on its variables, with `nrOfCompletedInstances` and "
        "`nrOfActiveInstances` beside them; where it is true the open ones are cancelled.",
    ),
    executed(
        "multiInstanceLoopCharacteristics/@camunda:collection",
        "A variable, or an expression that gives a list.",
    ),
    executed("multiInstanceLoopCharacteristics/@camunda:elementVariable"),
    refused("multiInstanceLoopCharacteristics/complexBehaviorDefinition", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@behavior=None", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@behavior=One", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@behavior=Complex", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@oneBehaviorEventRef", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@noneBehaviorEventRef", _COMPLEX),
)
