"""A base of 20,000 logins with every trap in known numbers: the report gives exactly those."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import sqlalchemy
from legacy_world import NOW, TrapBase, bring_in

from orquestra import base_report, campaign

LOGINS = 20_000


@pytest.fixture(scope="module")
def base(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TrapBase]:
    """The base, with its campaign's deadline."""
    engine = sqlalchemy.create_engine(new_database())
    brought = bring_in(engine, tmp_path_factory.mktemp("base"), accounts=LOGINS, each=2)
    with engine.begin() as connection:
        campaign.open_campaign(
            connection,
            name="Normalização",
            opens_at=NOW + timedelta(days=1),
            deadline_on=brought.summary.deadline_on,
            reminders=[],
            now=NOW,
        )
    yield brought
    engine.dispose()


def test_the_report_on_20_000_logins_gives_exactly_the_traps_that_were_put_in(
    base: TrapBase,
) -> None:
    with base.database.connect() as connection:
        connection.execute(sqlalchemy.text("ANALYZE"))
        sections = base_report.report(connection, now=NOW)
    reported = {each.code: each.count for section in sections for each in section.numbers}

    assert reported == base.summary.expected["relatorio"]


def test_every_line_of_its_files_is_accounted_for_once(base: TrapBase) -> None:
    expected = base.summary.expected
    accounts, processes = base.accounts, base.processes

    assert accounts.accepted == expected["relatorio"]["logins"]
    assert accounts.rejected == expected["relatorio"]["senhas_recusadas"]
    assert accounts.lines == accounts.accepted + accounts.rejected == LOGINS
    assert processes.accepted == expected["linhas"]["aceitas"]
    assert processes.rejected == expected["linhas"]["recusadas"]
    assert processes.lines == processes.accepted + processes.rejected


@pytest.mark.parametrize(
    "code", ["com_cnpj", "cpf_repetido", "tarefas_60_dias_antes", "senhas_recusadas"]
)
def test_a_number_opens_exactly_its_rows(base: TrapBase, code: str) -> None:
    with base.database.connect() as connection:
        page = base_report.rows(connection, code, search="", limit=1, offset=0, now=NOW)

    assert page.total == base.summary.expected["relatorio"][code]
