"""Access cases: somebody who cannot be reached at the old mailbox asks staff for a way in.

They say what they know of the login; the portal compares that with the base and shows staff what
matches, never the values. Staff grant, which mails a link for one new password to the contact
address, or refuse with a reason. What a case tells of people is blanked half a year after its
answer.
"""

from orquestra.access_cases.cases import count_open, load, open_case, page_of
from orquestra.access_cases.comparing import Comparison, LoginFacts, compare
from orquestra.access_cases.deciding import REASON_LIMIT, grant, refuse
from orquestra.access_cases.forgetting import PERSONAL_DATA_KEPT, forget
from orquestra.access_cases.model import AccessCase, CaseRow, Claims

__all__ = [
    "PERSONAL_DATA_KEPT",
    "REASON_LIMIT",
    "AccessCase",
    "CaseRow",
    "Claims",
    "Comparison",
    "LoginFacts",
    "compare",
    "count_open",
    "forget",
    "grant",
    "load",
    "open_case",
    "page_of",
    "refuse",
]
