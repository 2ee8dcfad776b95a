"""The attempts to come in through gov.br: each road there and back, step by step, on record.

started → returned → exchanged → identified → closed; from any open state also → failed.
Each step is one guarded UPDATE: it happens once, whatever is repeated or raced.
"""

from govbr.attempts.beginning import BegunAttempt, Purpose, begin
from govbr.attempts.callback import CallbackTaken, Outcome, take_callback
from govbr.attempts.ending import close, expire_old, fail
from govbr.attempts.faring import Faring, how_govbr_fares
from govbr.attempts.keeping import (
    TOKEN_LIFETIME,
    Awaited,
    ask_later,
    companies_awaited_until,
    is_awaited,
    keep_tokens,
    take_awaited,
)
from govbr.attempts.looking_back import is_on_the_way
from govbr.attempts.progress import (
    OpenedCode,
    open_code,
    open_facts,
    open_tokens,
    record_facts,
    record_tokens,
    set_person,
)
from govbr.attempts.recording import Event, Happened
from govbr.attempts.recording import note as note_event
from govbr.attempts.recording import read as read_events
from govbr.attempts.refusing import note_refused
from govbr.attempts.rows import Attempt, Failure, Status, load

__all__ = [
    "TOKEN_LIFETIME",
    "Attempt",
    "Awaited",
    "BegunAttempt",
    "CallbackTaken",
    "Event",
    "Failure",
    "Faring",
    "Happened",
    "OpenedCode",
    "Outcome",
    "Purpose",
    "Status",
    "ask_later",
    "begin",
    "close",
    "companies_awaited_until",
    "expire_old",
    "fail",
    "how_govbr_fares",
    "is_awaited",
    "is_on_the_way",
    "keep_tokens",
    "load",
    "note_event",
    "note_refused",
    "open_code",
    "open_facts",
    "open_tokens",
    "read_events",
    "record_facts",
    "record_tokens",
    "set_person",
    "take_awaited",
    "take_callback",
]
