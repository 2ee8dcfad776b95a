"""Gateways (BPMN 2.0, 10.6), and the sequence flows that leave them."""

from engine.allowlist.cell import executed, kept, refused, refused_attribute

_NOT_WAITED_FOR = (
    "An event-based gateway waits for what its ways catch: lead each to a receive task or to an "
    "intermediate catch event of a message, a timer or a signal."
)
_DIRECTION = "Says for readers how many flows come in and go out; the flows themselves decide."
_STARTS = (
    "An event-based gateway that starts a process is not executed here: draw one start event for "
    "each way to start."
)

CELLS = (
    executed(
        "exclusiveGateway",
        "Conditions are asked in the order in which the flows stand in the file. A condition gives "
        "true, false or null, which is false. With none true and no default flow the step is "
        "refused, and nothing changes. As a merge it lets every token pass by itself.",
    ),
    executed("exclusiveGateway/@default"),
    executed(
        "parallelGateway",
        "Takes one token from each flow that comes in; a second one on a flow waits there for its "
        "partners. Branches have variables of their own: each brings what it changed, and where "
        "two changed one variable, the token that came later.",
    ),
    executed(
        "inclusiveGateway",
        "Waits while a token can still come on a flow that has none, unless the same token could "
        "as well come on one that has; then takes one from each flow that has some. Branches bring "
        "their variables as at a parallel gateway.",
    ),
    executed("inclusiveGateway/@default"),
    refused(
        "complexGateway",
        "A complex gateway is not executed here: use inclusive and exclusive gateways, or a "
        "multi-instance activity with a completionCondition.",
    ),
    executed("eventBasedGateway"),
    executed("eventBasedGateway/to-message"),
    executed("eventBasedGateway/to-timer"),
    executed("eventBasedGateway/to-signal"),
    executed("eventBasedGateway/to-receiveTask"),
    refused("eventBasedGateway/to-conditional", _NOT_WAITED_FOR),
    refused("eventBasedGateway/to-other", _NOT_WAITED_FOR),
    kept("eventBasedGateway/@eventGatewayType=Exclusive"),
    refused_attribute(
        "eventBasedGateway/@eventGatewayType=Parallel",
        "An event-based gateway that waits for all of its events is not executed here: use a "
        "parallel gateway with an event in each branch.",
    ),
    kept("eventBasedGateway/@instantiate=false"),
    refused_attribute("eventBasedGateway/@instantiate=true", _STARTS),
    kept("exclusiveGateway/@gatewayDirection", _DIRECTION),
    kept("parallelGateway/@gatewayDirection", _DIRECTION),
    kept("inclusiveGateway/@gatewayDirection", _DIRECTION),
    kept("eventBasedGateway/@gatewayDirection", _DIRECTION),
)
