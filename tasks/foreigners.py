"""Foreign customers whose own day is over: blocked as any other after a deadline, and told so."""

from typing import Final

from engine.runtime import Runtime
from orquestra import campaign, logins, notices

_SUBJECT: Final = "Seu acesso ao Orquestra por login e senha terminou / Your access has ended"
_BODY: Final = (
    "O último dia do acesso por login e senha passou, e este endereço de e-mail está no cadastro "
    "de:\n\n{logins}\n\n"
    "Você ainda pode consultar os processos, mas não movimentá-los. Os prazos das tarefas ficam "
    "parados: nenhum processo se perde. Entre no Orquestra com o login antigo para ver os seus "
    "caminhos.\n\n"
    "The last day of access by login and password is over. You can still read your processes, "
    "but not act on them. The time limits of your tasks are paused. Sign in to Orquestra to see "
    "your options."
)


def block_late_foreigners(runtime: Runtime) -> int:
    """Block the foreign customers whose own day is over, and write to each.

    Args:
        runtime: Where the base and the clock are.

    Returns:
        How many were blocked.
    """
    now = runtime.clock.now()
    with runtime.database.begin() as connection:
        blocked = campaign.block_late_foreigners(connection, now=now)
        for login_id in blocked:
            notices.post_to_mailbox(
                connection,
                key=f"estrangeiro:{now:%Y-%m-%d}",
                kind="prazo_encerrado",
                login_id=login_id,
                address=logins.load(connection, login_id).email,
                subject=_SUBJECT,
                body=_BODY,
                now=now,
            )
    return len(blocked)
