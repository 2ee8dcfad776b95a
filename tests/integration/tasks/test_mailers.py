"""One contract, two mailers: SMTP to a real server on loopback, and the one that keeps mails."""

import email
import email.policy
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any, Protocol

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tasks.mail import (
    Mail,
    MailConnectionLost,
    MailDeferred,
    Mailer,
    MailRefused,
    MailServerAway,
    RecordingMailer,
    SmtpMailer,
    SmtpServer,
)

SENDER = "nao-responda@orquestra.example"
REFUSED, DEFERRED = "fora@x.example", "cheia@x.example"
BROKEN, CLOSING = "cai@x.example", "fecha@x.example"


def mail(to: str = "bass@x.example", **values: Any) -> Mail:  # noqa: ANN401 — any of Mail's
    made: dict[str, Any] = {
        "message_id": "aviso.7.1773154800@orquestra.example",
        "to": to,
        "subject": "Sincronização: último dia",
        "text": "Olá!\n\nAção necessária até amanhã, João: “já”.\n.\nFim\n",
        "date": datetime(2026, 3, 10, 15, 0, tzinfo=UTC),
    }
    return Mail(**made | values)


class PostOffice(Protocol):
    """A mailer, and what arrived at its other end."""

    @property
    def mailer(self) -> Mailer:
        """The mailer."""

    def arrived(self) -> list[tuple[str, str, str, str]]:
        """Give each mail's mailbox, Message-ID, subject and text."""

    def close(self) -> None:
        """Take the server away."""


@dataclass
class Server:
    """Answers as the mailbox's name tells it to."""

    messages: list[tuple[str, EmailMessage]] = field(default_factory=list)
    secured: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 — aiosmtpd's name
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Refuse some mailboxes, with words that repeat them, as servers do."""
        if address == REFUSED:
            return f"550 5.1.1 <{address}>: nobody here"
        if address == DEFERRED:
            return f"451 4.7.1 <{address}>: come again"
        if address == CLOSING:
            return "421 4.3.2 closing"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, or hang up in the middle."""
        if BROKEN in envelope.rcpt_tos:
            assert server.transport is not None
            server.transport.abort()
            return "250 nobody hears this"
        assert isinstance(envelope.content, bytes)
        read = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(read, EmailMessage)
        assert envelope.mail_from == SENDER
        self.messages.append((envelope.rcpt_tos[0], read))
        self.secured.append(session.ssl is not None)
        return "250 OK"


class ByTheWire:
    """A real SMTP server on loopback."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 — aiosmtpd's
        self.server = Server()
        self.controller = Controller(self.server, hostname="127.0.0.1", port=_free(), **options)
        self.controller.start()
        self.at = SmtpServer(host="127.0.0.1", port=self.controller.port)
        self.mailer = SmtpMailer(server=self.at, sender=SENDER, timeout=5)

    def arrived(self) -> list[tuple[str, str, str, str]]:
        """Read what the server was given."""
        return [
            (to, str(read["Message-ID"]).strip("<>"), str(read["Subject"]), _text(read))
            for to, read in self.server.messages
        ]

    def close(self) -> None:
        """Stop listening."""
        if self.controller.server is not None:
            self.controller.stop()


class InMemory:
    """The mailer of other tests."""

    def __init__(self) -> None:
        self.mailer = RecordingMailer(
            sender=SENDER, refused={REFUSED}, deferred={DEFERRED}, broken={BROKEN, CLOSING}
        )

    def arrived(self) -> list[tuple[str, str, str, str]]:
        """Read what was kept."""
        return [(m.to, m.message_id, m.subject, m.text) for m in self.mailer.mails]

    def close(self) -> None:
        """Be away from now on."""
        self.mailer.away = True


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _text(read: EmailMessage) -> str:
    return str(read.get_content()).replace("\r\n", "\n")


@pytest.fixture(params=[ByTheWire, InMemory])
def office(request: pytest.FixtureRequest) -> Iterator[PostOffice]:
    made: PostOffice = request.param()
    yield made
    made.close()


def test_a_mail_arrives_letter_for_letter(office: PostOffice) -> None:
    sent = mail()
    with office.mailer.connect() as delivery:
        delivery.send(sent)
        delivery.send(mail("outra@x.example"))

    assert office.arrived() == [
        (sent.to, sent.message_id, sent.subject, sent.text),
        ("outra@x.example", sent.message_id, sent.subject, sent.text),
    ]


@pytest.mark.parametrize(
    ("address", "error"),
    [
        (REFUSED, MailRefused),
        (DEFERRED, MailDeferred),
        ("dois@x.example, tres@x.example", MailRefused),
        ("x@x.example\r\nBcc: todos@x.example", MailRefused),
        ("sem-arroba", MailRefused),
        ("a@b..example", MailRefused),
    ],
)
def test_a_mailbox_that_is_not_taken_stops_no_other_mail(
    office: PostOffice, address: str, error: type[Exception]
) -> None:
    with office.mailer.connect() as delivery:
        with pytest.raises(error) as told:
            delivery.send(mail(address))
        delivery.send(mail())

    assert type(told.value) is error
    assert "x.example" not in str(told.value), "reasons reach logs"
    assert [to for to, *_rest in office.arrived()] == ["bass@x.example"]


@pytest.mark.parametrize("address", [BROKEN, CLOSING])
def test_a_connection_that_breaks_is_told_apart_from_a_refusal(
    office: PostOffice, address: str
) -> None:
    with office.mailer.connect() as delivery, pytest.raises(MailConnectionLost):
        delivery.send(mail(address))
    with office.mailer.connect() as delivery:
        delivery.send(mail())

    assert len(office.arrived()) == 1


def test_a_server_that_is_away_is_said_before_any_mail_is_tried(office: PostOffice) -> None:
    office.close()

    with pytest.raises(MailServerAway), office.mailer.connect():
        pytest.fail("there is no server")


def test_a_domain_with_accents_is_written_as_the_name_service_knows_it() -> None:
    office = ByTheWire(enable_SMTPUTF8=False)
    with office.mailer.connect() as delivery:
        delivery.send(mail("joao@bücher.example"))
        with pytest.raises(MailRefused, match="endereco_internacional"):
            delivery.send(mail("joão@x.example"))
    office.close()

    assert [to for to, *_rest in office.arrived()] == ["joao@xn--bcher-kva.example"]


def test_the_mail_says_that_a_program_wrote_it_and_when() -> None:
    office = ByTheWire()
    with office.mailer.connect() as delivery:
        delivery.send(mail())
    office.close()

    ((_to, read),) = office.server.messages
    assert read["From"] == f"Orquestra <{SENDER}>"
    assert read["Date"] == "Tue, 10 Mar 2026 15:00:00 +0000"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read.get_content_type() == "text/plain"
    assert read.get_content_charset() == "utf-8"
    assert read["Content-Transfer-Encoding"] == "quoted-printable"


class _Door:
    """Takes one name and password."""

    def __call__(self, *arguments: Any) -> AuthResult:  # noqa: ANN401 — aiosmtpd's
        """Check what was sent."""
        given = arguments[-1]
        right = (given.login, given.password) == (b"portal", b"s3cret")
        return AuthResult(success=right, handled=False)


@pytest.fixture
def secured(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> Iterator[tuple[ByTheWire, ssl.SSLContext]]:
    """A server that takes mail only over STARTTLS and from who logs in."""
    server_side, client_side = certificate
    office = ByTheWire(
        tls_context=server_side, require_starttls=True, auth_required=True, authenticator=_Door()
    )
    yield office, client_side
    office.close()


def test_a_password_goes_over_tls_only(secured: tuple[ByTheWire, ssl.SSLContext]) -> None:
    office, trust = secured
    account = SmtpServer(
        host="127.0.0.1", port=office.at.port, username="portal", password="s3cret"
    )
    mailer = SmtpMailer(server=account, sender=SENDER, tls=trust)
    with mailer.connect() as delivery:
        delivery.send(mail())

    assert office.server.secured == [True]
    assert "s3cret" not in repr(mailer)


def test_a_wrong_password_or_an_unknown_certificate_makes_every_mail_wait(
    secured: tuple[ByTheWire, ssl.SSLContext],
) -> None:
    office, trust = secured
    wrong = SmtpServer(host="127.0.0.1", port=office.at.port, username="portal", password="outra")
    with (
        pytest.raises(MailServerAway, match="535"),
        SmtpMailer(server=wrong, sender=SENDER, tls=trust).connect(),
    ):
        pytest.fail("the password is wrong")
    with (
        pytest.raises(MailServerAway, match="SSLCertVerificationError"),
        SmtpMailer(server=wrong, sender=SENDER).connect(),
    ):
        pytest.fail("nobody vouches for this server")
    assert office.server.messages == []


def test_a_server_elsewhere_that_has_no_tls_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    office = ByTheWire()
    monkeypatch.setattr(SmtpServer, "local", property(lambda _self: False))
    with (
        pytest.raises(MailServerAway, match="SMTPNotSupportedError"),
        office.mailer.connect(),
    ):
        pytest.fail("the mail would be read on the way")
    office.close()


def test_a_server_may_speak_tls_from_the_first_byte(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server_side, client_side = certificate
    office = ByTheWire(ssl_context=server_side)
    at = SmtpServer(host="127.0.0.1", port=office.at.port, implicit_tls=True)
    with SmtpMailer(server=at, sender=SENDER, tls=client_side).connect() as delivery:
        delivery.send(mail())
    office.close()

    assert len(office.server.messages) == 1
