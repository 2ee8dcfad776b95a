"""A child that ends when its parent does, however the parent ends: no orphans after `kill -9`."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1  # prctl(2)


def end_with_parent(ending: signal.Signals) -> Callable[[], None] | None:
    """Make a `preexec_fn` that ties a child to the thread which starts it.

    Linux only (prctl(2), PR_SET_PDEATHSIG); elsewhere a killed parent leaves its children, and
    only an orderly end takes them along.

    Args:
        ending: The signal that the kernel sends to the child.

    Returns:
        For `Popen(preexec_fn=…)`; None where the system has no such thing.
    """
    if not sys.platform.startswith("linux"):
        return None
    # Loaded here and not in the child: between fork and exec nothing may take a lock.
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def tie() -> None:
        if prctl(_PR_SET_PDEATHSIG, int(ending)) != 0 or os.getppid() != parent:
            os._exit(1)

    return tie
