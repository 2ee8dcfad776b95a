"""Staff read the report, open a number and take its list home."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from orquestra.store import tables

from .additions import enter_as_staff
from .conftest import NewPerson, Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack]

LABEL = "Com CNPJ alfanumérico"


def test_a_number_opens_its_list_and_the_file_holds_the_same_lines(
    stack: Stack, new_person: NewPerson, tmp_path: Path
) -> None:
    member = new_person()
    enter_as_staff(member)
    page = member.page
    page.get_by_role("link", name="Base antiga").first.click()
    member.sees("heading", "A base antiga como ela é")
    login = tables.login
    everyone = stack.rows(select(login.c.login, login.c.cnpj))
    companies = {row.login for row in everyone if not (row.cnpj or "0").isdigit()}
    expect(_number(page, "Logins na base", len(everyone))).to_be_visible()

    _number(page, LABEL, len(companies)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LABEL)
    rows = page.get_by_role("table", name=LABEL).get_by_role("row")
    expect(rows).to_have_count(1 + len(companies))
    with page.expect_download() as started:
        page.get_by_role("link", name="Baixar em CSV").click()
    path = tmp_path / "lista.csv"
    started.value.save_as(path)
    header, *lines = csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), delimiter=";")
    assert len(lines) == len(companies)
    assert {cell for line in lines for cell in line} >= companies
    assert page.get_by_role("columnheader").all_inner_texts() == header


def _number(page: Page, label: str, count: int) -> Locator:
    """The link of a number, by what a screen reader says of it."""
    return page.get_by_role("link", name=re.compile(rf"^{label}\s*: {count}$"))
