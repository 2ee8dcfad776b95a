"""Loop markers by activity, and what they may hold (BPMN 2.0, 10.3.7 and 10.3.8)."""

from engine.allowlist.cell import executed
from engine.allowlist.cell import refused_loop as refused

SOON = "A loop marker is not executed here: draw the loop with an exclusive gateway."
_COMPLEX = (
    "Loop behaviour that throws events is not executed here: throw them inside the loop, and end "
    "it by its completionCondition."
)

CELLS = (
    executed("userTask/standard-loop"),
    executed("userTask/sequential"),
    executed("userTask/parallel"),
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
    executed("standardLoopCharacteristics/loopCondition"),
    executed("standardLoopCharacteristics/@testBefore=true"),
    executed("standardLoopCharacteristics/@testBefore=false"),
    executed("standardLoopCharacteristics/@loopMaximum"),
    executed("multiInstanceLoopCharacteristics/loopCardinality"),
    executed("multiInstanceLoopCharacteristics/loopDataInputRef"),
    executed("multiInstanceLoopCharacteristics/loopDataOutputRef"),
    executed("multiInstanceLoopCharacteristics/inputDataItem"),
    executed("multiInstanceLoopCharacteristics/outputDataItem"),
    executed("multiInstanceLoopCharacteristics/completionCondition"),
    executed("multiInstanceLoopCharacteristics/@camunda:collection"),
    executed("multiInstanceLoopCharacteristics/@camunda:elementVariable"),
    refused("multiInstanceLoopCharacteristics/complexBehaviorDefinition", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@behavior=None", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@behavior=One", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@behavior=Complex", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@oneBehaviorEventRef", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@noneBehaviorEventRef", _COMPLEX),
)
