"""The sentences that pages say about doubts, signs and roles, by code."""

from typing import Final

from orquestra.ownership import REASON_LIMIT

DOUBTS: Final = {
    "cpf_divergente": "O CPF do login é diferente do CPF de quem voltou do gov.br.",
    "empresa_sem_vinculo": "O login é de uma empresa com a qual a pessoa não tem, no gov.br, "
    "vínculo de Representante Legal ou Sócio.",
    "vinculos_desconhecidos": "O login é de uma empresa e o gov.br não informou os vínculos da "
    "pessoa.",
    "login_compartilhado": "O login parece ser usado por mais de uma pessoa.",
    "documento_invalido": "O documento do login não é um CPF nem um CNPJ.",
    "estrangeiro": "O login é de um cliente estrangeiro e não tem CPF.",
    "fora_da_campanha": "O login é de teste, de sistema ou da equipe do órgão, e não de um "
    "cliente.",
    "tipo_alterado": "O login não tem CPF nem CNPJ, e o seu tipo foi escolhido pela equipe: "
    "só a senha o liga a alguém.",
}
#: Short, for a filter.
DOUBT_NAMES: Final = {
    "cpf_divergente": "CPF diferente",
    "empresa_sem_vinculo": "Empresa sem vínculo",
    "vinculos_desconhecidos": "Vínculos desconhecidos",
    "login_compartilhado": "Login compartilhado",
    "documento_invalido": "Documento inválido",
    "estrangeiro": "Cliente estrangeiro",
    "fora_da_campanha": "Teste, sistema ou equipe",
    "tipo_alterado": "Tipo escolhido pela equipe",
}
SIGNALS: Final = {
    "cnpj": "tem CNPJ no cadastro",
    "nome_de_empresa": "tem nome de empresa",
    "email_de_funcao": "o e-mail é de um setor, não de uma pessoa",
    "varias_redes": "foi usado de várias redes no mesmo dia",
}
KINDS: Final = {
    "pessoa": "cliente, pessoa física",
    "empresa": "cliente, empresa",
    "estrangeiro": "cliente estrangeiro",
    "servico": "conta de teste ou de sistema",
    "equipe": "equipe do órgão",
    "desconhecido": "não identificado",
}
ROLES: Final = {
    "REPRESENTANTE_LEGAL": "Representante Legal",
    "SOCIO": "Sócio",
    "COLABORADOR": "Colaborador",
    "CONTADOR": "Contador",
    "NAO_ATUANTE": "sem relacionamento com o CNPJ",
}
LEVELS: Final = {"gold": "Ouro", "silver": "Prata", "bronze": "Bronze"}
VERDICTS: Final = {
    "aprovar": "aprovado",
    "recusar": "recusado",
    "por_regra": "resolvido por regra",
    None: "em espera",
}


def missing(verdict: str, reason: str, next_step: str) -> dict[str, str]:
    """Say what a decision's form lacks.

    Args:
        verdict: What was chosen.
        reason: What was written.
        next_step: What was chosen.

    Returns:
        Field → sentence.
    """
    errors = {}
    if verdict not in ("aprovar", "recusar"):
        errors["decisao"] = "Escolha se aprova ou recusa."
    if not reason.strip():
        errors["motivo"] = "Escreva o motivo: ele fica registrado e, na recusa, a pessoa o lê."
    elif len(reason.strip()) > REASON_LIMIT:
        errors["motivo"] = f"Escreva no máximo {REASON_LIMIT} caracteres."
    if verdict == "recusar" and not next_step:
        errors["proximo_passo"] = "Na recusa, escolha o que a pessoa pode fazer agora."
    return errors
