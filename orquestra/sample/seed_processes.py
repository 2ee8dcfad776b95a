"""bassdrill's seven processes, as the guide's screen lists them."""

from datetime import date, datetime, timedelta

from orquestra.sample.catalogue import FOREIGN_CUSTOMER, P070, P110, P131, Kind
from orquestra.sample.shapes import OpenTask, Process

LOGIN = "bass2016"
NUMBERS = (353973, 535798, 736220, 849651, 849697, 849702, 849813)


def seed_processes(today: date) -> tuple[Process, ...]:
    """Tell them, those in progress with a task that is still open.

    Args:
        today: The tasks expire after it.

    Returns:
        The processes. The guide prints one date for each; a concluded one began on that day too.
    """
    barzi = "Barzi Motors LTDA - NCM 9503.00.97"
    teste = P131.description.format(company="Teste")
    return (
        _ongoing(849702, P070, "NCM 3209.10.10", date(2019, 7, 23), today + timedelta(days=12)),
        _ongoing(849697, FOREIGN_CUSTOMER, "", date(2019, 7, 19), today + timedelta(days=33)),
        _ongoing(849651, P131, teste, date(2019, 5, 29), today + timedelta(days=55)),
        _concluded(849813, P110, "", date(2019, 9, 24)),
        _concluded(736220, P070, "NCM 8413.70.80", date(2016, 9, 6)),
        _concluded(535798, P070, barzi, date(2015, 9, 28)),
        _concluded(353973, P070, barzi, date(2014, 11, 25)),
    )


def _ongoing(number: int, kind: Kind, description: str, day: date, expires_on: date) -> Process:
    task = OpenTask(name=kind.task, holder=LOGIN, expires_on=expires_on)
    return _process(number, kind, description, day, closed_at=None, tasks=(task,))


def _concluded(number: int, kind: Kind, description: str, day: date) -> Process:
    closed_at = datetime(day.year, day.month, day.day, 16, 40)  # noqa: DTZ001 - the file's zone
    return _process(number, kind, description, day, closed_at=closed_at, tasks=())


def _process(
    number: int,
    kind: Kind,
    description: str,
    day: date,
    *,
    closed_at: datetime | None,
    tasks: tuple[OpenTask, ...],
) -> Process:
    return Process(
        number=number,
        code=kind.code,
        name=kind.name,
        version=kind.version,
        area=kind.area,
        description=description,
        requester=LOGIN,
        opened_at=datetime(day.year, day.month, day.day, 9, 12),  # noqa: DTZ001 - the file's zone
        closed_at=closed_at,
        tasks=tasks,
    )
