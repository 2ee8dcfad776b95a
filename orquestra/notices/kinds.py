"""What notices can be about."""

from typing import Literal

#: Sealed links are for this purpose, and bound to the key of their notice.
LINK_PURPOSE = "notice.link"

Kind = Literal[
    "lembrete",
    "prazo_encerrado",
    "decisao_pendente",
    "decisao_aprovada",
    "vinculo_concluido",
    "vinculo_recusado",
    "vinculo_desfeito",
    "pedido_da_empresa",
    "senha_redefinir",
    "senha_alterada",
    "logins_da_caixa",
    "acesso_pedido",
    "acesso_atendido",
    "acesso_recusado",
]
