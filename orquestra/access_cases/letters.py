"""What the mails of an access case say. `{link}` is filled in by whatever sends them."""

from orquestra.resets.letters import Letter


def asked(login: str) -> Letter:
    """Write the warning to the old mailbox when a case is opened.

    Args:
        login: The login's name.

    Returns:
        The mail.
    """
    return Letter(
        subject="Alguém pediu acesso ao seu login do Orquestra",
        body=(
            f"Uma pessoa disse que não tem mais acesso a este e-mail e pediu ao Inmetro um novo "
            f"acesso ao login {login} do Orquestra. A equipe ainda vai analisar o pedido: por "
            "enquanto, nada mudou.\n\n"
            "Se foi você, ou alguém da sua empresa com o seu conhecimento, não precisa fazer nada. "
            "Se não foi, procure já o atendimento do Inmetro e diga que não autoriza o pedido."
        ),
    )


def granted_to_contact(case_id: int, login: str, *, blocked: bool, new_email: bool) -> Letter:
    """Write the mail with the link, to the contact address.

    Args:
        case_id: The case's number.
        login: The login's name.
        blocked: Whether the deadline has passed for it.
        new_email: Whether this address becomes the login's own.

    Returns:
        The mail.
    """
    only_for = (
        "\n\nO prazo para sincronizar este login com o gov.br terminou: com a senha nova, o "
        "Orquestra leva você direto à sincronização."
        if blocked
        else ""
    )
    from_now_on = (
        "\n\nA partir de agora, os avisos deste login chegam a este e-mail." if new_email else ""
    )
    return Letter(
        subject=f"Pedido de acesso {case_id}: crie uma senha nova",
        body=(
            f"A equipe do Inmetro analisou o seu pedido {case_id} e concedeu um novo acesso ao "
            f"login {login} do Orquestra.\n\n"
            "Para criar a senha, abra este endereço em até 24 horas:\n\n"
            "{link}\n\n"
            f"O endereço vale uma única vez. Não o repasse a ninguém.{only_for}{from_now_on}"
        ),
    )


def granted_to_old_mailbox(login: str, *, new_email: bool) -> Letter:
    """Write the mail that tells the old mailbox of a grant.

    Args:
        login: The login's name.
        new_email: Whether another address becomes the login's own, so that this is the last mail.

    Returns:
        The mail.
    """
    last = (
        "Os próximos avisos deste login seguem para esse outro e-mail; este é o último que chega "
        "aqui.\n\n"
        if new_email
        else ""
    )
    return Letter(
        subject="Foi concedido um novo acesso ao seu login do Orquestra",
        body=(
            f"A equipe do Inmetro concedeu um novo acesso ao login {login} do Orquestra a quem "
            "disse não ter mais acesso a este e-mail. O endereço para criar a senha foi enviado a "
            "outro e-mail, informado no pedido.\n\n"
            f"{last}"
            "Se você não reconhece esse pedido, procure já o atendimento do Inmetro."
        ),
    )


def refused(case_id: int, reason: str) -> Letter:
    """Write the answer to a case that is refused.

    Args:
        case_id: The case's number.
        reason: Staff's, as written.

    Returns:
        The mail.
    """
    return Letter(
        subject=f"Pedido de acesso {case_id}: não foi possível conceder",
        body=(
            f"A equipe do Inmetro analisou o seu pedido de acesso {case_id} ao Orquestra e não "
            f"pôde concedê-lo. O motivo:\n\n{_plain(reason)}\n\n"
            "Se tiver outras informações que ajudem a mostrar que o login é seu, faça um novo "
            "pedido na página “Esqueci minha senha”."
        ),
    )


def _plain(reason: str) -> str:
    """Keep braces of a reason from being taken for a place to fill in."""
    return reason.replace("{", "(").replace("}", ")")
