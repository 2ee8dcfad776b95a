"""What a notice's mail says around its text: greeting, signature, and what it never asks for."""

from dataclasses import dataclass

from orquestra.notices import Outgoing, fill_in
from tasks.mail import Mail


@dataclass(frozen=True, kw_only=True, slots=True)
class Letterhead:
    """What stands in every mail.

    Args:
        public_url: The portal's true address.
        help_contact: Where a person answers.
        sender: The mailbox that mails come from.
    """

    public_url: str
    help_contact: str
    sender: str


def write_mail(outgoing: Outgoing, *, link: str | None, letterhead: Letterhead) -> Mail:
    """Write the mail of a notice; writing it again gives the same.

    Args:
        outgoing: The notice.
        link: Its secret address, opened; None: it has none.
        letterhead: What stands in every mail.

    Returns:
        The mail.
    """
    body = fill_in(outgoing.body, logins=outgoing.logins, link=link)
    paragraphs = (
        "Olá!",
        body,
        "Atenciosamente,\nEquipe do Orquestra, Inmetro",
        f"--\n{_footer(letterhead, has_link=link is not None)}",
    )
    host = letterhead.sender.rpartition("@")[2]
    return Mail(
        message_id=f"aviso.{outgoing.id}.{outgoing.created_at.timestamp():.0f}@{host}",
        to=outgoing.address,
        subject=outgoing.subject,
        text="\n\n".join(paragraphs) + "\n",
        date=outgoing.created_at,
    )


def _footer(letterhead: Letterhead, *, has_link: bool) -> str:
    """Say that nobody reads answers, and how to tell a true mail from a false one."""
    trust = (
        "O Orquestra nunca pede a sua senha por e-mail."
        if has_link
        else (
            "O Orquestra nunca pede a sua senha por e-mail nem envia atalhos para entrar: digite "
            f"o endereço {letterhead.public_url} no navegador."
        )
    )
    return (
        "Esta mensagem é automática. Não responda: ninguém lê o que chega a este endereço.\n"
        f"Dúvidas: {letterhead.help_contact}\n"
        f"{trust}"
    )
