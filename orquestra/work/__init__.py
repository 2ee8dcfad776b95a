"""Meu Ambiente de Trabalho: what a holder sees, and the little that they may do there."""

from orquestra.paging import Page
from orquestra.work.access import Access, access_of_login
from orquestra.work.catalogue import CatalogueEntry, catalogue
from orquestra.work.conclude import MESSAGE_LIMIT, ConcludedTask, add_message, conclude_task
from orquestra.work.details import ProcessDetail, ProcessMessage, ProcessTask, process
from orquestra.work.holders import Holder, LegacyHolder, PersonHolder
from orquestra.work.processes import (
    CONCLUDED,
    IN_PROGRESS,
    ProcessRow,
    WorkCounts,
    counts,
    counts_of_login,
    processes,
)
from orquestra.work.tasks import TaskRow, tasks

__all__ = [
    "CONCLUDED",
    "IN_PROGRESS",
    "MESSAGE_LIMIT",
    "Access",
    "CatalogueEntry",
    "ConcludedTask",
    "Holder",
    "LegacyHolder",
    "Page",
    "PersonHolder",
    "ProcessDetail",
    "ProcessMessage",
    "ProcessRow",
    "ProcessTask",
    "TaskRow",
    "WorkCounts",
    "access_of_login",
    "add_message",
    "catalogue",
    "conclude_task",
    "counts",
    "counts_of_login",
    "process",
    "processes",
    "tasks",
]
