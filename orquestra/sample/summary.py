"""What was written, and the logins worth trying."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleLogin:
    """One way into the demo, to be printed for whoever tries it.

    Args:
        login: The legacy login; "" for a person who has none.
        password: Its password; "" when it has none.
        cpf: The CPF to enter gov.br with, formatted; "" when nobody comes for this login.
        govbr_password: That person's password at the simulator.
        story: What this case shows, in Portuguese, one line.
    """

    login: str
    password: str
    cpf: str
    govbr_password: str
    story: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSummary:
    """The files and their counts.

    Args:
        accounts_path: accounts.csv.
        processes_path: processes.csv.
        people_path: people.json, for the gov.br simulator.
        accounts: Logins written.
        processes: Different processes written.
        tasks: Open tasks written.
        people: People written.
        password: Every legacy login's password.
        govbr_password: Every person's password at the simulator.
        logins: The cases worth trying, the best one first.
    """

    accounts_path: Path
    processes_path: Path
    people_path: Path
    accounts: int
    processes: int
    tasks: int
    people: int
    password: str
    govbr_password: str
    logins: tuple[SampleLogin, ...]
