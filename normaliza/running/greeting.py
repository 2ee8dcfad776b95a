"""What `normaliza up` prints once everything answers, in Portuguese and English."""

import click

from normaliza.running.demo import ACCOUNTS, STAFF, staff_password
from normaliza.settings import Settings
from orquestra.sample import SampleLogin, sample_logins


def greet(settings: Settings) -> None:
    """Print the addresses and the sample logins.

    Args:
        settings: The program's settings.
    """
    lines = [
        "",
        "Normaliza está no ar / is running",
        f"  Portal                       {settings.public_url}/",
        f"  Equipe / staff               {settings.public_url}/equipe/entrar",
    ]
    if settings.uses_simulator:
        lines.append(f"  gov.br simulado / simulated  {settings.govbr.issuer}")
    if settings.catches_mail:
        mailbox = f"http://127.0.0.1:{settings.mail.catcher_port}/"
        lines.append(f"  E-mails / mails              {mailbox}")
    if settings.development:
        lines += _samples(settings)
    lines += [
        "",
        f"Registros / logs: {settings.home / 'log'}",
        "Ctrl-C encerra tudo / ends everything",
    ]
    click.echo("\n".join(lines))


def _samples(settings: Settings) -> list[str]:
    """The ways into the demo base; nothing where the base is somebody's own."""
    password = staff_password(settings.home)
    if password is None:
        return []
    return [
        "",
        "Para experimentar / to try it (login, senha; gov.br: CPF, senha)",
        *(f"  {_sample(one)}" for one in sample_logins(ACCOUNTS)),
        f"  {STAFF}, {password}: decide os casos em dúvida / decides doubtful cases",
    ]


def _sample(one: SampleLogin) -> str:
    """One case: how to come in at the portal, at gov.br, and what it shows."""
    portal = f"{one.login}, {one.password}" if one.login else "(sem login / no login)"
    govbr = f"; gov.br: {one.cpf}, {one.govbr_password}" if one.cpf else ""
    return f"{portal}{govbr}: {one.story}"
