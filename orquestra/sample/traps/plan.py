"""Which traps a base has, and how many of each."""

from collections.abc import Callable, Iterator

from orquestra.sample.shapes import source_of
from orquestra.sample.traps import companies, others, people
from orquestra.sample.traps.drawing import Drawer
from orquestra.sample.traps.people import Group

Case = Callable[[Drawer], Group]

#: Each trap: how many logins a group of it has, and how many of a thousand logins are such.
_CASES: tuple[tuple[Case, int, int], ...] = (
    (people.with_points, 1, 60),
    (people.lost_zeros, 1, 20),
    (people.two_logins, 2, 80),
    (people.three_logins, 3, 30),
    (people.wrong_number, 1, 12),
    (people.no_number, 1, 8),
    (people.nothing, 1, 40),
    (people.digits_of_cpf, 1, 25),
    (people.digits_of_number, 1, 10),
    (people.case_twins, 2, 8),
    (people.blank_twins, 2, 6),
    (people.former_employee, 1, 30),
    (people.role_address, 1, 15),
    (people.company_name, 1, 15),
    (people.looks_shared, 1, 15),
    (people.one_mailbox, 4, 16),
    (companies.represented, 1, 80),
    (companies.with_letters, 1, 20),
    (companies.with_points, 1, 30),
    (companies.lost_zeros, 1, 10),
    (companies.collaborator, 1, 30),
    (companies.accountant, 1, 8),
    (companies.nobody, 1, 40),
    (companies.several_logins, 3, 30),
    (companies.owner_named, 1, 15),
    (companies.owner_left, 1, 8),
    (companies.wrong_number, 1, 6),
    (companies.no_number, 1, 10),
    (others.foreigner, 1, 12),
    (others.service, 1, 10),
    (others.staff, 1, 15),
    (others.inactive_busy, 1, 15),
    (others.inactive_idle, 1, 10),
    (others.locked_busy, 1, 10),
    (others.idle, 1, 30),
    (others.finished, 1, 50),
    (others.no_password, 1, 8),
    (others.directory, 1, 6),
    (others.clear, 1, 5),
    (others.encrypted, 1, 4),
    (others.unnamed, 1, 5),
    (others.unknown, 1, 4),
    (others.forged, 1, 3),
)
_THOUSAND = 1_000

#: The fewest logins that a base with every trap has.
LEAST = sum(size for _, size, _ in _CASES)


def groups(accounts: int, *, seed: int) -> Iterator[Case]:
    """Choose the groups of a base of exactly that many logins, in the order of its file.

    Args:
        accounts: How many logins; each trap comes once at least.
        seed: Decides the order.

    Yields:
        What makes each group.

    Raises:
        ValueError: So few logins have no room for every trap.
    """
    if accounts < LEAST:
        raise ValueError(f"A base with every trap has at least {LEAST} logins.")
    spare, chosen = accounts - LEAST, []
    for case, size, share in _CASES:
        more = min(spare // size, accounts * share // _THOUSAND // size)
        chosen += [case] * (1 + more)
        spare -= more * size
    chosen += [people.plain] * spare
    source_of(seed, "order").shuffle(chosen)
    yield from chosen
