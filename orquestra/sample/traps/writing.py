"""`write_traps`: the groups one after the other, each login with its password and its processes."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from orquestra.sample.files import people_file
from orquestra.sample.registry_numbers import cpf
from orquestra.sample.shapes import Citizen, Process
from orquestra.sample.traps.drawing import STRANGERS, Drawer
from orquestra.sample.traps.files import (
    ACCOUNT_COLUMNS,
    CASE_COLUMNS,
    PROCESS_COLUMNS,
    Export,
    write_adapters,
    write_json,
)
from orquestra.sample.traps.legacy_hashes import LegacyHashes
from orquestra.sample.traps.plan import LEAST, groups
from orquestra.sample.traps.processes import TrapProcesses
from orquestra.sample.traps.report import report_numbers
from orquestra.sample.traps.shapes import TrapLogin
from orquestra.sample.traps.tally import Tally
from orquestra.sample.trying import GOVBR_PASSWORD, PASSWORD

__all__ = ["LEAST", "TrapSummary", "write_traps"]

#: From the base's day to the deadline: tasks expire on each side of both sixty days.
TIME_LEFT = timedelta(days=90)
#: So many logins have one process of each kind that the base cannot take.
_LOGINS_PER_REFUSAL = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapSummary:
    """What was written.

    Args:
        directory: Where accounts.csv, processes.csv, people.json, expected.json (the numbers),
            cases.csv (which trap each login is) and adapters.toml (the home-made format) are.
        expected: What expected.json says.
        accounts: Logins written.
        people: People written.
        password: Every legacy login's password.
        govbr_password: Every person's password at the simulator.
        deadline_on: The campaign's last day that the expected numbers hold for.
    """

    directory: Path
    expected: dict[str, Any]
    accounts: int
    people: int
    password: str
    govbr_password: str
    deadline_on: date


def write_traps(
    directory: Path,
    *,
    accounts: int,
    seed: int,
    today: date,
    processes_per_account: int = 10,
    encoding: str = "utf-8",
) -> TrapSummary:
    """Write a base with every trap, the same for the same arguments, and what to expect of it.

    Args:
        directory: Where; made if it is not there.
        accounts: How many logins, `LEAST` at least.
        seed: Decides everything that is drawn.
        today: Processes began before it; the deadline is 90 days after it.
        processes_per_account: Processes that a login has in the mean.
        encoding: "utf-8" (commas, ISO dates) or "windows-1252" (semicolons, dd/mm/aaaa).

    Returns:
        What was written.

    Raises:
        ValueError: So few logins have no room for every trap.
    """
    directory.mkdir(parents=True, exist_ok=True)
    deadline_on = today + TIME_LEFT
    base = _Base(Export(encoding), seed=seed, today=today, mean=processes_per_account)
    base.write(directory, accounts)
    expected = {
        "hoje": today.isoformat(),
        "prazo": deadline_on.isoformat(),
        **base.tally.expected(),
        "relatorio": report_numbers(base.tally),
    }
    write_json(directory / "expected.json", expected)
    write_adapters(directory / "adapters.toml")
    return TrapSummary(
        directory=directory,
        expected=expected,
        accounts=accounts,
        people=base.people,
        password=PASSWORD,
        govbr_password=GOVBR_PASSWORD,
        deadline_on=deadline_on,
    )


class _Base:
    """One base while it is written."""

    def __init__(self, export: Export, *, seed: int, today: date, mean: int) -> None:
        self.tally, self.people = Tally(today), 0
        self._export, self._seed, self._today = export, seed, today
        self._hashes = LegacyHashes(PASSWORD, seed=seed)
        self._processes = TrapProcesses(
            seed=seed, today=today, deadline_on=today + TIME_LEFT, mean=mean
        )

    def write(self, directory: Path, accounts: int) -> None:
        """Write the files side by side, so that no login is kept."""
        with ExitStack() as stack:
            table = self._export.table
            self._accounts = stack.enter_context(table(directory / "accounts.csv", ACCOUNT_COLUMNS))
            self._lines = stack.enter_context(table(directory / "processes.csv", PROCESS_COLUMNS))
            self._cases = stack.enter_context(
                Export("utf-8").table(directory / "cases.csv", CASE_COLUMNS)
            )
            self._person = stack.enter_context(people_file(directory / "people.json"))
            for number in range(STRANGERS):
                self._add_person(_stranger(number))
            index = 0
            for place, case in enumerate(groups(accounts, seed=self._seed)):
                draw = Drawer(seed=self._seed, index=place, today=self._today)
                for owner in case(draw):
                    self._add(owner, index)
                    index += 1

    def _add(self, owner: TrapLogin, index: int) -> None:
        """Write one login, its processes and its people."""
        password = self._hashes.take(owner.password, index)
        self._accounts(self._export.account(owner, password))
        self._cases(self._export.case(owner, PASSWORD))
        self.tally.add(owner, password)
        drawn = list(self._processes.of(owner, index))
        self.tally.work(owner, drawn)
        self._add_processes([process for process, _ in drawn])
        if not owner.refused:
            self._add_refused(owner.login, index)
        for citizen in owner.people:
            self._add_person(citizen)

    def _add_refused(self, login: str, index: int) -> None:
        """Write now and then a process of one line that the base cannot take."""
        turn, nobody = index % _LOGINS_PER_REFUSAL, f"login.perdido{index}"
        made: tuple[tuple[str, Process], ...] = ()
        if turn == 0:
            made = (("requisitante", self._processes.unknown_requester(nobody)),)
        elif turn == 1:
            made = (("responsavel", self._processes.unknown_holder(login, nobody)),)
        elif turn == 2:  # noqa: PLR2004 - the third kind
            made = (("sem_prazo", self._processes.endless(login)),)
        for reason, process in made:
            self.tally.refused_line(reason)
            self._add_processes([process])

    def _add_processes(self, drawn: list[Process]) -> None:
        """Write processes."""
        for process in drawn:
            for line in self._export.process(process):
                self._lines(line)

    def _add_person(self, citizen: Citizen) -> None:
        """Write a person of gov.br."""
        self._person(citizen, GOVBR_PASSWORD)
        self.people += 1


def _stranger(number: int) -> Citizen:
    """Somebody who knows passwords that are not theirs: no tie with any company."""
    return Citizen(
        cpf=cpf(number),
        name=f"Despachante Número {number + 1}",
        email=f"despachante{number}@example.org",
        phone=f"6198{number:07}",
    )
