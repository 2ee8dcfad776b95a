"""Sending what `orquestra.notices` holds."""

from tasks.notices.letters import Letterhead
from tasks.notices.sender import NoticeSender

__all__ = ["Letterhead", "NoticeSender"]
