"""What can be switched while the simulator runs: by its page, by the control API, by settings.

Where gov.br's own behaviour is not confirmed, or contradicts itself, both can be had.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Final

import sqlalchemy as sa

from govbr.simulator.configuration import SimulatorConfig
from govbr.simulator.errors import SwitchRefused
from govbr.simulator.storage import recall, remember

_SETTING: Final = "switches"
_LONGEST: Final = 24 * 3600  # seconds


@dataclass(frozen=True, kw_only=True)
class Switches:
    """How the simulator behaves now.

    Attributes:
        require_pkce: Requests without PKCE are refused.
        honour_prompt: `prompt=login` asks for the login anew.
        complete_discovery: The discovery document has also what gov.br leaves out.
        code_lifetime: Seconds.
        access_token_lifetime: Seconds.
        id_token_lifetime: Seconds: 60 in one place of the manual, 600 in another.
    """

    require_pkce: bool
    honour_prompt: bool
    complete_discovery: bool
    code_lifetime: int
    access_token_lifetime: int
    id_token_lifetime: int


#: What the page says of each.
TOLD: Final[Mapping[str, str]] = {
    "require_pkce": "Recusar pedidos sem PKCE",
    "honour_prompt": "Obedecer a prompt=login",
    "complete_discovery": "Publicar também o que o discovery do gov.br omite",
    "code_lifetime": "Validade do código, em segundos",
    "access_token_lifetime": "Validade do access_token, em segundos",
    "id_token_lifetime": "Validade do id_token, em segundos (60 ou 600 no roteiro)",
}


def read(connection: sa.Connection, config: SimulatorConfig) -> Switches:
    """Read how the simulator behaves now.

    Args:
        connection: Read from.
        config: What holds where nothing was switched.

    Returns:
        The switches.
    """
    usual = Switches(**{each.name: getattr(config, each.name) for each in fields(Switches)})
    stored = recall(connection, name=_SETTING)
    return usual if stored is None else replace(usual, **json.loads(stored))


def change(
    connection: sa.Connection, config: SimulatorConfig, asked: Mapping[str, Any]
) -> Switches:
    """Switch something.

    Args:
        connection: A writing transaction.
        config: What holds where nothing was switched.
        asked: Names and values.

    Returns:
        How the simulator behaves from now on.

    Raises:
        SwitchRefused: There is no such switch, or it cannot have that value; nothing changed.
    """
    before = asdict(read(connection, config))
    for name, value in asked.items():
        if name not in before:
            raise SwitchRefused(f"There is no switch {name}: choose one of {', '.join(before)}.")
        if isinstance(before[name], bool):
            if not isinstance(value, bool):
                raise SwitchRefused(f"{name} must be true or false.")
        elif isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _LONGEST:
            raise SwitchRefused(f"{name} must be a number of seconds from 1 to {_LONGEST}.")
    now = before | dict(asked)
    remember(connection, name=_SETTING, value=json.dumps(now))
    return Switches(**now)


def reset(connection: sa.Connection) -> None:
    """Behave as the settings say."""
    remember(connection, name=_SETTING, value="{}")
