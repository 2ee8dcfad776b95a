"""Which elements of BPMN 2.0 are of which kind, and what may hold them."""

#: Suffix of the elements that say what an event waits for or throws.
DEFINITION = "EventDefinition"

#: Definition → how the cells call it; a timer's go on with what it holds.
EVENT_KINDS = {
    "messageEventDefinition": "message",
    "timerEventDefinition": "timer",
    "signalEventDefinition": "signal",
    "errorEventDefinition": "error",
    "escalationEventDefinition": "escalation",
    "compensateEventDefinition": "compensation",
    "conditionalEventDefinition": "conditional",
    "linkEventDefinition": "link",
    "cancelEventDefinition": "cancel",
    "terminateEventDefinition": "terminate",
}
#: What a timer may hold → how the cells call it.
TIMER_KINDS = {"timeDate": "date", "timeDuration": "duration", "timeCycle": "cycle"}

EVENTS = frozenset(
    {
        "startEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "endEvent",
    }
)
TASKS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
    }
)
#: What has flow elements of its own.
SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}
GATEWAYS = frozenset(
    {
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "complexGateway",
    }
)
FLOW_NODES = EVENTS | ACTIVITIES | GATEWAYS
LOOPS = frozenset({"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"})

_SCOPES = SUB_PROCESSES | {"process"}
_ROOTS = frozenset({"definitions"})

#: Element → what it may stand in (BPMN 2.0, annex of the schemas); others are not looked at.
PARENTS = {
    **dict.fromkeys(FLOW_NODES, _SCOPES),
    **dict.fromkeys(("sequenceFlow", "dataObject", "dataObjectReference"), _SCOPES),
    **dict.fromkeys(("dataStoreReference", "laneSet"), _SCOPES),
    **dict.fromkeys(EVENT_KINDS, EVENTS),
    **dict.fromkeys(LOOPS, ACTIVITIES),
    **dict.fromkeys(("process", "message", "signal", "error", "escalation"), _ROOTS),
    **dict.fromkeys(("collaboration", "dataStore", "itemDefinition", "category"), _ROOTS),
    "conditionExpression": frozenset({"sequenceFlow"}),
    "script": frozenset({"scriptTask"}),
    "lane": frozenset({"laneSet", "childLaneSet"}),
    **dict.fromkeys(TIMER_KINDS, frozenset({"timerEventDefinition"})),
}
