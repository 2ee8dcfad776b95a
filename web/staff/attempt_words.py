"""What the record of attempts at gov.br is called on the staff's pages."""

from collections.abc import Mapping
from typing import Final

EVENTS: Final[Mapping[str, str]] = {
    "started": "Foi ao gov.br",
    "returned": "Voltou do gov.br",
    "denied": "Escolheu Negar no gov.br",
    "refused": "Retorno recusado",
    "exchanged": "O gov.br confirmou quem entrou",
    "identified": "Os dados da pessoa chegaram",
    "linked": "Login vinculado",
    "closed": "Ida encerrada",
    "failed": "Ida sem sucesso",
    "expired": "O tempo da ida terminou",
}

CAUSES: Final[Mapping[str, str]] = {
    # of a failure
    "codigo_recusado": "o gov.br não reconheceu mais o código",
    "govbr_fora_do_ar": "o gov.br não respondeu",
    "id_token_invalido": "a identidade enviada pelo gov.br não passou na verificação",
    "negado": "a pessoa não autorizou o uso dos dados",
    "expirado": "o tempo terminou antes do fim",
    "resposta_invalida": "a resposta do gov.br não foi a esperada",
    "procuracao": "a pessoa entrou por procuração, em nome de outra",
    # of a refused return
    "estado_ausente": "veio sem o código de segurança",
    "estado_desconhecido": "o código de segurança não é nosso",
    "estado_usado": "o código de segurança já tinha sido usado",
    "estado_expirado": "o código de segurança tinha vencido",
    "sem_sessao": "o navegador não trouxe nenhuma sessão",
    "sessao_encerrada": "a sessão do navegador já tinha terminado",
    "outra_sessao": "a ida começou em outro navegador",
    "outro_login": "a ida começou com outro login",
    # of a return with an error
    "emissor_estranho": "quem respondeu não é o gov.br",
    "codigo_ausente": "veio sem o código de acesso",
    "desconhecido": "erro que o gov.br não documenta",
    "access_denied": "a pessoa não autorizou o uso dos dados",
    "server_error": "erro no gov.br",
    "temporarily_unavailable": "o gov.br estava indisponível",
    # of an end
    "confirmado": "a pessoa confirmou que era ela",
    "nao_sou_eu": "a pessoa disse que não era ela",
    "recomecar": "a pessoa recomeçou",
    "fora_de_hora": "voltou quando nada mais esperava por ela",
    "vencido": "as chaves guardadas venceram",
    "entrou": "a pessoa entrou direto, sem vincular",
}

LEVELS: Final[Mapping[str, str]] = {"gold": "ouro", "silver": "prata", "bronze": "bronze"}
