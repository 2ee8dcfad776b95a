"""How a state goes back to the one before it, byte by byte.

A step changes little, so that the state before it, compressed with the state after it as
dictionary (zlib manual, deflateSetDictionary), is a few dozen bytes. The last state is kept whole;
each step of the history keeps the way back.
"""

import zlib

_LEVEL = 6


def compress(text: bytes) -> bytes:
    """Return a state as an instance's row holds it."""
    return zlib.compress(text, _LEVEL)


def decompress(tokens: bytes) -> bytes:
    """Return the state that an instance's row holds."""
    return zlib.decompress(tokens)


def back(after: bytes, before: bytes) -> bytes:
    """Return the way from a state to the one before it.

    Args:
        after: The state that is kept.
        before: The state to find again.
    """
    packer = zlib.compressobj(_LEVEL, zdict=after)
    return packer.compress(before) + packer.flush()


def go_back(after: bytes, delta: bytes) -> bytes:
    """Return the state before, from the one after it and the way back."""
    return zlib.decompressobj(zdict=after).decompress(delta)
