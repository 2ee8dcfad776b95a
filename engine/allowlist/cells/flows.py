"""Sequence flows by where they start, message flows, pools and lanes (BPMN 2.0, 7 to 10)."""

from engine.allowlist.cell import executed, kept, refused

_NO_CONDITION = (
    "A condition here would decide nothing: lead the flow out of an exclusive or an inclusive "
    "gateway."
)
_ELSEWHERE = "It is read by people and by other tools; nothing in it runs."
_NO_CHOREOGRAPHY = (
    "Choreographies and conversations are not executed here: draw each partner's process in a pool."
)

CELLS = (
    executed("sequenceFlow"),
    executed("sequenceFlow/condition-from-exclusiveGateway"),
    executed("sequenceFlow/condition-from-inclusiveGateway"),
    refused("sequenceFlow/condition-from-parallelGateway", _NO_CONDITION, rule="flow"),
    refused("sequenceFlow/condition-from-eventBasedGateway", _NO_CONDITION, rule="flow"),
    executed("sequenceFlow/condition-from-activity"),
    refused("sequenceFlow/condition-from-event", _NO_CONDITION, rule="flow"),
    executed("sequenceFlow/several-from-activity"),
    executed("sequenceFlow/several-from-event"),
    kept("sequenceFlow/@isImmediate=false"),
    kept("sequenceFlow/@isImmediate=true"),
    kept("collaboration", _ELSEWHERE),
    kept("participant"),
    kept("participantMultiplicity", _ELSEWHERE),
    kept("process/@isExecutable=false", "A pool of others: kept, and not looked into."),
    kept("messageFlow", "Shows who talks to whom; messages find their instance by business key."),
    kept("messageFlowAssociation", _ELSEWHERE),
    kept("participantAssociation", _ELSEWHERE),
    kept("conversationAssociation", _ELSEWHERE),
    kept("conversationLink", _ELSEWHERE),
    kept("conversationNode", _ELSEWHERE),
    kept("conversation", _ELSEWHERE),
    kept("subConversation", _ELSEWHERE),
    kept("callConversation", _ELSEWHERE),
    kept("globalConversation", _ELSEWHERE),
    kept("laneSet"),
    executed(
        "lane",
        "Its name is the candidate group of the user tasks in it that name neither an assignee nor "
        "candidate groups; of lanes in lanes, the innermost. A lane without a name says nothing.",
    ),
    kept("childLaneSet"),
    executed("flowNodeRef"),
    kept("partitionElement", _ELSEWHERE),
    refused("choreography", _NO_CHOREOGRAPHY),
    refused("globalChoreographyTask", _NO_CHOREOGRAPHY),
    refused("choreographyTask", _NO_CHOREOGRAPHY),
    refused("subChoreography", _NO_CHOREOGRAPHY),
    refused("callChoreography", _NO_CHOREOGRAPHY),
)
