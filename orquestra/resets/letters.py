"""What the mails say. `{link}` and `{logins}` are filled in by whatever sends them."""

from dataclasses import dataclass

_NOT_YOU = (
    "Se não foi você quem pediu, não faça nada: a senha continua a mesma e ninguém recebeu acesso."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail's two texts.

    Args:
        subject: The subject.
        body: The text.
    """

    subject: str
    body: str


def new_password(login: str, *, blocked: bool) -> Letter:
    """Write the mail that holds the link.

    Args:
        login: The login's name.
        blocked: Whether the deadline has passed for it.

    Returns:
        The mail.
    """
    only_for = (
        "O prazo para sincronizar este login com o gov.br terminou: com a senha nova, o Orquestra "
        "leva você direto à sincronização, e os seus processos voltam a andar depois dela.\n\n"
        if blocked
        else ""
    )
    return Letter(
        subject="Crie uma senha nova para o seu login do Orquestra",
        body=(
            f"Recebemos um pedido de senha nova para o login {login} do Orquestra.\n\n"
            "Para criar a senha, abra este endereço em até 30 minutos:\n\n"
            "{link}\n\n"
            "O endereço vale uma única vez. Se passar do tempo, peça outro na página "
            "“Esqueci minha senha”.\n\n"
            f"{only_for}{_NOT_YOU}"
        ),
    )


def linked(login: str) -> Letter:
    """Write the mail for a login that has been normalized, or is being so.

    Args:
        login: The login's name.

    Returns:
        The mail.
    """
    return Letter(
        subject="Seu login do Orquestra já foi normalizado: entre com gov.br",
        body=(
            f"Recebemos um pedido de senha nova para o login {login} do Orquestra.\n\n"
            "Este login já foi normalizado: ele foi sincronizado com uma conta gov.br, e a senha "
            "antiga não existe mais. Para entrar, abra o Orquestra, clique em “Entrar com gov.br” "
            "e use o CPF e a senha da conta gov.br. Os processos deste login estão lá.\n\n"
            "Se você não reconhece essa sincronização, procure o atendimento do Inmetro."
        ),
    )


def inactive(login: str) -> Letter:
    """Write the mail for a login that was switched off.

    Args:
        login: The login's name.

    Returns:
        The mail.
    """
    return Letter(
        subject="Seu login do Orquestra está desativado",
        body=(
            f"Recebemos um pedido de senha nova para o login {login} do Orquestra.\n\n"
            "Este login está desativado, e uma senha nova não o reativa. Para usá-lo de novo, "
            f"procure o atendimento do Inmetro.\n\n{_NOT_YOU}"
        ),
    )


def elsewhere(login: str, directory: str) -> Letter:
    """Write the mail for a login whose password lies in a directory outside the portal.

    Args:
        login: The login's name.
        directory: What the base calls that directory.

    Returns:
        The mail.
    """
    return Letter(
        subject="A senha deste login não fica no Orquestra",
        body=(
            f"Recebemos um pedido de senha nova para o login {login} do Orquestra.\n\n"
            f"A senha deste login é conferida em outro lugar, que o cadastro chama de "
            f"“{directory}”. É lá que ela pode ser trocada: procure quem cuida desse acesso na sua "
            f"organização.\n\n{_NOT_YOU}"
        ),
    )


def changed(login: str) -> Letter:
    """Write the mail that says that there is a new password.

    Args:
        login: The login's name.

    Returns:
        The mail.
    """
    return Letter(
        subject="A senha do seu login do Orquestra foi trocada",
        body=(
            f"A senha do login {login} do Orquestra acaba de ser trocada. Quem estava dentro do "
            "Orquestra com a senha antiga precisa entrar de novo.\n\n"
            "Se foi você, está tudo certo. Se não foi, procure já o atendimento do Inmetro."
        ),
    )


def names() -> Letter:
    """Write the mail that lists a mailbox's logins.

    Returns:
        The mail.
    """
    return Letter(
        subject="Seus logins do Orquestra",
        body=(
            "Recebemos um pedido para lembrar os logins do Orquestra cadastrados com este "
            "e-mail:\n\n"
            "{logins}\n\n"
            "Para criar uma senha nova, abra a página “Esqueci minha senha” do Orquestra e digite "
            "um deles. Os que já foram sincronizados com o gov.br não têm mais senha: entre com "
            f"gov.br.\n\n{_NOT_YOU}"
        ),
    )
