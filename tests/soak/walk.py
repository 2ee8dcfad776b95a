"""`make walk`: thousands of logins of a trap base walk the road on a whole running program.

WALK_HOME is the folder (a new one under /tmp unless named), WALK_PORT the first of five ports,
SCALE the share of 20,000 logins of which every tenth walks, SEED what decides every answer,
DEADLINE=0 leaves the deadline out. The same seed draws the same answers; what happens between
them is the machine's.
"""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "integration" / "legacy_base"))

from base_audit import audit
from browsing import Case, read_cases
from deciding import decide_all, represent, staff
from running_stack import Stack
from walking import Walk, drawing, units

LOGINS, EVERY = 20_000, 10
BROWSERS = 12
PROCESSES = 3
_QUIET = """
    SELECT (SELECT count(*) FROM engine.job WHERE state <> 'incident' AND due_at <= %(now)s)
         + (SELECT count(*) FROM engine.timer WHERE due_at <= %(now)s)
"""


def main() -> int:
    """Make the base, start the program, walk, and audit."""
    scale, seed = float(os.environ.get("SCALE", "1")), int(os.environ.get("SEED", "2019"))
    home = Path(os.environ.get("WALK_HOME") or tempfile.mkdtemp(prefix="walk-"))
    home.chmod(0o755)
    stack = Stack(home, first_port=int(os.environ.get("WALK_PORT", "9180")))
    said = _Says()
    _make_base(stack, logins=round(LOGINS * scale), seed=seed)
    said("base made")
    stack.start()
    said("base imported and enrolled, program running")
    try:
        broken = _walk(stack, walkers=round(LOGINS * scale / EVERY), seed=seed, said=said)
    finally:
        stack.stop()
    said("ended")
    return 1 if broken else 0


class _Says:
    """Tells how far it is and since when."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, what: str) -> None:
        sys.stdout.write(f"{time.monotonic() - self._began:7.1f} s  {what}\n")
        sys.stdout.flush()


def _make_base(stack: Stack, *, logins: int, seed: int) -> None:
    """Put a trap base where the first start looks for the demo's."""
    options = ("--accounts", str(logins), "--seed", str(seed), "--traps")
    each = ("--processes-per-account", str(PROCESSES))
    stack.command("sample", str(stack.home / "demo"), *options, *each)


def _walk(stack: Stack, *, walkers: int, seed: int, said: "_Says") -> bool:
    """Walk in two halves with the deadline between them; says whether a rule is broken."""
    people = _chosen(read_cases(stack.home / "demo" / "cases.csv"), walkers, seed)
    walk, decided, half = Walk(stack, seed), Counter[str](), len(people) // 2
    for number, part in enumerate((people[:half], people[half:]), 1):
        _all(walk.unit, part)
        said(f"half {number} walked: {_told(walk.outcomes)}")
        decided += _decide(stack, part, seed + number)
        said(f"half {number} decided: {_told(decided)}")
        if number == 1 and os.environ.get("DEADLINE") != "0":
            stack.command("clock", "advance", "62d")
            _wait_until_quiet(stack)
            said("the deadline has passed for everybody")
    _wait_until_quiet(stack)
    with stack.database() as connection:
        found = audit(connection)
        said(_totals(connection))
    for rule, rows in found.items():
        said(f"BROKEN {rule}: {len(rows)} rows, first {rows[:5]}")
    said("audit: " + ("rules are broken" if found else "no rule is broken"))
    return bool(found)


def _chosen(cases: list[Case], walkers: int, seed: int) -> list[list[Case]]:
    """Draw people until they have that many logins."""
    chosen: list[list[Case]] = []
    for logins in units(cases, seed=seed):
        if sum(map(len, chosen)) >= walkers:
            break
        chosen.append(logins)
    return chosen


def _decide(stack: Stack, people: list[list[Case]], seed: int) -> Counter[str]:
    """Let representatives, then staff, answer what waits."""
    companies = [each[0].entitled for each in people if each[0].case == "empresa_tres_logins"]
    decided = Counter[str]()
    for cpf in filter(None, companies):
        decided += represent(stack, cpf, drawing(seed, cpf))
    password = (stack.home / "staff-password").read_text(encoding="ascii")
    browser = staff(stack, username="equipe", password=password)
    return decided + decide_all(stack, browser, drawing(seed, "staff"))


def _all(act: Callable[[list[Case]], None], people: list[list[Case]]) -> None:
    """Let many walk at once; the first failure is everybody's."""
    with ThreadPoolExecutor(BROWSERS) as threads:
        for done in [threads.submit(act, each) for each in people]:
            done.result()


def _wait_until_quiet(stack: Stack) -> None:
    """Wait until no job and no timer is due by the program's own clock."""
    quiet = 0
    with stack.database() as connection:
        while quiet < 3:
            now = stack.command("clock", "advance", "0s").rsplit(" ", 1)[1].strip()
            row = connection.execute(_QUIET, {"now": now}).fetchone()
            quiet = quiet + 1 if row is not None and row[0] == 0 else 0
            time.sleep(1)


def _told(counted: Counter[str]) -> str:
    """Write counts in one line."""
    return ", ".join(f"{name} {number}" for name, number in counted.most_common())


def _totals(connection: object) -> str:
    """Count what the base holds now."""
    rows = connection.execute(  # type: ignore[attr-defined]
        "SELECT state, count(*), count(blocked_at) FROM orquestra.login GROUP BY 1 ORDER BY 1"
    ).fetchall()
    return "; ".join(f"{state}: {number} ({blocked} blocked)" for state, number, blocked in rows)


if __name__ == "__main__":
    sys.exit(main())
