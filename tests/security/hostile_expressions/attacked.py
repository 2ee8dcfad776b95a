"""Runs attacks, each in a child process of its own with little memory and a small stack.

Reads a JSON list of [name, expression, variables] and writes what came of each; a child that is
killed is an outcome like any other.
"""

import json
import os
import resource
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Any

from engine.errors import ExpressionError
from engine.expressions import Evaluator

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
STACK_BYTES = 1024 * 1024
MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 10


def outcome(expression: str, variables: dict[str, Any]) -> tuple[str, str]:
    """Evaluate, as a command would."""
    try:
        value = Evaluator(NOW).evaluate(expression, variables)
    except ExpressionError as error:
        return "refused", error.reason
    return "value", json.dumps(value, allow_nan=False)[:200]


def attacked(expression: str, variables: dict[str, Any]) -> dict[str, Any]:
    """Evaluate in a child; its own clock counts what the evaluation took of the processor."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        threading.stack_size(STACK_BYTES)
        said: dict[str, Any] = {}

        def attack() -> None:
            begun = time.thread_time()
            kind, text = outcome(expression, variables)
            said.update(kind=kind, text=text, seconds=time.thread_time() - begun)

        thread = threading.Thread(target=attack)
        thread.start()
        thread.join()
        os.write(writer, json.dumps(said).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status != 0 or not answer:
        return {"kind": "killed", "text": f"exit {status}", "seconds": 0.0}
    found: dict[str, Any] = json.loads(answer)
    return found or {"kind": "broken", "text": "something else than ExpressionError", "seconds": 0}


if __name__ == "__main__":
    json.dump(
        {name: attacked(text, values) for name, text, values in json.load(sys.stdin)}, sys.stdout
    )
