"""Which numbers of logins the report has, section by section."""

from datetime import datetime
from typing import Final

from sqlalchemy import and_, or_

from orquestra.base_report.lines import KIND_NAMES
from orquestra.base_report.logins import (
    LoginNumber,
    finished,
    has_signal,
    look,
    looks_shared,
    mailbox,
    no_document,
    pending,
    repeated,
    running,
    without_entry_since,
)
from orquestra.campaign.own_deadline import FOREIGNER, NOT_ENROLLED
from orquestra.logins.choosing import CHOSEN
from orquestra.store.tables import login

_KIND_LABELS: Final = {
    "pessoa": "Clientes pessoas",
    "empresa": "Logins de empresas",
    "estrangeiro": "Clientes estrangeiros",
    "servico": "Contas de teste ou de sistema",
    "equipe": "Pessoas da equipe do órgão",
    "desconhecido": "Logins de tipo desconhecido",
}

KINDS: Final = (
    LoginNumber(code="logins", label="Logins na base", where=login.c.id.is_not(None)),
    *(
        LoginNumber(code=f"tipo_{kind}", label=_KIND_LABELS[kind], where=login.c.kind == kind)
        for kind in KIND_NAMES
    ),
    LoginNumber(
        code="fora_da_campanha",
        label="Logins fora da campanha",
        where=login.c.kind.in_(NOT_ENROLLED),
        hint="Contas de teste ou de sistema, equipe do órgão e clientes estrangeiros sem CPF.",
    ),
    LoginNumber(
        code="estrangeiro_sem_data",
        label="Estrangeiros sem data decidida",
        where=and_(
            login.c.kind == FOREIGNER, login.c.legacy_until.is_(None), login.c.state == "legacy"
        ),
        hint="Mantêm o acesso antigo até que a equipe decida uma data.",
    ),
    LoginNumber(
        code="tipo_pela_equipe",
        label="Tipos escolhidos pela equipe",
        where=login.c.kind_rule == "equipe",
    ),
)

DOCUMENTS: Final = (
    LoginNumber(code="documento_ausente", label="Sem documento", where=no_document),
    LoginNumber(
        code="documento_invalido",
        label="Documento inválido",
        where=login.c.document_text.is_not(None),
        hint="O que estava no lugar do documento não é CPF nem CNPJ.",
    ),
    LoginNumber(code="com_cpf", label="Com CPF", where=login.c.cpf.is_not(None)),
    LoginNumber(code="com_cnpj", label="Com CNPJ", where=login.c.cnpj.is_not(None)),
    LoginNumber(
        code="com_cpf_e_cnpj",
        label="Com CPF e CNPJ",
        where=and_(login.c.cpf.is_not(None), login.c.cnpj.is_not(None)),
    ),
    LoginNumber(
        code="com_cnpj_alfanumerico",
        label="Com CNPJ alfanumérico",
        where=login.c.cnpj.regexp_match("[A-Z]"),
    ),
)

REPEATED: Final = (
    LoginNumber(
        code="logins_mesmo_cpf",
        label="Logins que dividem um CPF",
        where=repeated(login.c.cpf),
    ),
    LoginNumber(
        code="logins_mesmo_cnpj",
        label="Logins que dividem um CNPJ",
        where=repeated(login.c.cnpj),
    ),
    LoginNumber(
        code="logins_mesmo_email",
        label="Logins que dividem um e-mail",
        where=repeated(mailbox),
    ),
    LoginNumber(
        code="logins_parecidos",
        label="Logins que só diferem em maiúsculas ou espaços",
        where=repeated(look),
    ),
)
ALL_DIGITS: Final = LoginNumber(
    code="so_algarismos",
    label="Logins só de algarismos",
    where=login.c.login.regexp_match(r"^\s*[0-9]+\s*$"),
    hint="Podem ser confundidos com um número de usuário.",
)

SHARED: Final = (
    LoginNumber(
        code="parece_compartilhado",
        label="Logins que parecem compartilhados",
        where=looks_shared,
        hint="Têm CNPJ, ou dois dos outros sinais: a vinculação pede mais conferência.",
    ),
    LoginNumber(code="sinal_cnpj", label="Sinal: CNPJ", where=has_signal("cnpj")),
    LoginNumber(
        code="sinal_nome_de_empresa",
        label="Sinal: nome de empresa",
        where=has_signal("nome_de_empresa"),
    ),
    LoginNumber(
        code="sinal_email_de_funcao",
        label="Sinal: e-mail de setor",
        where=has_signal("email_de_funcao"),
    ),
    LoginNumber(
        code="sinal_varias_redes",
        label="Sinal: três redes ou mais num dia",
        where=has_signal("varias_redes"),
    ),
)

WORK: Final = (
    LoginNumber(
        code="logins_em_andamento",
        label="Logins com processos em andamento",
        where=running > 0,
        order="running",
    ),
    LoginNumber(
        code="logins_concluidos",
        label="Logins com processos concluídos",
        where=finished > 0,
        order="finished",
    ),
    LoginNumber(
        code="logins_so_concluidos",
        label="Logins só com processos concluídos",
        where=and_(running == 0, finished > 0),
        order="finished",
    ),
    LoginNumber(
        code="logins_sem_processos",
        label="Logins sem processo nenhum",
        where=and_(running == 0, finished == 0),
    ),
)
TASKS: Final = LoginNumber(
    code="logins_com_tarefas",
    label="Logins com tarefas pendentes",
    where=pending > 0,
    order="pending",
)


def stopped(now: datetime) -> tuple[LoginNumber, ...]:
    """Give the numbers of what may get stuck once the campaign runs.

    Args:
        now: The instant.

    Returns:
        The numbers.
    """
    busy_off = and_(~login.c.active, running > 0)
    # A lock was against the old password: it is over with one that was chosen here.
    old_password = login.c.password_source.is_distinct_from(CHOSEN)
    busy_locked = and_(login.c.locked, old_password, running > 0)
    return (
        LoginNumber(
            code="parado_com_processos",
            label="Logins desativados ou bloqueados com processos em andamento",
            where=or_(busy_off, busy_locked),
            order="running",
            hint="Os desativados não entram, os bloqueados só com senha nova: decida antes da "
            "abertura da campanha.",
        ),
        LoginNumber(
            code="inativo_com_processos",
            label="Logins desativados com processos em andamento",
            where=busy_off,
            order="running",
        ),
        LoginNumber(
            code="bloqueado_com_processos",
            label="Logins bloqueados no sistema antigo com processos em andamento",
            where=busy_locked,
            order="running",
            hint="Só entram depois de criar uma senha nova, por e-mail ou por pedido de acesso.",
        ),
        LoginNumber(
            code="sem_email",
            label="Logins sem e-mail",
            where=mailbox.is_(None),
            hint="Nenhum aviso chega a eles.",
        ),
        LoginNumber(
            code="sem_entrada_ha_um_ano",
            label="Logins sem entrada há mais de um ano",
            where=without_entry_since(now),
        ),
    )
