# ruff: noqa: INP001 - scripts, not a package
"""How fast pages are that do not need gov.br, while it answers late, in errors, or not at all.

The program's own web, workers and simulator run. People stand at each step of each road that needs
gov.br: they begin, come back, enter directly, confirm, leave. The limit is the same pages beside
the same people while gov.br works: p95 against p95, the worst kind of trouble counts. The value is
the geometric mean over the kinds of pages; in a whole run each kind must hold the bar by itself.
"""

import statistics
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from crowd import Browser, Readers, all_the_while
from crowd_base import PASSWORD, prepare, write_people
from harness import (
    REPEATED_FROM,
    Claim,
    commit_rate,
    fresh_database,
    repeated,
    scale,
    server,
)
from storming import Page, Program, p95, until

from normaliza.private_servers import PrivatePostgres, PrivateRedis

BAR = 1.2
SECONDS = 20.0
WHOLE = scale() >= REPEATED_FROM
LATE = 10.0 if WHOLE else 1.5
#: More than the web has threads: whoever waits for gov.br must not be served first.
RETURNING, ENTERING, BEGINNING = 10, 4, 2
#: Of those who confirm, and of those who leave, for each time that pages are measured.
ONCE = 1
TROUBLES = (
    {"kind": "silence", "seconds": LATE},
    {"kind": "delay", "seconds": LATE},
    {"kind": "status", "status": 503},
)[: 3 if WHOLE else 1]
ENDPOINTS = ("discovery", "token", "jwk", "userinfo", "empresas", "participante")
_TIMES = ONCE * 2 * len(TROUBLES)
#: Logins by number: returning, entering (who have none), beginning, confirming, leaving, one who
#: looks whether gov.br works again, and the one whose road waits for the staff.
PEOPLE = RETURNING + ENTERING + BEGINNING + 2 * _TIMES + 2

#: Kind of page → p95 in milliseconds.
Taken = dict[str, float]


@dataclass(frozen=True)
class Pair:
    """The same pages in a trouble, and right before it."""

    trouble: str
    taken: Taken
    fine: Taken

    def means(self) -> tuple[float, float]:
        """Give the geometric means over the kinds of pages."""
        mean = statistics.geometric_mean
        return mean(self.taken.values()), mean(self.fine.values())

    def ratios(self) -> Taken:
        """Give how much slower each kind of page is."""
        return {name: self.taken[name] / fine for name, fine in self.fine.items()}


def main() -> int:
    """Measure; fail where pages are slower than the bar allows."""
    pairs: list[Pair] = []

    def measure() -> tuple[float, float]:
        with tempfile.TemporaryDirectory() as home, PrivateRedis(Path(home)) as redis:
            Path(home).chmod(0o755)
            found = _measure(running, redis, Path(home))
        pairs.extend(found)
        return max((pair.means() for pair in found), key=lambda means: means[0] / means[1])

    with server() as running:
        worst = repeated(measure)
        pages = _medians(pairs)
        claim = Claim(name="beside_govbr", unit="ms p95", bar=BAR, smaller_is_better=True)
        held = claim.report(worst, commits=round(commit_rate(running.url)), **pages)
    each_held = all(ratio <= BAR for ratios in pages.values() for ratio in ratios.values())
    return 0 if held and (scale() < 1 or each_held) else 1


def _medians(pairs: list[Pair]) -> dict[str, Taken]:
    """Give, for each trouble and kind of page, the median of its ratios over the repeats."""
    found: dict[str, Taken] = {}
    for trouble in {pair.trouble: None for pair in pairs}:
        ratios = [pair.ratios() for pair in pairs if pair.trouble == trouble]
        found[trouble] = {
            name: round(statistics.median(each[name] for each in ratios), 2) for name in ratios[0]
        }
    return found


def _measure(running: PrivatePostgres, redis: PrivateRedis, home: Path) -> list[Pair]:
    """Read pages while gov.br works and then in a trouble, for each trouble."""
    with fresh_database(running) as url, ExitStack() as stack:
        program = Program(home, url, redis.url)
        write_people(home, PEOPLE)
        prepare(program, url, PEOPLE)
        stack.enter_context(program.running("web", "worker", "simulator"))
        portal = f"http://localhost:{program.port}"
        govbr = f"http://127.0.0.1:{program.simulator_port}"
        Page(program.port).enter()
        until(lambda: _answers(govbr))
        people = [Browser(portal, govbr, number) for number in range(PEOPLE)]
        once = _standing_ready(people)
        readers = Readers(portal, PASSWORD, 849_700, people[-1])
        stack.enter_context(all_the_while(_on_their_way(people)))
        found = []
        for trouble in TROUBLES:
            until(lambda: _enters(people[-2]))
            fine = _p95(readers, once)
            with _in(trouble, govbr):
                found.append(Pair(str(trouble["kind"]), _p95(readers, once), fine))
    return found


def _enters(somebody: Browser) -> bool:
    """Tell whether gov.br, and the workers who ask it, let somebody in."""
    somebody.go_in_directly()
    return somebody.stands_at("/area")


def _standing_ready(people: list[Browser]) -> deque[Callable[[], object]]:
    """Bring people to where they act once: before the confirmation, and before leaving."""
    once = people[RETURNING + ENTERING + BEGINNING :]
    confirming, leaving, waiting = once[:_TIMES], once[_TIMES:-2], once[-1]
    for each in [*confirming, waiting]:
        each.go_and_come_back()
        until(lambda one=each: one.stands_at("/normalizacao/confirmar"))  # type: ignore[misc]
    for each in leaving:
        each.go_in_directly()
    waiting.confirm()
    acts: deque[Callable[[], object]] = deque()
    for one, another in zip(confirming, leaving, strict=True):
        acts.extend((one.confirm, another.leave))
    return acts


def _on_their_way(people: list[Browser]) -> list[Callable[[], object]]:
    """Give what people do all the while at the steps that need gov.br."""
    entering = people[RETURNING : RETURNING + ENTERING]
    beginning = people[RETURNING + ENTERING :][:BEGINNING]
    return [
        *(each.go_and_come_back for each in people[:RETURNING]),
        *(each.go_in_directly for each in entering),
        *(each.begin for each in beginning),
    ]


@contextmanager
def _in(trouble: dict[str, object], govbr: str) -> Iterator[None]:
    """Let all of gov.br's machine endpoints fail."""
    for endpoint in ENDPOINTS:
        order = {"endpoint": endpoint, "times": 1_000_000, **trouble}
        httpx.post(f"{govbr}/simulador/faults", json=order).raise_for_status()
    yield
    httpx.delete(f"{govbr}/simulador/faults").raise_for_status()


def _p95(readers: Readers, once: deque[Callable[[], object]]) -> Taken:
    """Let pages be read for a while, in which some confirm and some leave."""
    with ThreadPoolExecutor(2 * ONCE) as acting:
        acts = [acting.submit(once.popleft()) for _ in range(2 * ONCE)]
        took = readers.read(max(4.0, SECONDS * scale()))
        for act in acts:
            act.result()
    return {name: p95(each) for name, each in took.items()}


def _answers(govbr: str) -> bool:
    try:
        return httpx.get(f"{govbr}/simulador").is_success
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    sys.exit(main())
