"""What can go wrong in the simulator, as one tree.

SimulatorError
├── ConfigurationRefused   the settings cannot be used, or name a production host
├── PersonRefused          a person cannot be created: a bad CPF, a CPF already known …
├── PeopleFileRefused      the file of extra people does not have the expected shape
├── FaultRefused           a fault that the simulator does not know, or in the wrong place
├── PageGone               a page of a flow that is over, unknown or another browser's
└── ApiRefused             an answer of the companies API other than success
"""


class SimulatorError(Exception):
    """The root of everything that the simulator raises by itself."""


class ConfigurationRefused(SimulatorError):
    """The simulator will not start with these settings; the message says which and why."""


class PersonRefused(SimulatorError):
    """A person cannot be created as asked; the message names the field, never its value."""


class PeopleFileRefused(SimulatorError):
    """The file of extra people cannot be read; the message gives the entry and the field."""


class FaultRefused(SimulatorError):
    """A fault was asked for that does not exist or does not fit its endpoint."""


class PageGone(SimulatorError):
    """A page was opened whose flow is over, unknown, or began in another browser."""


class ApiRefused(SimulatorError):
    """The companies API refuses a call, in the error envelope of gov.br's manual."""

    def __init__(self, status: int, code: str, title: str) -> None:
        super().__init__(f"The companies API answered {status} {code}")
        self.status = status
        self.code = code
        self.title = title
