"""What both sides are told of a doubt: the login's old e-mail, the company, the one who asked.

A mailbox may have many logins, and a person may ask for many: each mail names its own. `{logins}`
is filled in by whatever sends it.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from orquestra import logins, notices, people
from orquestra.ownership.asking_again import told_lately
from orquestra.ownership.next_steps import NEXT_STEPS
from orquestra.ownership.questions import Decision, load_decision
from orquestra.ownership.representatives import representatives_of

_DOUBT: Final = (
    "Alguém entrou com o seu login antigo do Orquestra e pediu para vinculá-lo a uma conta gov.br:"
    "\n\n{logins}\n\n"
    "Pelos dados do cadastro, não é certo que o login seja dessa pessoa: {who} vai decidir, e "
    "nenhum processo muda de dono antes disso. Se não foi você, avise o atendimento."
)
_COMPANY: Final = (
    "Uma pessoa pediu para vincular à própria conta gov.br um login do Orquestra registrado com o "
    "CNPJ de uma empresa que, segundo o gov.br, você representa:\n\n{logins}\n\n"
    "Se aprovar, os processos desse login passam para a conta dessa pessoa. Para ver quem pediu e "
    "responder, entre no Orquestra com gov.br e abra “Pedidos da empresa”."
)
_APPROVED: Final = (
    "O pedido para vincular o seu login antigo do Orquestra a uma conta gov.br foi aprovado "
    "{by}:\n\n{logins}\n\n"
    "Os processos deste login passam agora para essa conta, e o login antigo deixa de "
    "funcionar. Se isso não está certo, avise o atendimento."
)
_REFUSED: Final = (
    "O pedido para vincular este login do Orquestra a uma conta gov.br foi recusado {by}:\n\n"
    "{logins}\n\nNenhum processo mudou de dono.\n\nMotivo: {reason}\n\nO que fazer agora: {step}"
)
_LOGINS: Final = "{logins}"
_BY: Final = {True: "por quem representa a empresa", False: "pela equipe do Inmetro"}
_HANDED: Final = {True: "quem representa a empresa ou a equipe do Inmetro", False: "a equipe"}


def tell_doubt(connection: Connection, *, decision_id: int, now: datetime) -> None:
    """Tell the old e-mail, and the company's representatives that are known, of a question.

    Each hears of the same person's questions about the login once a day, however often they ask.

    Args:
        connection: The caller's transaction.
        decision_id: Which question.
        now: The instant.
    """
    question = load_decision(connection, decision_id)
    login = logins.load(connection, question.login_id)
    if not told_lately(connection, question, suffix="", address=login.email, now=now):
        notices.post(
            connection,
            key=f"decisao:{decision_id}",
            kind="decisao_pendente",
            login_id=login.id,
            person_id=question.person_id,
            address=login.email,
            subject="Pedido de sincronização do seu login do Orquestra",
            body=_DOUBT.format(logins=_LOGINS, who=_HANDED[login.cnpj is not None]),
            now=now,
        )
    _tell_company(connection, question, now=now)


def _tell_company(connection: Connection, question: Decision, *, now: datetime) -> None:
    """Tell those who may answer for the login's company of a question."""
    for row in representatives_of(
        connection, login_id=question.login_id, asker_id=question.person_id, now=now
    ):
        suffix = f":empresa:{row.id}"
        if told_lately(connection, question, suffix=suffix, address=row.email, now=now):
            continue
        notices.post(
            connection,
            key=f"decisao:{question.id}{suffix}",
            kind="pedido_da_empresa",
            login_id=question.login_id,
            person_id=row.id,
            address=row.email,
            subject="Pedido sobre um login da sua empresa no Orquestra",
            body=_COMPANY,
            now=now,
        )


def tell_approval(connection: Connection, decision: Decision, *, now: datetime) -> None:
    """Tell the old e-mail that a question was approved, before the processes move.

    Args:
        connection: The caller's transaction.
        decision: The question, approved.
        now: The instant.
    """
    notices.post(
        connection,
        key=f"decisao:{decision.id}:aprovada",
        kind="decisao_aprovada",
        login_id=decision.login_id,
        person_id=decision.person_id,
        address=logins.load(connection, decision.login_id).email,
        subject="O pedido de sincronização do seu login foi aprovado",
        body=_APPROVED.format(logins=_LOGINS, by=_BY[decision.representative_id is not None]),
        now=now,
    )


def tell_refusal(connection: Connection, decision: Decision, *, now: datetime) -> None:
    """Tell the one who asked and the old e-mail that a question was refused, why, and what next.

    Args:
        connection: The caller's transaction.
        decision: The question, refused.
        now: The instant.
    """
    body = _REFUSED.format(
        logins=_LOGINS,
        by=_BY[decision.representative_id is not None],
        reason=_plain(decision.reason or ""),
        step=NEXT_STEPS.get(decision.next_step or "", NEXT_STEPS["falar_com_o_atendimento"]),
    )
    addresses = {
        "login": logins.load(connection, decision.login_id).email,
        "pessoa": people.load(connection, decision.person_id).email,
    }
    for side, address in addresses.items():
        if side == "pessoa" and address in (None, addresses["login"]):
            continue
        notices.post(
            connection,
            key=f"decisao:{decision.id}:recusada:{side}",
            kind="vinculo_recusado",
            login_id=decision.login_id,
            person_id=decision.person_id,
            address=address,
            subject="O pedido de sincronização do login foi recusado",
            body=body,
            now=now,
        )


def _plain(reason: str) -> str:
    """Keep braces of a reason from being taken for a place to fill in."""
    return reason.replace("{", "(").replace("}", ")")
