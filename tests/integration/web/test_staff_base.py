"""The staff's report on the old base: its pages, its files, the page of a login."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import insert

from orquestra import base_report
from orquestra.store import tables
from web.staff.csv_answers import cell

from .conftest import CPF, Browser, Portal


@pytest.fixture
def ana(portal: Portal) -> Browser:
    """A browser of the staff's, on a base of five logins."""
    portal.set_login("bass2016", kind="pessoa", cpf=CPF, email="compras@exemplo.com")
    portal.login("=cmd|' /C calc'!A0", name="@soma", kind="desconhecido", cpf=CPF)
    portal.login("john", kind="estrangeiro", kind_rule="idioma", language="en")
    portal.login("teste", kind="servico", kind_rule="palavra_de_teste")
    portal.login("barzi", kind="empresa", cnpj="11222333000181", signals=["cnpj"])
    return portal.staff()


def read_csv(browser: Browser, address: str) -> list[list[str]]:
    """Read a file as a Brazilian spreadsheet does."""
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="base-antiga-')
    assert answer.data.startswith(b"\xef\xbb\xbf")
    text = answer.data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def headings(page: str) -> list[int]:
    """Give the levels of a page's headings."""
    return [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]


def test_only_staff_see_the_old_base(portal: Portal) -> None:
    pages = ("", "/base", "/base.csv", "/base/logins", "/base/logins.csv", "/logins/1")
    for browser, form in ((portal.browser(), "/"), (portal.enter(), "/area")):
        for page in pages:
            answer = browser.get(f"/equipe{page}")
            back = f"?voltar=/equipe{page}" if page else ""
            assert (answer.status_code, answer.location) == (303, f"/equipe/entrar{back}"), page
        posted = browser.post("/equipe/logins/1/tipo", page=form, tipo="equipe", motivo="x")
        assert posted.location == "/equipe/entrar"
    assert portal.row("bass2016").kind == "desconhecido"


def test_every_number_of_the_report_opens_its_list(portal: Portal, ana: Browser) -> None:
    page = ana.get("/equipe/base").text
    found = dict(
        re.findall(r'href="/equipe/base/(\w+)">.*?<strong>([\d.]+)</strong>', page, re.DOTALL)
    )
    with portal.database.connect() as connection:
        sections = base_report.report(connection, now=portal.clock.now())
    numbers = {each.code: str(each.count) for section in sections for each in section.numbers}
    assert found == numbers
    assert numbers["logins"] == "5"
    for code, number in numbers.items():
        listed = ana.get(f"/equipe/base/{code}")
        assert listed.status_code == 200
        assert len(re.findall(r"<tr>", listed.text)) == int(number) + (int(number) > 0), code


def test_headings_step_down_one_by_one_and_tables_have_captions(ana: Browser) -> None:
    for address in ("/equipe", "/equipe/base", "/equipe/base/logins", "/equipe/logins/1"):
        page = ana.get(address).text
        levels = headings(page)
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert page.count("<table") == page.count("<caption")
        assert page.count('<th scope="col"') == len(re.findall(r"<th[ >]", page))
        assert 'aria-label="Páginas da equipe"' in page


def test_a_long_list_is_read_page_by_page_and_searched(portal: Portal, ana: Browser) -> None:
    now = portal.clock.now()
    with portal.database.begin() as connection:
        connection.execute(
            insert(tables.login),
            [
                {"login": f"muitos{number:03}", "name": "Muitos", "imported_at": now}
                for number in range(120)
            ],
        )
    first = ana.get("/equipe/base/tipo_desconhecido").text
    assert "1 a 50 de 121" in first
    last = ana.get("/equipe/base/tipo_desconhecido?pagina=3&busca=muitos").text
    assert "101 a 120 de 120" in last
    assert "muitos119" in last
    empty = ana.get("/equipe/base/tipo_desconhecido?busca=nenhum<b>").text
    assert "nenhum&lt;b&gt;" in empty
    assert "Ver a lista inteira" in empty
    assert ana.get("/equipe/base/nada").status_code == 404
    assert ana.get("/equipe/base/nada.csv").status_code == 404


def test_the_files_hold_the_same_lines_run_nothing_in_a_spreadsheet_and_name_no_cpf(
    ana: Browser,
) -> None:
    report = read_csv(ana, "/equipe/base.csv")
    assert report[0] == ["Seção", "O que conta", "Quantidade", "Observação"]
    assert ["Quem são os logins", "Logins na base", "5", ""] in report
    lines = read_csv(ana, "/equipe/base/logins.csv")
    assert lines[0][:4] == ["Login", "Nome", "Tipo", "Documento"]
    assert len(lines) == 6
    searched = read_csv(ana, "/equipe/base/logins.csv?busca=barzi")
    assert [line[0] for line in searched[1:]] == ["barzi"]
    assert searched[1][3] == "CNPJ 11.222.333/0001-81"
    risky = next(line for line in lines if "cmd" in line[0])
    assert risky[:2] == ["'=cmd|' /C calc'!A0", "'@soma"]
    text = str(lines) + ana.get("/equipe/base/logins").text + ana.get("/equipe/logins/1").text
    assert CPF not in text
    assert "***.456.789-**" in text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "  =1"])
def test_a_cell_that_a_spreadsheet_would_run_is_a_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["00123", "86537678000123", "60921903898", "1e5", "12E-3", "10-12", "1/2", "1.234,5"]
)
def test_a_login_that_a_spreadsheet_would_take_for_a_number_or_a_day_stays_as_it_is(
    text: str,
) -> None:
    assert cell(text) == f"'{text}"


def test_a_login_of_digits_keeps_its_zeros_in_the_file(portal: Portal, ana: Browser) -> None:
    portal.login("0012345")
    lines = read_csv(ana, "/equipe/base/logins.csv?busca=0012345")
    assert [line[0] for line in lines[1:]] == ["'0012345"]


def test_numbers_and_dates_are_written_as_brazilians_read_them() -> None:
    noon = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
    assert [cell(value) for value in (-3, 7, None, "a;b", "p1")] == ["-3", "7", "", "a;b", "p1"]
    assert cell(noon) == "10/03/2026 às 12:00"
    assert cell(noon.date()) == "10/03/2026"


def test_the_page_of_a_login_tells_what_is_known_and_who_shares_it(
    portal: Portal, ana: Browser
) -> None:
    page = ana.get("/equipe/logins/1").text
    for text in ("compras@exemplo.com", "Normalização, prazo 01/04/2026", "mesmo CPF", "argon2id"):
        assert text in page
    assert "parece ser usado por várias pessoas" not in page
    firm = portal.row("barzi").id
    assert "parece ser usado por várias pessoas" in ana.get(f"/equipe/logins/{firm}").text
    assert ana.get("/equipe/logins/99999").status_code == 404


def choose(browser: Browser, login_id: int, **form: str) -> tuple[int, str]:
    """Send the form of a login's kind."""
    page = f"/equipe/logins/{login_id}"
    answer = browser.post(f"{page}/tipo", page=page, **form)
    return answer.status_code, answer.text


def test_staff_choose_a_kind_with_a_reason_and_a_day(portal: Portal, ana: Browser) -> None:
    john = portal.row("john").id
    until = (portal.clock.now() + timedelta(days=30)).date()
    form = {"tipo": "estrangeiro", "motivo": "Passaporte conferido", "ate": until.isoformat()}
    assert choose(ana, john, **form)[0] == 303
    row = portal.row("john")
    assert (row.kind, row.kind_rule, row.legacy_until) == ("estrangeiro", "equipe", until)
    page = ana.get(f"/equipe/logins/{john}").text
    assert "Tipo registrado" in page
    assert "Passaporte conferido" in page
    assert "09/04/2026" in page
    assert "(Ana da Equipe)" in page
    portal.clock.advance(timedelta(days=31))
    kept = ana if ana.get("/equipe").status_code == 200 else portal.browser()
    if kept is not ana:
        kept.post("/equipe/entrar", page="/equipe/entrar", usuario="ana", senha="senha-da-equipe")
    assert choose(kept, john, **(form | {"motivo": "O dia que já passou fica"}))[0] == 303


def test_an_incomplete_choice_is_told_and_changes_nothing(portal: Portal, ana: Browser) -> None:
    john = portal.row("john")
    foreign = {"tipo": "estrangeiro", "motivo": "x"}
    cases: tuple[tuple[dict[str, str], str], ...] = (
        ({"tipo": "pessoa", "motivo": " "}, "Escreva o motivo"),
        ({"tipo": "pessoa", "motivo": "x" * 2001}, "no máximo 2000"),
        ({"tipo": "rei", "motivo": "x"}, "Escolha o tipo"),
        ({"motivo": "x"}, "Escolha o tipo"),
        (foreign | {"ate": "amanhã"}, "Escreva a data completa"),
        (foreign | {"ate": "2026-03-09"}, "Esta data já passou"),
    )
    for form, sentence in cases:
        status, page = choose(ana, john.id, **form)
        assert status == 422
        assert sentence in page
        assert "<title>Erro: " in page
    assert portal.row("john") == john


def test_a_day_is_dropped_with_a_kind_that_has_none(portal: Portal, ana: Browser) -> None:
    john = portal.row("john").id
    assert choose(ana, john, tipo="pessoa", motivo="Tem CPF", ate="2026-12-31")[0] == 303
    assert portal.row("john").legacy_until is None
    assert choose(ana, 99_999, tipo="pessoa", motivo="x")[0] == 404


def test_the_overview_counts_what_waits_and_leads_there(portal: Portal, ana: Browser) -> None:
    page = ana.get("/equipe").text
    shown = r'href="([^"]+)">\s*<span class="waiting-head">.*?<strong>(\d+)</strong>'
    found = dict(re.findall(shown, page, re.DOTALL))
    assert found == {
        "/equipe/decisoes": "0",
        "/equipe/acessos": "0",
        "/equipe/vinculos?estado=desfazer_pedido": "0",
        "/equipe/vinculos?estado=contagem_divergente": "0",
        "/equipe/base/tipo_desconhecido": "1",
        "/equipe/base/estrangeiro_sem_data": "1",
        "/equipe/incidentes": "0",
    }
    portal.set_login("=cmd|' /C calc'!A0", kind="pessoa")
    portal.set_login("john", kind="pessoa")
    assert "Não há nada esperando por você" in ana.get("/equipe").text


def test_a_kind_that_one_member_chose_links_nothing_without_a_decision(
    portal: Portal,
) -> None:
    portal.set_login("bass2016", kind="estrangeiro", kind_rule="idioma", language="en")
    staff = portal.staff()
    assert choose(staff, portal.row("bass2016").id, tipo="pessoa", motivo="É brasileiro")[0] == 303
    browser = portal.enter()
    portal.until_confirmation(browser)
    portal.answer(browser, "confirmar")
    portal.work()
    assert portal.row("bass2016").state == "legacy"
    filtered = staff.get("/equipe/decisoes?duvida=tipo_alterado").text
    assert "Tipo escolhido pela equipe" in filtered
    assert "bass2016" in filtered
    page = staff.get("/equipe/decisoes/1").text
    assert "o seu tipo foi escolhido pela equipe" in page
