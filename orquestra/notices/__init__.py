"""What customers are told: written once by key, and then handed to whatever sends it."""

from orquestra.notices.kinds import LINK_PURPOSE, Kind
from orquestra.notices.reading import Notice, recent
from orquestra.notices.sending import mark_sent
from orquestra.notices.writing import post

__all__ = ["LINK_PURPOSE", "Kind", "Notice", "mark_sent", "post", "recent"]
