"""The catcher as development uses it: mail in by SMTP, out by a page that no mail can change."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from normaliza.mail_catcher import CatcherConfig, RunningCatcher
from normaliza.mail_catcher.mailbox import Mailbox
from normaliza.private_servers.keepsake import free_port
from tasks.mail import Mail, SmtpMailer, SmtpServer
from tasks.mail.composing import compose

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
LINK = "http://localhost:8000/nova-senha/abc?x=1&y=2"


def mail(number: int = 1, to: str = "bass@x.example", **values: str) -> Mail:
    return Mail(
        message_id=f"aviso.{number}@localhost",
        to=to,
        subject=values.get("subject", f"Lembrete {number}"),
        text=values.get("text", "Olá!\n"),
        date=NOW,
    )


@pytest.fixture
def browser() -> Iterator[tuple[httpx.Client, SmtpMailer]]:
    """A running catcher: its page, and what sends to it."""
    port, smtp_port = free_port(), free_port()
    server = SmtpServer(host="127.0.0.1", port=smtp_port)
    config = CatcherConfig(port=port, smtp_port=smtp_port, clock=lambda: NOW)
    with RunningCatcher(config), httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client, SmtpMailer(server=server, sender="nao-responda@localhost")


def test_what_is_sent_is_listed_shown_and_given_as_json(
    browser: tuple[httpx.Client, SmtpMailer],
) -> None:
    client, mailer = browser
    assert "Nenhum e-mail ainda" in client.get("/").text
    with mailer.connect() as delivery:
        delivery.send(mail(1, text="Ação até amanhã.\n"))
        delivery.send(mail(2, to="outra@x.example"))

    newest, first = client.get("/mensagens.json").json()
    assert (newest["subject"], newest["to"]) == ("Lembrete 2", ["outra@x.example"])
    assert first == {
        "id": 1,
        "received_at": "2026-03-10T15:00:00+00:00",
        "from": "Orquestra <nao-responda@localhost>",
        "to": ["bass@x.example"],
        "subject": "Lembrete 1",
        "message_id": "aviso.1@localhost",
        "text": "Ação até amanhã.\n",
    }
    assert [m["id"] for m in client.get("/mensagens.json", params={"para": "BASS@"}).json()] == [1]
    page = client.get("/").text
    assert page.index("Lembrete 2") < page.index("Lembrete 1")
    assert "Lembrete 2" not in client.get("/", params={"para": "bass@x.example"}).text
    shown = client.get("/mensagens/1").text
    assert "Ação até amanhã." in shown
    assert "10/03/2026 12:00:00" in shown, "Brasília's time"
    assert client.get("/mensagens/3").status_code == 404


def test_a_mail_opens_its_links_and_nothing_else(
    browser: tuple[httpx.Client, SmtpMailer],
) -> None:
    client, mailer = browser
    script = "<script>alert(1)</script>"
    with mailer.connect() as delivery:
        delivery.send(mail(subject=script, text=f"{script}\n{LINK}\njavascript:alert(1)\n"))

    for path in ("/", "/mensagens/1", f"/?para={script}"):
        answer = client.get(path)
        assert "<script" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    shown = client.get("/mensagens/1").text
    assert f'href="{LINK.replace("&", "&amp;")}"' in shown
    assert 'href="javascript' not in shown


def test_a_page_elsewhere_cannot_read_mails_by_another_name_of_this_machine(
    browser: tuple[httpx.Client, SmtpMailer],
) -> None:
    client, _mailer = browser
    answer = client.get("/mensagens.json", headers={"Host": "evil.example"})

    assert answer.status_code == 400


def test_the_oldest_mail_goes_when_there_are_more_than_five_hundred() -> None:
    mailbox = Mailbox()
    for number in range(501):
        message = compose(mail(number), sender="nao-responda@localhost")
        mailbox.add(message, to=("bass@x.example",), now=NOW)

    kept = mailbox.newest()
    assert len(kept) == 500
    assert (kept[0].subject, kept[-1].subject) == ("Lembrete 500", "Lembrete 1")
    assert mailbox.find(1) is None
