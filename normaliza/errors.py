"""What can go wrong around the program, as one tree, so that the command line can say it plainly.

NormalizaError
├── SettingsRefused      the environment does not make a usable configuration
├── ServerNotFound       no PostgreSQL or Redis on the machine, nor its wheel
├── ServerFailed         a private server did not start, or died
├── DevelopmentOnly      a command that production must not have
├── AlreadyRunning       two programs would share one home
├── NotReady             a process did not become healthy in time, or ended by itself
└── FrontEndMissing      the pages' built files are not there
"""


class NormalizaError(Exception):
    """The root, caught by the command line and printed without a traceback."""


class SettingsRefused(NormalizaError):
    """Settings are missing or wrong; carries every problem, so that one start shows them all."""

    def __init__(self, problems: list[str]) -> None:
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"The settings cannot be used:\n{lines}")
        self.problems = problems


class ServerNotFound(NormalizaError):
    """A private server was asked for, and no program for it was found."""


class ServerFailed(NormalizaError):
    """A private server ended or did not answer; the message holds the end of its log."""


class DevelopmentOnly(NormalizaError):
    """A command for development was called with NORMALIZA_ENV=production."""


class AlreadyRunning(NormalizaError):
    """Another `normaliza up` uses this home."""


class NotReady(NormalizaError):
    """A process of the program did not answer its health check, or ended by itself."""


class FrontEndMissing(NormalizaError):
    """The pages' style and script files have not been built."""
