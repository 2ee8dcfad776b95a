"""The link of a login to a person, the move of all that the login has, its ledger and its undo."""

from orquestra.linking.beginning import begin
from orquestra.linking.comparing import Comparison, compare, note_mismatch
from orquestra.linking.ledger import LinkEvent, events
from orquestra.linking.links import (
    AccountLink,
    link_by_reference,
    link_of_login,
    links_of_person,
    load,
)
from orquestra.linking.listing import Filter, LinkRow, is_stuck, search_links
from orquestra.linking.obstacles import Obstacle, obstacles
from orquestra.linking.phases import MAX_BATCH, finish, migrate_batch
from orquestra.linking.roads import login_on_road, road_key, road_keys
from orquestra.linking.undoing import REASON_LIMIT, ask_undo, undo, withdraw_undo

__all__ = [
    "MAX_BATCH",
    "REASON_LIMIT",
    "AccountLink",
    "Comparison",
    "Filter",
    "LinkEvent",
    "LinkRow",
    "Obstacle",
    "ask_undo",
    "begin",
    "compare",
    "events",
    "finish",
    "is_stuck",
    "link_by_reference",
    "link_of_login",
    "links_of_person",
    "load",
    "login_on_road",
    "migrate_batch",
    "note_mismatch",
    "obstacles",
    "road_key",
    "road_keys",
    "search_links",
    "undo",
    "withdraw_undo",
]
