"""The link of a login to a person, and the move of everything that the login has."""

from orquestra.linking.links import (
    AccountLink,
    link_by_reference,
    link_of_login,
    links_of_person,
    load,
)
from orquestra.linking.phases import MAX_BATCH, begin, finish, migrate_batch
from orquestra.linking.roads import login_on_road, road_key, road_keys

__all__ = [
    "MAX_BATCH",
    "AccountLink",
    "begin",
    "finish",
    "link_by_reference",
    "link_of_login",
    "links_of_person",
    "load",
    "login_on_road",
    "migrate_batch",
    "road_key",
    "road_keys",
]
