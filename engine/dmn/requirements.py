"""Which decisions require which (DMN 1.3, 6.3.7): no circle."""

from collections.abc import Iterator, Mapping

from engine.dmn.model import Decision


def circles(decisions: Mapping[str, Decision]) -> Iterator[list[str]]:
    """Yield each circle of decisions that require one another, once, its first id twice.

    Args:
        decisions: By id; what is required and not there is passed over.
    """
    settled: set[str] = set()
    for start in decisions:
        path: list[str] = []
        ahead: list[tuple[str, bool]] = [(start, True)]
        while ahead:
            name, enters = ahead.pop()
            if not enters:
                settled.add(path.pop())
            elif name in path:
                yield [*path[path.index(name) :], name]
            elif name in decisions and name not in settled:
                path.append(name)
                ahead.append((name, False))
                ahead += [(required, True) for required in decisions[name].required]
