"""What the mails about an undone link say. `{link}` is filled in by whatever sends them."""

from dataclasses import dataclass

from orquestra.linking.links import AccountLink

SUBJECT = "A sincronização do seu login do Orquestra foi desfeita"

_NO_SECRETS = "O Inmetro nunca pede a sua senha por e-mail, por telefone ou por mensagem."


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail's two texts.

    Args:
        subject: The subject.
        body: The text.
    """

    subject: str
    body: str


def to_old_mailbox(login: str, link: AccountLink, *, with_link: bool) -> Letter:
    """Write the mail to the login's own old address.

    Args:
        login: The login's name.
        link: The link that was undone.
        with_link: Whether the mail brings a link to choose a new password.

    Returns:
        The mail.
    """
    way = (
        "A senha antiga não existe mais. Para criar uma nova, abra este endereço em até 24 horas; "
        "ele vale uma única vez:\n\n{link}\n\n"
        "Depois entre no Orquestra com o login e a senha nova, e sincronize o login com a conta "
        "gov.br do seu titular. Se passar do tempo, peça outro endereço na página “Esqueci minha "
        "senha”."
        if with_link
        else "A senha antiga não existe mais. Para voltar a entrar, abra a página “Esqueci minha "
        "senha” do Orquestra ou procure o atendimento do Inmetro."
    )
    return Letter(
        subject=SUBJECT,
        body=(
            f"A equipe do Inmetro desfez a vinculação do login {login} do Orquestra a uma conta "
            f"gov.br (recibo {link.reference}). Os processos e tarefas do login voltaram a ele, "
            f"como estavam antes.\n\n{way}\n\n{_NO_SECRETS}"
        ),
    )


def to_person(login: str, link: AccountLink) -> Letter:
    """Write the mail to the person who had the login.

    Args:
        login: The login's name.
        link: The link that was undone.

    Returns:
        The mail.
    """
    return Letter(
        subject=SUBJECT,
        body=(
            f"A equipe do Inmetro desfez a vinculação do login {login} do Orquestra à sua conta "
            f"gov.br (recibo {link.reference}). Os processos e tarefas desse login não aparecem "
            "mais na sua conta; os dos seus outros logins continuam nela.\n\n"
            "Se você não sabe o motivo, procure o atendimento do Inmetro e informe o número do "
            f"recibo.\n\n{_NO_SECRETS}"
        ),
    )
