"""What can go wrong in the simulator, as one tree.

SimulatorError
├── ConfigurationRefused   the settings cannot be used, or name a production host
├── StorageRefused         the database file was made by a later version
├── ClientRefused          a service cannot be registered as asked
├── SwitchRefused          a switch that does not exist, or with a value that it cannot have
├── PersonRefused          a person cannot be created: a bad CPF, a CPF already known …
├── PeopleFileRefused      the file of extra people does not have the expected shape
├── TieRefused             a person cannot be tied to a company as asked
├── FaultRefused           a fault that the simulator does not know, or in the wrong place
├── PageGone               a page of a flow that is over, unknown or another browser's
└── ApiRefused             an answer of the companies API other than success
"""


class SimulatorError(Exception):
    """The root of everything that the simulator raises by itself."""


class ConfigurationRefused(SimulatorError):
    """The simulator will not start with these settings; the message says which and why."""


class StorageRefused(SimulatorError):
    """The database file cannot be used by this version; the message says what to do."""


class ClientRefused(SimulatorError):
    """A service cannot be registered as asked; the message names the field, never a secret."""


class SwitchRefused(SimulatorError):
    """There is no such switch, or it cannot have that value."""


class PersonRefused(SimulatorError):
    """A person cannot be created as asked; the message names the field, never its value."""


class PeopleFileRefused(SimulatorError):
    """The file of extra people cannot be read; the message gives the entry and the field."""


class TieRefused(SimulatorError):
    """A person cannot be tied to a company as asked; `field` and the sentence are for the page."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


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
