"""All of Normaliza on one machine: what `make run` starts."""

import sys
from contextlib import ExitStack
from dataclasses import replace

import click

from normaliza.errors import AlreadyRunning
from normaliza.migrations.running import upgrade
from normaliza.private_servers import PrivatePostgres, PrivateRedis
from normaliza.private_servers.keepsake import is_free
from normaliza.running import demo, home_lock
from normaliza.running.children import Child, start_child
from normaliza.running.greeting import greet
from normaliza.running.health import answers
from normaliza.running.supervision import Supervisor, told_to_end
from normaliza.settings import Settings
from normaliza.wiring.database import broker_url, choose_clock, database_url, open_database
from normaliza.wiring.definitions import deploy_shipped
from normaliza.wiring.front_end import require_front_end
from normaliza.wiring.runtime import operator_registry
from normaliza.wiring.worker import worker_answers

#: Each process and the seconds that it gets to end in order; the web ends first.
_PATIENCE = {
    "simulator": 5.0,
    "mail-catcher": 5.0,
    "worker": 20.0,
    "interactive-worker": 20.0,
    "beat": 5.0,
    "web": 15.0,
}
_COMMANDS = {"interactive-worker": ["worker", "--interactive"]}
_SERVER_PATIENCE = 30.0


def run_everything(settings: Settings) -> None:
    """Start everything, and end it all when told to, or when one part ends by itself.

    Args:
        settings: The program's settings.

    Raises:
        NormalizaError: Something is missing, does not start, or ended by itself.
    """
    require_front_end()
    with home_lock.hold(settings.home), told_to_end() as told, ExitStack() as stack:
        _check_ports(settings)
        supervisor = Supervisor(told)
        ready = _start_servers(settings, stack, supervisor)
        _prepare(ready)
        stack.callback(supervisor.end)
        if not told.is_set() and _start_processes(ready, supervisor):
            greet(ready)
            supervisor.watch()
        click.echo("Ending…")


def _check_ports(settings: Settings) -> None:
    """Say which port is taken before anything is started."""
    wanted = {"NORMALIZA_PORT": settings.port}
    if settings.uses_simulator:
        wanted["NORMALIZA_SIMULATOR_PORT"] = settings.simulator_port
        wanted["NORMALIZA_SIMULATOR_API_PORT"] = settings.simulator_api_port
    if settings.catches_mail:
        wanted["NORMALIZA_MAILBOX_PORT"] = settings.mail.catcher_port
        wanted["NORMALIZA_MAILBOX_SMTP_PORT"] = settings.mail.catcher_smtp_port
    taken = [f"{name}={port}" for name, port in wanted.items() if not is_free(port)]
    if taken:
        raise AlreadyRunning(
            f"Another program listens on {' and '.join(taken)}: end it, or set another port."
        )


def _start_servers(settings: Settings, stack: ExitStack, supervisor: Supervisor) -> Settings:
    """Start the private servers that are not set to others; the settings then name them."""
    logs = settings.home
    if settings.database_url is None:
        _say("PostgreSQL…")
        postgres = stack.enter_context(PrivatePostgres(settings.home))
        settings = replace(settings, database_url=postgres.url)
        supervisor.take_server(
            Child(
                name="postgres",
                process=postgres.process,
                log=logs / "postgres.log",
                patience=_SERVER_PATIENCE,
            )
        )
    if settings.broker_url is None:
        redis = stack.enter_context(PrivateRedis(settings.home))
        settings = replace(settings, broker_url=redis.url)
        supervisor.take_server(
            Child(
                name="redis",
                process=redis.process,
                log=logs / "redis.log",
                patience=_SERVER_PATIENCE,
            )
        )
    return settings


def _prepare(settings: Settings) -> None:
    """Bring the schema and the processes up to date; make the demo base at the first start."""
    upgrade(database_url(settings))
    database = open_database(settings)
    with database.begin() as connection:
        deploy_shipped(
            connection,
            operators=operator_registry(settings),
            now=choose_clock(settings).now(),
        )
    database.dispose()
    if settings.development:
        demo.ensure_demo(settings)


def _start_processes(settings: Settings, supervisor: Supervisor) -> bool:
    """Start the program's own processes and wait until they answer; False when told to end."""
    environment = {
        "NORMALIZA_DATABASE_URL": database_url(settings),
        "NORMALIZA_BROKER_URL": broker_url(settings),
    }
    if settings.catches_mail:
        environment["NORMALIZA_SMTP_URL"] = f"smtp://127.0.0.1:{settings.mail.catcher_smtp_port}"
    started = {"simulator": settings.uses_simulator, "mail-catcher": settings.catches_mail}
    for name in (name for name in _PATIENCE if started.get(name, True)):
        supervisor.take(
            start_child(
                name,
                environment=environment,
                logs=settings.home / "log",
                patience=_PATIENCE[name],
                command=_COMMANDS.get(name),
            )
        )
    return _wait_for_all(settings, supervisor)


def _wait_for_all(settings: Settings, supervisor: Supervisor) -> bool:
    """Wait until every process answers; False when told to end."""
    asked = {
        "The web": lambda: answers(settings.port, "/health/ready"),
        "The worker": lambda: worker_answers(settings),
    }
    if settings.uses_simulator:
        asked["The simulator"] = lambda: answers(
            settings.simulator_port, "/.well-known/openid-configuration"
        )
    if settings.catches_mail:
        asked["The mail catcher"] = lambda: answers(settings.mail.catcher_port, "/mensagens.json")
    return all(supervisor.wait_for(name, is_ready) for name, is_ready in asked.items())


def _say(what: str) -> None:
    """Tell a person at a terminal what takes the time."""
    if sys.stdout.isatty():
        click.echo(what)
