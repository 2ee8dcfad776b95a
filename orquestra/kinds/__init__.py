"""Who a login is for (customer, firm, foreigner, staff, program), and whether several use it."""

from orquestra.kinds.choosing import REASON_LIMIT, set_kind
from orquestra.kinds.classifying import (
    NETWORKS_KEPT,
    classify,
    forget_networks,
    hold_campaigns,
)
from orquestra.kinds.networks import record_network
from orquestra.kinds.rules import (
    BY_STAFF,
    MANY_NETWORKS,
    Facts,
    Kind,
    kind_of,
    looks_shared,
    signals_of,
)
from orquestra.kinds.words import company_like, role_address

__all__ = [
    "BY_STAFF",
    "MANY_NETWORKS",
    "NETWORKS_KEPT",
    "REASON_LIMIT",
    "Facts",
    "Kind",
    "classify",
    "company_like",
    "forget_networks",
    "hold_campaigns",
    "kind_of",
    "looks_shared",
    "record_network",
    "role_address",
    "set_kind",
    "signals_of",
]
