"""The counted numbers under the names that the report before the campaign gives them.

Only names are shared with the report: what each counts is said here once more, from the traps.
"""

from orquestra.sample.traps.processes import Expiry
from orquestra.sample.traps.tally import Tally

#: Section of the tally, and the report's name of each of its codes.
_NAMES = {
    "tipos": {
        "pessoa": "tipo_pessoa",
        "empresa": "tipo_empresa",
        "estrangeiro": "tipo_estrangeiro",
        "servico": "tipo_servico",
        "equipe": "tipo_equipe",
        "desconhecido": "tipo_desconhecido",
    },
    "documentos": {
        "ausente": "documento_ausente",
        "invalido": "documento_invalido",
        "cpf": "com_cpf",
        "cnpj": "com_cnpj",
        "cpf_e_cnpj": "com_cpf_e_cnpj",
        "cnpj_alfanumerico": "com_cnpj_alfanumerico",
    },
    "sinais": {
        "compartilhado": "parece_compartilhado",
        "cnpj": "sinal_cnpj",
        "nome_de_empresa": "sinal_nome_de_empresa",
        "email_de_funcao": "sinal_email_de_funcao",
    },
    "processos": {
        "em_andamento": "processos_em_andamento",
        "concluido": "processos_concluidos",
    },
    "trabalho": {
        "em_andamento": "logins_em_andamento",
        "concluidos": "logins_concluidos",
        "so_concluidos": "logins_so_concluidos",
        "sem_processos": "logins_sem_processos",
        "inativo_com_processos": "inativo_com_processos",
        "bloqueado_com_processos": "bloqueado_com_processos",
        "parado": "parado_com_processos",
    },
    "tarefas": {
        "todas": "tarefas_pendentes",
        Expiry.BEFORE: "tarefas_60_dias_antes",
        Expiry.AFTER: "tarefas_60_dias_depois",
        "logins": "logins_com_tarefas",
    },
    "situacao": {
        "so_algarismos": "so_algarismos",
        "sem_email": "sem_email",
        "sem_entrada_ha_um_ano": "sem_entrada_ha_um_ano",
    },
    "linhas": {
        "requisitante": "requisitante_desconhecido",
        "responsavel": "responsavel_desconhecido",
    },
}
#: What several logins share: the report's names of the values and of the logins.
_SHARED = {
    "cpf": ("cpf_repetido", "logins_mesmo_cpf"),
    "cnpj": ("cnpj_repetido", "logins_mesmo_cnpj"),
    "email": ("email_repetido", "logins_mesmo_email"),
    "parecidos": ("parecidos", "logins_parecidos"),
}
_OUTSIDE = ("servico", "equipe", "estrangeiro")


def report_numbers(tally: Tally) -> dict[str, int]:
    """Give every number of the report on this base, before anybody has done anything.

    Args:
        tally: What was counted.

    Returns:
        The numbers by the report's names.
    """
    named = {
        name: tally.number(section, code)
        for section, codes in _NAMES.items()
        for code, name in codes.items()
    }
    shared = {
        name: number
        for what, names in _SHARED.items()
        for name, number in zip(names, tally.shared(what), strict=True)
    }
    formats = {
        "senha_ausente" if code == "sem_senha" else f"senha_{code}": number
        for code, number in tally.counts["formatos"].items()
    }
    others = {
        "logins": tally.total("tipos"),
        "fora_da_campanha": sum(tally.number("tipos", kind) for kind in _OUTSIDE),
        "estrangeiro_sem_data": tally.number("tipos", "estrangeiro"),
        "senhas_recusadas": tally.total("logins_recusados"),
        # Nobody has used the base yet, and staff have chosen nothing.
        "tipo_pela_equipe": 0,
        "sinal_varias_redes": 0,
    }
    return dict(sorted((named | shared | formats | others).items()))
