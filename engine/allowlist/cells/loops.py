"""Loop markers by activity, and what they may hold (BPMN 2.0, 10.3.7 and 10.3.8)."""

from engine.allowlist.cell import refused_loop as refused

SOON = "A loop marker is not executed here: draw the loop with an exclusive gateway."
_COMPLEX = (
    "Loop behaviour that throws events is not executed here: throw them inside the loop, and end "
    "it by its completionCondition."
)

CELLS = (
    refused("userTask/standard-loop", SOON),
    refused("userTask/sequential", SOON),
    refused("userTask/parallel", SOON),
    refused("serviceTask/standard-loop", SOON),
    refused("serviceTask/sequential", SOON),
    refused("serviceTask/parallel", SOON),
    refused("receiveTask/standard-loop", SOON),
    refused("receiveTask/sequential", SOON),
    refused("receiveTask/parallel", SOON),
    refused("scriptTask/standard-loop", SOON),
    refused("scriptTask/sequential", SOON),
    refused("scriptTask/parallel", SOON),
    refused("manualTask/standard-loop", SOON),
    refused("manualTask/sequential", SOON),
    refused("manualTask/parallel", SOON),
    refused("sendTask/standard-loop", SOON),
    refused("sendTask/sequential", SOON),
    refused("sendTask/parallel", SOON),
    refused("businessRuleTask/standard-loop", SOON),
    refused("businessRuleTask/sequential", SOON),
    refused("businessRuleTask/parallel", SOON),
    refused("callActivity/standard-loop", SOON),
    refused("callActivity/sequential", SOON),
    refused("callActivity/parallel", SOON),
    refused("subProcess/standard-loop", SOON),
    refused("subProcess/sequential", SOON),
    refused("subProcess/parallel", SOON),
    refused(
        "subProcess/event/loop",
        "An event sub-process cannot loop: put a sub-process with the loop marker into it.",
    ),
    refused("standardLoopCharacteristics/loopCondition", SOON),
    refused("standardLoopCharacteristics/@testBefore=true", SOON),
    refused("standardLoopCharacteristics/@testBefore=false", SOON),
    refused("standardLoopCharacteristics/@loopMaximum", SOON),
    refused("multiInstanceLoopCharacteristics/loopCardinality", SOON),
    refused("multiInstanceLoopCharacteristics/loopDataInputRef", SOON),
    refused("multiInstanceLoopCharacteristics/loopDataOutputRef", SOON),
    refused("multiInstanceLoopCharacteristics/inputDataItem", SOON),
    refused("multiInstanceLoopCharacteristics/outputDataItem", SOON),
    refused("multiInstanceLoopCharacteristics/completionCondition", SOON),
    refused("multiInstanceLoopCharacteristics/@camunda:collection", SOON),
    refused("multiInstanceLoopCharacteristics/@camunda:elementVariable", SOON),
    refused("multiInstanceLoopCharacteristics/complexBehaviorDefinition", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@behavior=None", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@behavior=One", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@behavior=Complex", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@oneBehaviorEventRef", _COMPLEX),
    refused("multiInstanceLoopCharacteristics/@noneBehaviorEventRef", _COMPLEX),
)
