"""What becomes of a notice that is due, whatever the mail server says."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Connection, Row, insert, select

from engine.clock import ManualClock
from govbr.sealing import Sealer
from orquestra import campaign, notices
from orquestra.store import tables
from tasks.mail import Mail, RecordingMailer
from tasks.notices import Letterhead, NoticeSender
from tasks.operators.block_login import block_login
from tasks.operators.remind_login import remind_login

LINK = "https://orquestra.example/nova-senha/segredo-do-link"


@dataclass
class PostRoom:
    """A sender on a database of the test's own, and what it was given to send."""

    database: sqlalchemy.Engine
    clock: ManualClock
    mailer: RecordingMailer = field(default_factory=RecordingMailer)
    sealer: Sealer = field(default_factory=lambda: Sealer("s" * 32))

    def __post_init__(self) -> None:
        self.sender = self.another_sender()

    def another_sender(self) -> NoticeSender:
        """Make the sender of another process."""
        return NoticeSender(
            database=self.database,
            mailer=self.mailer,
            sealer=self.sealer,
            clock=self.clock.now,
            letterhead=Letterhead(
                public_url="https://orquestra.example",
                help_contact="ajuda@orquestra.example",
                sender=self.mailer.sender,
            ),
        )

    def post(self, address: str = "bass@x.example", key: str = "", **values: Any) -> None:  # noqa: ANN401 — any of post's
        """Write a notice."""
        defaults: dict[str, Any] = {
            "key": key or f"aviso:{address}",
            "kind": "vinculo_concluido",
            "login_id": None,
            "person_id": None,
            "address": address,
            "subject": "Sincronizado",
            "body": "Tudo certo.",
            "now": self.clock.now(),
        }
        with self.database.begin() as connection:
            assert notices.post(connection, **defaults | values)

    def post_link(self, *, sealed_for: str = "redefinir:1") -> None:
        """Write a notice with a secret link."""
        sealed = self.sealer.seal(LINK.encode(), purpose=notices.LINK_PURPOSE, bound_to=sealed_for)
        self.post(key="redefinir:1", body="Abra:\n\n{link}", sealed_link=sealed)

    def send(self, *, after: timedelta = timedelta(0)) -> int:
        """Let time pass, and send what is due."""
        self.clock.advance(after)
        return self.sender.run()

    def row(self) -> Row[Any]:
        """Read the only notice."""
        with self.database.connect() as connection:
            return connection.execute(select(tables.notice)).one()

    def waiting(self) -> int:
        """Count what is neither sent nor given up."""
        found = tables.notice.c.sent_at.is_(None) & tables.notice.c.failed_at.is_(None)
        with self.database.connect() as connection:
            query = select(sqlalchemy.func.count()).select_from(tables.notice).where(found)
            return int(connection.execute(query).scalar_one())


@pytest.fixture
def room(database: sqlalchemy.Engine, clock: ManualClock) -> PostRoom:
    return PostRoom(database, clock)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO, logger="tasks.notices"):
        yield caplog


def test_a_mail_greets_signs_and_says_how_a_false_one_is_known(
    room: PostRoom, now: datetime
) -> None:
    room.post()
    assert room.send() == 1
    assert room.send() == 0, "once is enough"

    (mail,) = room.mailer.mails
    assert mail.text == (
        "Olá!\n\n"
        "Tudo certo.\n\n"
        "Atenciosamente,\n"
        "Equipe do Orquestra, Inmetro\n\n"
        "--\n"
        "Esta mensagem é automática. Não responda: ninguém lê o que chega a este endereço.\n"
        "Dúvidas: ajuda@orquestra.example\n"
        "O Orquestra nunca pede a sua senha por e-mail nem envia atalhos para entrar: digite o "
        "endereço https://orquestra.example no navegador.\n"
    )
    assert room.row().sent_at == now


def test_a_link_is_opened_for_the_mail_alone_and_forgotten_with_it(
    room: PostRoom, log: pytest.LogCaptureFixture
) -> None:
    room.post_link()
    assert LINK not in str(room.row())
    room.send()

    (mail,) = room.mailer.mails
    assert f"Abra:\n\n{LINK}\n" in mail.text
    assert "nem envia atalhos" not in mail.text
    assert "segredo" not in repr(mail)
    assert "segredo" not in log.text
    assert room.row().sealed_link is None


@pytest.mark.parametrize(
    ("sealed_for", "after", "why"),
    [
        ("redefinir:1", timedelta(hours=24), "link_vencido"),
        ("redefinir:2", timedelta(0), "link_ilegivel"),
    ],
)
def test_a_mail_never_goes_out_without_its_link(
    room: PostRoom, sealed_for: str, after: timedelta, why: str
) -> None:
    room.post_link(sealed_for=sealed_for)
    room.send(after=after)

    assert room.mailer.mails == []
    row = room.row()
    assert (row.last_error, row.sealed_link, row.failed_at) == (why, None, room.clock.now())


def test_an_address_that_is_refused_is_given_up_and_stops_nobody(
    room: PostRoom, log: pytest.LogCaptureFixture
) -> None:
    room.mailer.refused = {"fora@x.example"}
    room.post("fora@x.example")
    room.post()
    assert room.send() == 1
    assert room.send(after=timedelta(days=30)) == 0

    assert room.waiting() == 0
    (said,) = log.records
    assert vars(said)["reason"] == "550"
    assert "x.example" not in str(vars(said))


def test_an_address_that_is_busy_is_asked_ever_later_and_given_up_after_a_day(
    room: PostRoom,
) -> None:
    room.mailer.deferred = {"bass@x.example"}
    room.post()
    waits = []
    while room.waiting():
        room.send()
        row = room.row()
        if row.failed_at is None:
            waits.append(round((row.due_at - room.clock.now()).total_seconds() / 60))
            room.clock.advance(row.due_at - room.clock.now() - timedelta(seconds=1))
            room.send()
            assert room.row().tries == row.tries, "not before its time"
            room.clock.advance(timedelta(seconds=1))

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]
    assert room.row().last_error == "451"


def test_while_the_server_is_away_every_notice_waits_and_the_log_says_it_once(
    room: PostRoom, log: pytest.LogCaptureFixture
) -> None:
    for number in range(25):
        room.post(f"{number}@x.example")
    room.mailer.away = True
    for _each in range(300):
        room.send(after=timedelta(seconds=5))

    assert room.waiting() == 25
    assert [vars(said)["action"] for said in log.records] == ["mail_away"]
    with room.database.connect() as connection:
        assert set(connection.execute(select(tables.notice.c.tries)).scalars()) == {0}
    room.mailer.away = False
    assert room.send(after=timedelta(minutes=1)) == 25
    assert vars(log.records[-1])["action"] == "mail_back"


def test_a_mail_that_breaks_the_connection_lets_the_others_by(room: PostRoom) -> None:
    room.mailer.broken = {"cai@x.example"}
    room.post("cai@x.example")
    room.post()
    assert room.send() == 0
    assert room.send(after=timedelta(seconds=5)) == 1

    assert [mail.to for mail in room.mailer.mails] == ["bass@x.example"]
    assert room.waiting() == 1


def test_a_mail_whose_sender_died_goes_out_again_under_the_same_name(room: PostRoom) -> None:
    room.post()

    class Dying(RecordingMailer):
        def send(self, mail: Mail) -> None:
            super().send(mail)
            raise KeyboardInterrupt

    dying = Dying(mails=room.mailer.mails)
    room.sender.mailer = dying
    with pytest.raises(KeyboardInterrupt):
        room.send()
    other = room.another_sender()
    assert other.run() == 0, "the lease is still the dead one's"
    room.clock.advance(timedelta(minutes=10))
    assert other.run() == 1

    first, again = room.mailer.mails
    assert first == again


@dataclass
class Job:
    """What an operator is given."""

    connection: Connection
    now: datetime
    idempotency_key: str = "1:task"


def enrolled(connection: Connection, now: datetime, names: tuple[str, ...]) -> list[int]:
    """Write logins of one mailbox into a campaign with 20 days left."""
    opened = campaign.open_campaign(
        connection,
        name="Campanha",
        opens_at=now,
        deadline_on=date(2026, 3, 30),
        reminders=("P7D",),
        now=now,
    )
    rows = [
        {
            "login": name,
            "name": name,
            "email": "qualidade@barzi.example",
            "imported_at": now,
            "campaign_id": opened.id,
        }
        for name in names
    ]
    found = connection.execute(insert(tables.login).returning(tables.login.c.id), rows)
    return [opened.id, *sorted(found.scalars())]


def test_a_mailbox_gets_one_reminder_and_one_word_of_the_block_with_all_its_logins(
    room: PostRoom, now: datetime
) -> None:
    with room.database.begin() as connection:
        campaign_id, *ids = enrolled(connection, now, ("zeca", "ana"))
        for login_id in (*ids, *ids):
            job: Any = Job(connection, now)
            services: Any = None
            remind_login(job, services, login_id=login_id, campaign_id=campaign_id)
    assert room.send(after=notices.GATHERING) == 1
    passed = datetime.fromisoformat("2026-03-31T03:00:00+00:00")
    with room.database.begin() as connection:
        for login_id in (*ids, *ids):
            job = Job(connection, passed)
            block_login(job, services, login_id=login_id)
            remind_login(job, services, login_id=login_id, campaign_id=campaign_id)
    assert room.send(after=timedelta(days=30)) == 1

    reminder, block = room.mailer.mails
    assert "30/03/2026" in reminder.text
    for mail in (reminder, block):
        assert "\n  • ana\n  • zeca\n" in mail.text
        assert mail.to == "qualidade@barzi.example"
