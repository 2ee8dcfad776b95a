"""What the nursery's children become: the program's own worker and beat, and who gives orders."""

import json
import socket
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery import Celery
from sqlalchemy.exc import DBAPIError

from engine import commands, incidents, repairs
from engine.errors import EngineError
from engine.operators import OperatorRegistry
from engine.runtime import Runtime
from engine.sweep import Sweep
from killing import operators, outside, points, sabotage
from normaliza.running.demo import ensure_demo
from normaliza.settings import Settings, read_settings
from normaliza.wiring.beat import run_beat
from normaliza.wiring.database import choose_clock
from normaliza.wiring.definitions import deploy_shipped
from normaliza.wiring.runtime import build_celery, build_runtime
from normaliza.wiring.simulator import serve_simulator
from normaliza.wiring.web import serve_web
from normaliza.wiring.worker import run_worker
from orquestra.sample.traps import write_traps
from tasks import celery_app

#: A sweep a quarter of a second, and short patience: a run shall be over soon.
_SWEEP_EVERY = timedelta(seconds=0.25)
_PATIENCE = {"nudge_after_seconds": 0.6, "timer_lease_seconds": 1.0}


def _settings(asked: Mapping[str, Any]) -> Settings:
    """Read the settings, as the program does from its environment."""
    return read_settings(asked["environment"])


def _prepare(asked: Mapping[str, Any]) -> Settings:
    """Wrap, shorten, and spoil what is to be spoilt; the rest is the program's own wiring."""
    points.install(asked["conductor"], asked["role"])
    (Sweep.__init__.__kwdefaults__ or {}).update(_PATIENCE)
    build, make = celery_app.build_registry, celery_app.make_celery

    def with_ours(**parts: Any) -> OperatorRegistry:  # noqa: ANN401 — whatever the program gives
        return operators.add(build(**parts), outside=asked["outside"], slow=asked["slow"])

    def with_more_sweeps(broker_url: str) -> Celery:
        made = make(broker_url)
        made.conf.beat_schedule["sweep"]["schedule"] = _SWEEP_EVERY
        return made

    celery_app.build_registry, celery_app.make_celery = with_ours, with_more_sweeps
    for name in asked["sabotage"]:
        sabotage.SABOTAGE[name]()
    return _settings(asked)


def worker(asked: Mapping[str, Any]) -> None:
    """Be a worker: Celery's master with one child."""
    run_worker(_prepare(asked))


def beat(asked: Mapping[str, Any]) -> None:
    """Be a beat."""
    run_beat(_prepare(asked))


def base(asked: Mapping[str, Any]) -> None:
    """Make a base of made-up logins, bring it in, and enrol it."""
    environment = dict(asked["environment"])
    adapters = environment.pop("NORMALIZA_PASSWORD_ADAPTERS")
    settings = read_settings(environment)
    write_traps(
        settings.demo_folder,
        accounts=asked["logins"],
        seed=asked["seed"],
        today=choose_clock(settings).now().date(),
        processes_per_account=2,
    )
    settings = read_settings(environment | {"NORMALIZA_PASSWORD_ADAPTERS": adapters})
    runtime = build_runtime(settings)
    with runtime.database.begin() as connection:
        deploy_shipped(connection, operators=runtime.operators, now=runtime.clock.now())
    ensure_demo(settings)


def simulator(asked: Mapping[str, Any]) -> None:
    """Be gov.br."""
    serve_simulator(_settings(asked))


def web(asked: Mapping[str, Any]) -> None:
    """Be the web server, with its children."""
    serve_web(_prepare(asked))


def world(asked: Mapping[str, Any]) -> None:
    """Be the outside world."""
    outside.serve(Path(asked["log_file"]), Path(asked["port_file"]))


def issuer(asked: Mapping[str, Any]) -> None:
    """Be a web process without pages: carry out one order after the other."""
    settings = _prepare(asked)
    runtime = build_runtime(settings, build_celery(settings))
    made = socket.socket(socket.AF_UNIX)
    made.connect(asked["desk"])
    with made, made.makefile("rw", encoding="utf-8") as lines:
        for line in lines:
            lines.write(json.dumps(_carried_out(runtime, json.loads(line))) + "\n")
            lines.flush()


def _carried_out(runtime: Runtime, order: dict[str, Any]) -> dict[str, Any]:
    """Carry an order out, and say what came of it as a page would hear it."""
    kind = order.pop("kind")
    try:
        if kind == "retry":
            with runtime.transaction() as connection:
                incidents.retry_all(runtime, connection, actor="staff", **order)
            return {"state": "retried"}
        if "ttl" in order:
            order["ttl"] = timedelta(seconds=order["ttl"])
        command = getattr(commands, kind, None) or getattr(repairs, kind)
        outcome = runtime.execute(command(**order))
    except (EngineError, DBAPIError) as error:
        lost = isinstance(error, DBAPIError) and error.connection_invalidated
        name = (
            "Lost" if lost or "OperationalError" in type(error).__name__ else type(error).__name__
        )
        return {"error": name, "said": str(error)[:300]}
    except Exception as error:  # noqa: BLE001 — told to the campaign, which counts it
        return {"error": type(error).__name__, "said": str(error)[:300]}
    return {
        "instance_id": outcome.instance_id,
        "state": outcome.state,
        "repeated": outcome.repeated,
    }


ROLES: Mapping[str, Callable[[Mapping[str, Any]], None]] = {
    "worker": worker,
    "beat": beat,
    "issuer": issuer,
    "base": base,
    "simulator": simulator,
    "web": web,
    "outside": world,
}
