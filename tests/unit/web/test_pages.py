"""What the templates say and how they are tied together, rendered without a database."""

import itertools
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from orquestra.documents import Cpf
from orquestra.linking import AccountLink
from orquestra.logins import LegacyLogin
from orquestra.paging import Page
from orquestra.people import Person
from orquestra.work import ProcessDetail, ProcessRow, ProcessTask, TaskRow, WorkCounts
from web.customer.list_pages import ListPage
from web.customer.standing import Standing
from web.errors import Problem
from web.visitors import Visitor

Render = Callable[..., str]

NOW = datetime(2020, 1, 20, 15, 0, tzinfo=UTC)
ANA = Person(
    id=3,
    cpf=Cpf.parse("123.456.789-09"),
    name="Ana Beatriz de Souza",
    email=None,
    phone=None,
    ties_known=True,
    ties_read_at=NOW,
    last_entry_at=NOW,
)
BASS = LegacyLogin(
    id=7,
    login="bass2016",
    name="bassdrill",
    email=None,
    cpf=None,
    cnpj=None,
    state="legacy",
    person_id=None,
    campaign_id=1,
    blocked_at=None,
    linked_at=None,
    language="pt-BR",
    active=True,
)
LEGACY = Visitor(kind="legacy", session_id=1, login=BASS)
PERSON = Visitor(kind="person", session_id=2, person=ANA)
PROCESS = ProcessRow(
    number=849702,
    code="P070",
    name="Análise de Licença de Importação para Anuência",
    version="5",
    area="DIMEL",
    description="NCM 3209.10.10",
    situation="em_andamento",
    opened_at=datetime(2019, 7, 23, 13, 0, tzinfo=UTC),
    closed_at=None,
    login_id=7,
    login="bass2016",
    requester_name="bassdrill",
)


def _page(rows: tuple[Any, ...] = ()) -> Page[Any]:
    return Page(rows=rows, total=len(rows), limit=5, offset=0)


def _tasks(rows: tuple[Any, ...] = ()) -> ListPage[Any]:
    return ListPage(rows=rows, total=len(rows), number=1, pages=1, first=1 if rows else 0)


def _workspace(render: Render, visitor: Visitor, **facts: object) -> str:
    usual: dict[str, object] = {
        "now": NOW,
        "counts": WorkCounts(in_progress=0, concluded=0, tasks=0),
        "tasks": _tasks(),
        "task_search": "",
        "tasks_address": str,
        "in_progress": _page(),
        "concluded": _page(),
    }
    return render("customer/workspace.html", visitor, **(usual | facts))


def _task(expires_at: datetime | None, held: timedelta | None = None) -> TaskRow:
    return TaskRow(
        id=1,
        name="Corrigir solicitação",
        process_number=849702,
        process_code="P070",
        process_name="Análise",
        description="",
        requester_name="bassdrill",
        login_id=7,
        expires_at=expires_at,
        held=held,
        expired=False,
    )


def test_the_login_has_the_two_panels_of_passo_1(render: Render) -> None:
    html = render("customer/login.html")
    for text in (
        "Login",
        "Português",
        "Usuário",
        "Senha",
        "Esqueci minha senha",
        "Salvar informações",
        "Não é cadastrado ainda?",
        "Quero me cadastrar",
        "Acesso",
        "Veja como entrar no Orquestra com gov.br",
    ):
        assert text in html
    assert re.search(r'class="br-sign-in[^>]*>Entrar com <span class="text-black">gov\.br', html)


def test_an_error_is_listed_above_and_tied_to_its_field(render: Render) -> None:
    html = render("customer/login.html", errors={"senha": "Informe a senha."})
    assert '<a href="#senha">Informe a senha.</a>' in html
    field = re.search(r'<input id="senha"[^>]*>', html)
    assert field is not None
    assert 'aria-describedby="senha-erro"' in field[0]
    assert 'aria-invalid="true"' in field[0]
    assert 'id="senha-erro"' in html
    assert "<title>Erro: Entrar" in html


def test_a_password_that_was_typed_never_comes_back(render: Render) -> None:
    html = render("customer/login.html", usuario="bass2016", errors={"senha": "Incorreta."})
    assert 'value="bass2016"' in html
    assert re.search(r'<input id="senha"[^>]*value=""', html)


def test_what_somebody_typed_is_escaped(render: Render) -> None:
    html = render("customer/login.html", usuario='"><script>alert(1)</script>')
    assert "<script>alert" not in html


def test_the_first_links_jump_to_content_menu_search_and_footer(render: Render) -> None:
    html = render("customer/login.html")
    links = re.findall(r'<a href="#([\w-]+)" accesskey="(\d)"', html)
    assert links == [("conteudo", "1"), ("menu", "2"), ("conteudo", "3"), ("rodape", "4")]
    for target, _ in links:
        assert f'id="{target}"' in html


def test_a_legacy_session_is_never_offered_to_start_a_process(render: Render) -> None:
    html = _workspace(
        render, LEGACY, standing=Standing(deadline_on=date(2020, 2, 16), blocked=False)
    )
    assert "Processos que posso iniciar" not in html
    assert "Vincular um login antigo" not in html
    assert "até 16/02/2020" in html
    assert 'href="/normalizacao"' in html


def test_a_blocked_login_is_told_since_when_and_how_to_go_on(render: Render) -> None:
    html = _workspace(
        render, LEGACY, standing=Standing(deadline_on=date(2020, 2, 16), blocked=True)
    )
    assert "A tramitação dos seus processos está bloqueada" in html
    assert "Sincronizar com gov.br" in html


def test_a_person_sees_the_catalogue_and_how_to_add_a_login(render: Render) -> None:
    html = _workspace(render, PERSON, catalogue=[], acting_for=[], ties_known=True, old_logins=[])
    assert "Processos que posso iniciar" in html
    assert "ainda não está aberto" in html
    assert "Vincular um login antigo" in html
    assert "Não existem tarefas pendentes para você." in html


@pytest.mark.parametrize(
    ("expires_at", "sign"),
    [
        (NOW - timedelta(seconds=1), "Atrasada"),
        (NOW + timedelta(hours=3), "Menos de um dia"),
        (NOW + timedelta(days=1, hours=1), "Falta 1 dia"),
        (NOW + timedelta(days=3, hours=1), "Faltam 3 dias"),
    ],
)
def test_a_task_says_in_words_how_late_it_is(
    render: Render, expires_at: datetime, sign: str
) -> None:
    html = _workspace(render, LEGACY, tasks=_tasks((_task(expires_at),)))
    assert f"{sign}</span>" in html


def test_a_task_whose_clock_stands_still_shows_no_date(render: Render) -> None:
    html = _workspace(render, LEGACY, tasks=_tasks((_task(None, timedelta(days=12)),)))
    assert "Prazo parado" in html
    assert "restam 12 dias" in html


def _process_page(render: Render, **facts: object) -> str:
    task = ProcessTask(
        id=11,
        name="Corrigir solicitação",
        mine=True,
        waits_on_body=False,
        expires_at=NOW + timedelta(days=20),
        held=None,
        concluded_at=None,
        concluded_by=None,
    )
    usual: dict[str, object] = {
        "detail": ProcessDetail(process=PROCESS, tasks=(task,), messages=()),
        "process": PROCESS,
        "now": NOW,
        "errors": {},
        "message_limit": 4000,
    }
    return render("customer/process.html", LEGACY, **(usual | facts))


def test_an_open_task_takes_a_message_and_is_concluded(render: Render) -> None:
    html = _process_page(render)
    form = re.search(
        r'<form action="/processos/849702/tarefas/11/concluir".*?</form>', html, re.DOTALL
    )
    assert form is not None
    assert 'name="csrf_token"' in form[0]
    assert 'name="mensagem"' in form[0]
    assert "Concluir" in form[0]


def test_a_blocked_login_finds_no_form_on_a_process(render: Render) -> None:
    html = _process_page(render, standing=Standing(deadline_on=None, blocked=True))
    assert "<textarea" not in html
    assert "Bloqueada" in html


def test_the_receipt_masks_the_cpf_and_counts_what_moved(render: Render) -> None:
    link = AccountLink(
        id=1,
        login_id=7,
        person_id=3,
        reference="7K3F-9QXB-21MN",
        state="done",
        before=WorkCounts(in_progress=3, concluded=1234, tasks=1),
        rule="cpf_confere",
        began_at=NOW,
        finished_at=NOW,
    )
    html = render("customer/receipt.html", PERSON, link=link, login=BASS, person=ANA)
    assert "***.456.789-**" in html
    assert "123.456" not in html
    assert "7K3F-9QXB-21MN" in html
    assert "<strong>1.234</strong> processos concluídos" in html
    assert "20/01/2020 às 12:00" in html


@pytest.mark.parametrize(
    "name",
    [
        "help_index",
        "help_govbr",
        "help_normalization",
        "help_forums",
        "help_accessibility",
        "forgot",
        "signup",
    ],
)
def test_headings_go_down_one_level_at_a_time(render: Render, name: str) -> None:
    html = render(
        f"customer/{name}.html", contact="ajuda@example.org", home="/", home_name="Entrar"
    )
    levels = [int(level) for level in re.findall(r"<h([1-6])", html)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_an_error_page_gives_the_code_that_finds_it_in_the_log(render: Render) -> None:
    problem = Problem(status=500, title="Falha", message="Algo falhou.", reference="9A1B2C3D")
    assert "9A1B2C3D" in render("errors/problem.html", problem=problem)
