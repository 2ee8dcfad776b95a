"""What a person can do after a refusal, by code: on the screen and in the e-mail."""

from types import MappingProxyType
from typing import Final

from orquestra.errors import InvalidNextStep

#: Code → what to do, in a sentence to the person.
NEXT_STEPS: Final = MappingProxyType(
    {
        "pedir_ao_representante": "Peça ao representante legal ou a um sócio da empresa que faça "
        "a sincronização deste login com a conta gov.br dele, ou que aprove o seu pedido.",
        "atualizar_vinculo_govbr": "Atualize no gov.br o seu vínculo com a empresa, como "
        "representante legal ou sócio, e faça a sincronização de novo.",
        "entrar_com_a_conta_do_titular": "Faça a sincronização de novo, com a conta gov.br do "
        "titular do login.",
        "falar_com_a_empresa": "Fale com a empresa dona deste login e combine com ela quem deve "
        "ficar com os processos.",
        "abrir_caso_de_acesso": "Se o login é seu, peça a recuperação do acesso em “Esqueci minha "
        "senha” e conte o que comprova que ele é seu.",
        "falar_com_o_atendimento": "Escreva para o atendimento do Orquestra e informe o login.",
    }
)


def known_step(code: str | None) -> str:
    """Accept a code of `NEXT_STEPS`.

    Args:
        code: What was chosen.

    Returns:
        The code.

    Raises:
        InvalidNextStep: It is none of them.
    """
    if code is None or code not in NEXT_STEPS:
        raise InvalidNextStep("A refusal names one of the known next steps.")
    return code
