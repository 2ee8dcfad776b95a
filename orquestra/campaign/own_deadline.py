"""Whose deadline is whose: the campaign's for customers, a day of their own for foreigners.

Neither the body's own people nor programs have one.
"""

from datetime import date, datetime
from typing import Final

from orquestra.campaign.deadline import end_of_day

#: The foreign customers' kind: without a CPF there is no gov.br account to move to.
FOREIGNER: Final = "estrangeiro"
#: Kinds that no campaign takes in, each with the reason that staff read.
NOT_ENROLLED: Final = {
    "servico": "Conta de teste ou de sistema: não é de nenhum cliente.",
    "equipe": "Pessoa da equipe do órgão: não é cliente.",
    FOREIGNER: "Cliente estrangeiro sem CPF: mantém o acesso antigo até a data decidida.",
}


def own_deadline(
    kind: str, *, legacy_until: date | None, campaign_deadline_at: datetime | None
) -> datetime | None:
    """Give the instant from which on a login's processes are blocked.

    Args:
        kind: The login's kind.
        legacy_until: The last day of a foreign customer's old way in, if staff decided one.
        campaign_deadline_at: The deadline of the campaign that took the login in, if one did.

    Returns:
        The instant; None: there is none. A kind that no campaign takes in is out of one that had
        taken it in before.
    """
    if kind == FOREIGNER:
        return end_of_day(legacy_until) if legacy_until is not None else None
    return None if kind in NOT_ENROLLED else campaign_deadline_at
