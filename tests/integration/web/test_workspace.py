"""The workspace's pages on a real database: who sees what, what is written, what is refused."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, func, insert, select, update

import web
from engine.clock import ManualClock
from orquestra import campaign, linking, people
from orquestra.documents import Cpf
from orquestra.store import tables
from web import display, errors, formatting, session_ends, session_pages, sessions
from web.customer import help_pages, workspace
from web.services import EXTENSION, WebServices, WebSettings

Enter = Callable[..., FlaskClient]

DEADLINE = date(2026, 4, 1)


@pytest.fixture
def app(database: Engine, clock: ManualClock) -> Flask:
    """The customers' pages alone, so that this test needs no road to gov.br."""
    app = Flask("web", root_path=str(Path(web.__file__).parent))
    app.extensions[EXTENSION] = WebServices(
        database=database,
        clock=clock,
        settings=WebSettings(public_url="http://localhost", secret_key="x" * 32),
        runtime=cast("Any", None),
        relying_party=cast("Any", SimpleNamespace()),
        sealer=cast("Any", None),
    )
    app.session_interface = sessions.PortalSessionInterface()
    app.jinja_env.globals["asset"] = lambda name: f"/static/{name}"
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    app.context_processor(lambda: {"help_contact": "ajuda@example.org"})
    formatting.register(app)
    errors.register(app)
    session_ends.register(app)
    for module in (display, help_pages, session_pages, workspace):
        app.register_blueprint(module.blueprint)
    app.register_blueprint(_entrance(database, clock))
    return app


def _entrance(database: Engine, clock: ManualClock) -> Blueprint:
    """Stand in for the entrance: `/_in/legacy/7` signs a login in, `/_in/person/3` a person."""
    entrance = Blueprint("entrance", __name__)
    entrance.add_url_rule("/", "show", lambda: "entrance")

    @entrance.get("/_in/<kind>/<int:number>")
    def enter(kind: str, number: int) -> str:
        whom = {"login_id": number} if kind == "legacy" else {"person_id": number}
        with database.begin() as connection:
            rotation = sessions.promote(connection, kind=kind, now=clock.now(), **whom)
        sessions.current_session().adopt(rotation)
        return "in"

    return entrance


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Open a browser that is signed in: `enter("legacy", login_id)`."""

    def entered(kind: str, number: int) -> FlaskClient:
        client = app.test_client()
        client.get(f"/_in/{kind}/{number}")
        return client

    return entered


@pytest.fixture
def bass(database: Engine, now: datetime) -> int:
    """The login bass2016 of an open campaign, with process 849702 and one open task."""
    with database.begin() as connection:
        opened = campaign.open_campaign(
            connection,
            name="Normalização",
            opens_at=now - timedelta(days=1),
            deadline_on=DEADLINE,
            reminders=[],
            now=now - timedelta(days=2),
        )
        return _login(connection, "bass2016", 849702, now, campaign_id=opened.id)


def _login(
    connection: Connection, name: str, number: int, now: datetime, campaign_id: int | None = None
) -> int:
    login_id: int = connection.execute(
        insert(tables.login)
        .values(login=name, name=f"Nome {name}", imported_at=now, campaign_id=campaign_id)
        .returning(tables.login.c.id)
    ).scalar_one()
    process_id = _process(connection, login_id, number, now)
    connection.execute(
        insert(tables.open_task).values(
            process_id=process_id,
            name="Corrigir solicitação",
            login_id=login_id,
            expires_at=now + timedelta(days=60),
        )
    )
    return login_id


def _process(connection: Connection, login_id: int, number: int, now: datetime) -> int:
    process_id: int = connection.execute(
        insert(tables.process_record)
        .values(
            number=number,
            code="P070",
            name="Análise de Licença de Importação para Anuência",
            version="5",
            area="DIMEL",
            description="NCM 3209.10.10",
            login_id=login_id,
            situation="em_andamento",
            opened_at=now - timedelta(days=30),
        )
        .returning(tables.process_record.c.id)
    ).scalar_one()
    return process_id


def _link(connection: Connection, login_id: int, now: datetime) -> linking.AccountLink:
    person = people.register(
        connection, cpf=Cpf.parse("123.456.789-09"), name="Ana", email=None, phone=None, now=now
    )
    link = linking.begin(
        connection, login_id=login_id, person_id=person.id, rule="sem_documento", now=now
    )
    while linking.migrate_batch(connection, link_id=link.id, size=100):
        pass
    return linking.finish(connection, link_id=link.id, now=now)


def _task_id(database: Engine, login_id: int) -> int:
    with database.connect() as connection:
        task_id: int = connection.execute(
            select(tables.open_task.c.id).where(tables.open_task.c.login_id == login_id)
        ).scalar_one()
    return task_id


def _messages(database: Engine) -> list[str]:
    with database.connect() as connection:
        return list(connection.execute(select(tables.process_message.c.body)).scalars())


def test_nobody_signed_in_is_led_to_the_entrance(app: Flask) -> None:
    answer = app.test_client().get("/area")
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_legacy_login_sees_its_own_work_and_its_deadline(enter: Enter, bass: int) -> None:
    html = enter("legacy", bass).get("/area").text
    assert "849702" in html
    assert "Corrigir solicitação" in html
    assert "01/04/2026" in html
    assert "Processos que posso iniciar" not in html


def test_a_task_is_concluded_with_its_message(enter: Enter, bass: int, database: Engine) -> None:
    browser = enter("legacy", bass)
    address = f"/processos/849702/tarefas/{_task_id(database, bass)}/concluir"
    answer = browser.post(address, data={"mensagem": "Segue.\r\nObrigado."})
    assert (answer.status_code, answer.location) == (303, "/processos/849702")
    html = browser.get("/processos/849702").text
    assert "concluída. O processo voltou" in html
    assert "<textarea" in html
    assert _messages(database) == ["Segue.\nObrigado."]
    assert "Não existem tarefas pendentes para você." in browser.get("/area").text


def test_the_same_task_sent_twice_is_written_once_and_the_text_is_kept(
    enter: Enter, bass: int, database: Engine
) -> None:
    browser = enter("legacy", bass)
    address = f"/processos/849702/tarefas/{_task_id(database, bass)}/concluir"
    browser.post(address, data={"mensagem": "Primeira"})
    answer = browser.post(address, data={"mensagem": "Segunda"})
    assert answer.status_code == 409
    assert "já estava concluída" in answer.text
    assert ">Segunda</textarea>" in answer.text
    assert _messages(database) == ["Primeira"]


def test_a_message_that_is_too_long_comes_back_with_its_task_still_open(
    enter: Enter, bass: int, database: Engine
) -> None:
    task_id = _task_id(database, bass)
    answer = enter("legacy", bass).post(
        f"/processos/849702/tarefas/{task_id}/concluir", data={"mensagem": "x" * 4001}
    )
    assert answer.status_code == 422
    assert f'<a href="#mensagem-{task_id}">' in answer.text
    assert "x" * 4001 in answer.text
    assert _messages(database) == []


def test_a_task_is_not_concluded_through_another_process(
    enter: Enter, bass: int, database: Engine, now: datetime
) -> None:
    with database.begin() as connection:
        _process(connection, bass, 849703, now)
    answer = enter("legacy", bass).post(
        f"/processos/849703/tarefas/{_task_id(database, bass)}/concluir"
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("number", ["900001", "1", "99999999999999999999999999"])
def test_somebody_elses_process_is_as_if_it_did_not_exist(
    enter: Enter, bass: int, database: Engine, now: datetime, number: str
) -> None:
    with database.begin() as connection:
        _login(connection, "outro", 900001, now)
    answer = enter("legacy", bass).get(f"/processos/{number}")
    assert answer.status_code == 404
    assert "NCM" not in answer.text


def test_the_deadline_closes_work_and_leaves_the_look(
    enter: Enter, bass: int, database: Engine, clock: ManualClock
) -> None:
    clock.advance(campaign.end_of_day(DEADLINE) - clock.now())
    browser = enter("legacy", bass)
    assert "A tramitação dos seus processos está bloqueada" in browser.get("/area").text
    assert "<textarea" not in browser.get("/processos/849702").text
    answer = browser.post(f"/processos/849702/tarefas/{_task_id(database, bass)}/concluir")
    assert answer.status_code == 403
    assert 'href="/normalizacao"' in answer.text
    answer = browser.post("/processos/849702/mensagens", data={"mensagem": "Olá"})
    assert answer.status_code == 403
    assert _messages(database) == []


def test_one_second_before_the_deadline_work_goes_on(
    enter: Enter, bass: int, database: Engine, clock: ManualClock
) -> None:
    clock.advance(campaign.end_of_day(DEADLINE) - timedelta(seconds=1) - clock.now())
    answer = enter("legacy", bass).post(
        f"/processos/849702/tarefas/{_task_id(database, bass)}/concluir"
    )
    assert answer.status_code == 303


def test_a_session_that_lives_while_its_login_is_linked_is_refused_at_once(
    enter: Enter, bass: int, database: Engine, now: datetime
) -> None:
    browser = enter("legacy", bass)
    with database.begin() as connection:
        _link(connection, bass, now)
    for address in ("/area", "/area/processos", "/processos/849702"):
        answer = browser.get(address)
        assert answer.status_code == 403
        assert "gov.br" in answer.text


def test_a_person_finds_the_processes_the_login_and_the_receipt(
    enter: Enter, bass: int, database: Engine, now: datetime
) -> None:
    with database.begin() as connection:
        link = _link(connection, bass, now)
    browser = enter("person", link.person_id)
    html = browser.get("/area").text
    assert "849702" in html
    assert "bass2016" in html
    assert f"/recibo/{link.reference}" in html
    assert "P070 - Análise de Licença" in html
    assert "***.456.789-**" in browser.get(f"/recibo/{link.reference}").text
    address = f"/processos/849702/tarefas/{_task_id(database, bass)}/concluir"
    assert browser.post(address).status_code == 303


def test_a_receipt_is_shown_to_its_own_person_only(
    enter: Enter, bass: int, database: Engine, now: datetime
) -> None:
    with database.begin() as connection:
        link = _link(connection, bass, now)
        other = people.register(
            connection,
            cpf=Cpf.parse("529.982.247-25"),
            name="Outro",
            email=None,
            phone=None,
            now=now,
        )
    assert enter("person", other.id).get(f"/recibo/{link.reference}").status_code == 404
    assert enter("person", link.person_id).get("/recibo/AAAA-BBBB-CCCC").status_code == 404


def test_work_on_a_login_that_is_still_moving_waits(
    enter: Enter, bass: int, database: Engine, now: datetime
) -> None:
    with database.begin() as connection:
        link = _link(connection, bass, now)
        connection.execute(
            update(tables.login).where(tables.login.c.id == bass).values(state="linking")
        )
    answer = enter("person", link.person_id).post(
        f"/processos/849702/tarefas/{_task_id(database, bass)}/concluir",
        data={"mensagem": "Olá"},
    )
    assert answer.status_code == 409
    assert "ainda estão sendo transferidos" in answer.text
    assert _messages(database) == []


def test_the_history_is_paged_searched_and_filtered_by_login(
    enter: Enter, bass: int, database: Engine, now: datetime
) -> None:
    with database.begin() as connection:
        for number in range(100, 145):
            _process(connection, bass, number, now)
        other = _login(connection, "outro", 900001, now)
        person_id = _link(connection, bass, now).person_id
        _link(connection, other, now)
        assert connection.execute(select(func.count(tables.account_link.c.id))).scalar_one() == 2
    browser = enter("person", person_id)
    html = browser.get("/area/processos?pagina=99").text
    assert "41 a 47 de 47" in html
    html = browser.get(f"/area/processos?login={other}").text
    assert "1 processo encontrado" in html
    assert "900001" in html
    html = browser.get("/area/processos?busca=900001").text
    assert "1 processo encontrado" in html
    assert "0 processos encontrados" in browser.get("/area/processos?situacao=concluido").text
    assert browser.get("/area/processos?login=abc&pagina=x&situacao=y").status_code == 200


def test_the_help_names_the_campaigns_last_day(app: Flask, bass: int) -> None:
    html = app.test_client().get("/ajuda/normalizacao").text
    assert bass
    assert "Prazo: até 01/04/2026" in html
