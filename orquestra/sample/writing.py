"""`write_sample`: stories first, drawn logins after them, an exact number of processes in all."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from orquestra.sample.drawn_accounts import drawn_accounts
from orquestra.sample.drawn_processes import DrawnProcesses
from orquestra.sample.files import accounts_file, people_file, processes_file
from orquestra.sample.hash_pool import HashPool
from orquestra.sample.seed_processes import LOGIN, seed_processes
from orquestra.sample.shapes import Account, Citizen, Process, source_of
from orquestra.sample.stories import cast
from orquestra.sample.summary import SampleSummary
from orquestra.sample.trying import GOVBR_PASSWORD, PASSWORD, sample_logins, stories_in

_NAMES = ("people.json", "accounts.csv", "processes.csv")


def write_sample(
    directory: Path, *, accounts: int, seed: int, today: date, processes_per_account: int = 10
) -> SampleSummary:
    """Write accounts.csv, processes.csv and people.json, the same for the same arguments.

    A file has its name only once all are whole, so that a broken-off run is not taken for one.

    Args:
        directory: Where; made if it is not there.
        accounts: How many logins; the first are the stories'.
        seed: Decides everything that is drawn.
        today: Processes began before it, tasks expire after it.
        processes_per_account: Processes divided by logins, exactly.

    Returns:
        What was written, and the logins worth trying.

    Raises:
        ValueError: There shall be no login, or a negative number of processes.
    """
    if accounts < 1 or processes_per_account < 0:
        raise ValueError("A sample has at least one login and no negative number of processes.")
    directory.mkdir(parents=True, exist_ok=True)
    sample = _Sample(accounts=accounts, seed=seed, today=today, per_account=processes_per_account)
    unfinished = [directory / f"{name}.part" for name in _NAMES]
    sample.write(*unfinished)
    people, account_lines, process_lines = (
        part.replace(directory / name) for part, name in zip(unfinished, _NAMES, strict=True)
    )
    return SampleSummary(
        accounts_path=account_lines,
        processes_path=process_lines,
        people_path=people,
        accounts=accounts,
        processes=sample.processes,
        tasks=sample.tasks,
        people=sample.people,
        password=PASSWORD,
        govbr_password=GOVBR_PASSWORD,
        logins=sample_logins(accounts),
    )


class _Sample:
    """One sample while it is written, and what it counted."""

    def __init__(self, *, accounts: int, seed: int, today: date, per_account: int) -> None:
        self.people = self.processes = self.tasks = 0
        self._stories = stories_in(accounts)
        self._accounts = accounts
        self._seed = seed
        self._today = today
        self._left = accounts * per_account
        self._drawn = DrawnProcesses(seed=seed, total=self._left, today=today)

    def write(self, people: Path, accounts: Path, processes: Path) -> None:
        """Write the files side by side, so that nothing is kept."""
        pool = HashPool(PASSWORD, seed=self._seed)
        with ExitStack() as stack:
            add_account = stack.enter_context(accounts_file(accounts))
            add_process = stack.enter_context(processes_file(processes))
            add_person = stack.enter_context(people_file(people))
            for known in cast():
                add_person(known, GOVBR_PASSWORD)
                self.people += 1
            for index, (account, citizen, wanted) in enumerate(self._everyone()):
                add_account(account, pool.take(index))
                if citizen is not None:
                    add_person(citizen, GOVBR_PASSWORD)
                    self.people += 1
                for process in self._processes_of(account, wanted):
                    add_process(process)
                    self.processes += 1
                    self.tasks += len(process.tasks)

    def _everyone(self) -> Iterator[tuple[Account, Citizen | None, int]]:
        """Give each login, the new person with it, and how many processes it has."""
        index = 0
        for story in self._stories:
            if story.account is not None:
                index += 1
                yield story.account, None, self._share(index, story.processes)
        drawn = drawn_accounts(
            seed=self._seed, first=index, count=self._accounts - index, today=self._today
        )
        for account, citizen in drawn:
            index += 1
            yield account, citizen, self._share(index, self._draw_share(index))

    def _draw_share(self, index: int) -> int:
        """Draw a number around what is left for each login that is left."""
        mean = self._left // (self._accounts - index + 1)
        return source_of(self._seed, "share", index).randint(mean // 3, 2 * mean - mean // 3)

    def _share(self, index: int, wanted: int) -> int:
        """Bound a login's number by what is left; the last login takes all of it."""
        share = self._left if index == self._accounts else min(wanted, self._left)
        self._left -= share
        return share

    def _processes_of(self, account: Account, count: int) -> Iterator[Process]:
        if account.login == LOGIN:
            known = seed_processes(self._today)[:count]
            yield from known
            count -= len(known)
        yield from self._drawn.draw(account.login, count)
