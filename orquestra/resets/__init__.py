"""A new password for a legacy login whose old one is forgotten, until the login is linked.

The way leads through the old mailbox: a link with a secret of 32 random bytes, of which the table
holds the SHA-256 only. It is good once and for a short time. Whoever asks learns nothing: the same
statements run for every name, and what a name without a mailbox must not leave behind is undone.
Nor do they stop anybody: the links of one login are good side by side, until one is used or the
login is linked.
"""

from orquestra.resets.asking import MOST_MAILS, ask, ask_names
from orquestra.resets.mailboxes import reachable
from orquestra.resets.strength import Weakness, weakness
from orquestra.resets.tokens import LIFETIMES, Reason, issue, void_of_login
from orquestra.resets.using import Standing, standing, use

__all__ = [
    "LIFETIMES",
    "MOST_MAILS",
    "Reason",
    "Standing",
    "Weakness",
    "ask",
    "ask_names",
    "issue",
    "reachable",
    "standing",
    "use",
    "void_of_login",
    "weakness",
]
