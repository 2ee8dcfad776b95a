"""The campaign: its deadline, who takes part, and what happens to who does not come in time."""

from orquestra.campaign.blocks import block, unblock
from orquestra.campaign.campaigns import Campaign, current, load, open_campaign, postpone
from orquestra.campaign.deadline import ZONE_NAME, end_of_day, reminder_offset
from orquestra.campaign.enrolment import logins_to_enrol, mark_enrolled
from orquestra.campaign.first_data import first_variables, group_of
from orquestra.campaign.own_deadline import FOREIGNER, NOT_ENROLLED, own_deadline
from orquestra.campaign.parts import Part, part_of
from orquestra.campaign.settling import block_late_foreigners, hold, settle

__all__ = [
    "FOREIGNER",
    "NOT_ENROLLED",
    "ZONE_NAME",
    "Campaign",
    "Part",
    "block",
    "block_late_foreigners",
    "current",
    "end_of_day",
    "first_variables",
    "group_of",
    "hold",
    "load",
    "logins_to_enrol",
    "mark_enrolled",
    "open_campaign",
    "own_deadline",
    "part_of",
    "postpone",
    "reminder_offset",
    "settle",
    "unblock",
]
