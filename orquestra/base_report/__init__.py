"""The report before the campaign: what the old base holds, and the list behind each number."""

from orquestra.base_report.lines import KIND_NAMES, Column, Line, document_of, masked_text
from orquestra.base_report.one_login import OneLogin, Sibling, one_login
from orquestra.base_report.report import (
    Counted,
    CountedSection,
    Listed,
    all_rows,
    listed,
    report,
    rows,
)
from orquestra.base_report.waiting import Waiting, waiting

__all__ = [
    "KIND_NAMES",
    "Column",
    "Counted",
    "CountedSection",
    "Line",
    "Listed",
    "OneLogin",
    "Sibling",
    "Waiting",
    "all_rows",
    "document_of",
    "listed",
    "masked_text",
    "one_login",
    "report",
    "rows",
    "waiting",
]
