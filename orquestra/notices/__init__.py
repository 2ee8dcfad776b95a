"""What customers are told: written once by key, and then handed to whatever sends it."""

from orquestra.notices.kinds import LINK_PURPOSE, Kind
from orquestra.notices.mailbox import GATHERING, mailbox, post_to_mailbox
from orquestra.notices.reading import Notice, recent
from orquestra.notices.sending import (
    LINK_LIFETIME,
    Outgoing,
    claim,
    expire_links,
    give_back,
    mark_failed,
    mark_sent,
    put_off,
)
from orquestra.notices.text import fill_in, needs_link
from orquestra.notices.writing import post

__all__ = [
    "GATHERING",
    "LINK_LIFETIME",
    "LINK_PURPOSE",
    "Kind",
    "Notice",
    "Outgoing",
    "claim",
    "expire_links",
    "fill_in",
    "give_back",
    "mailbox",
    "mark_failed",
    "mark_sent",
    "needs_link",
    "post",
    "post_to_mailbox",
    "put_off",
    "recent",
]
