"""The command `normaliza`: one file a command in `commands/`, loaded when it is called."""

import importlib
import sys

import click

from normaliza.errors import NormalizaError

#: Command → what `--help` says about it; its file is in `commands/`, its object `command`.
COMMANDS = {
    "up": "Start everything on this machine; Ctrl-C ends it.",
    "web": "Serve the pages.",
    "worker": "Do the jobs, with Celery.",
    "beat": "Ask for sweeps: deadlines, and jobs that nobody heard of.",
    "simulator": "Stand in for gov.br, in development.",
    "mail-catcher": "Catch mails and show them, in development.",
    "db": "Bring the database to the newest schema.",
    "import": "Bring legacy accounts and processes in from CSV files.",
    "sample": "Make CSV files of a made-up base.",
    "campaign": "Open, show and postpone the normalization campaign; enrol late logins.",
    "staff": "Give the body's own people access.",
    "clock": "Move the program's clock, in development.",
}


class LazyGroup(click.Group):
    """Knows its commands by name, so that `--help` and a mistyped name load none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 — click's own shape
        """Name the commands in their usual order."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 — click's own shape
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"normaliza.commands.{cmd_name.replace('-', '_')}_command")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 — click's own shape
        """Write the list without loading what it lists."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what went wrong is said in words, without a traceback."""
        try:
            return super().invoke(ctx)
        except NormalizaError as error:
            raise click.ClickException(str(error)) from error
        except Exception as error:
            if not _database_is_away(error):
                raise
            raise click.ClickException(_DATABASE_IS_AWAY) from error


_DATABASE_IS_AWAY = (
    "The database does not answer. If `normaliza up` keeps it, start that first and leave it "
    "running; otherwise see whether NORMALIZA_DATABASE_URL is right and its server runs."
)


def _database_is_away(error: Exception) -> bool:
    """Tell whether a command failed because no connection to the database was made."""
    loaded = sys.modules.get("sqlalchemy.exc")  # what never loaded it never asked a database
    return (
        loaded is not None
        and isinstance(error, loaded.OperationalError)
        and "connection failed" in str(error)
    )


@click.group(cls=LazyGroup)
@click.version_option(package_name="normaliza")
def main() -> None:
    """Move every legacy Orquestra account, with its processes, to a gov.br account.

    Settings come from the environment; docs/operations.md lists them.
    """
