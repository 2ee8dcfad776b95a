"""A made-up legacy base with every trap of a real one, in known numbers: `write_traps`.

What it put in, it counts itself, by what each login is made to be: the expected numbers come from
here and never from the code that imports the base and reports on it.
"""

from orquestra.sample.traps.writing import LEAST, TrapSummary, write_traps

__all__ = ["LEAST", "TrapSummary", "write_traps"]
