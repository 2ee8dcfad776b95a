from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, select

from orquestra import ownership, people, staff
from orquestra.documents import Cnpj
from orquestra.errors import (
    DecisionAlreadyMade,
    DecisionNotFound,
    InvalidText,
    LoginNotFound,
    PersonNotFound,
)
from orquestra.passwords import CHEAP
from orquestra.people import Tie
from orquestra.store import tables

if TYPE_CHECKING:
    from tests.integration.orquestra.conftest import Base

COMPANY = Cnpj("12ABC34501DE35")
OTHER = Cnpj("11222333000181")
DAY = timedelta(days=1)
STEP = "falar_com_o_atendimento"


def tie(role: str, cnpj: Cnpj = COMPANY, expires_at: datetime | None = None) -> Tie:
    return Tie(cnpj=cnpj, company_name="Barzi Motors LTDA", role=role, expires_at=expires_at)


def test_a_person_who_comes_again_is_the_same_with_what_gov_br_says_now(
    connection: Connection, base: "Base", now: datetime
) -> None:
    cpf = base.cpf(1)
    first = people.register(
        connection, cpf=cpf, name="Maria", email="m@exemplo.br", phone="61", now=now
    )
    later = now + DAY
    again = people.register(
        connection, cpf=cpf, name="Maria da Silva", email=None, phone=None, now=later
    )
    assert again.id == first.id
    assert (again.name, again.email, again.phone) == ("Maria da Silva", "m@exemplo.br", "61")
    assert again.last_entry_at == later
    assert people.load(connection, first.id) == again
    for shown in (repr(again), str(again)):
        assert "Maria" not in shown
        assert cpf.digits not in shown
    with pytest.raises(PersonNotFound):
        people.load(connection, 999)


def test_ties_are_kept_as_gov_br_last_told_them(
    connection: Connection, base: "Base", now: datetime
) -> None:
    person_id = base.person()
    assert not people.load(connection, person_id).ties_known
    people.record_ties(
        connection, person_id=person_id, ties=[tie("SOCIO"), tie("CONTADOR", OTHER)], now=now
    )
    assert people.load(connection, person_id).ties_known
    roles = {found.cnpj: found.role for found in people.ties_of(connection, person_id)}
    assert roles == {COMPANY: "SOCIO", OTHER: "CONTADOR"}
    people.record_ties(connection, person_id=person_id, ties=[tie("CONTADOR", OTHER)], now=now)
    assert [found.cnpj for found in people.ties_of(connection, person_id)] == [OTHER]
    people.record_ties(connection, person_id=person_id, ties=[tie("SOCIO")], now=now)
    assert [found.cnpj for found in people.ties_of(connection, person_id)] == [COMPANY]
    people.record_ties(connection, person_id=person_id, ties=None, now=now)
    assert not people.load(connection, person_id).ties_known
    people.record_ties(connection, person_id=person_id, ties=[], now=now)
    assert people.load(connection, person_id).ties_known
    assert people.ties_of(connection, person_id) == []


def test_a_tie_that_ended_or_became_another_stays_on_record_with_its_dates(
    connection: Connection, base: "Base", now: datetime
) -> None:
    person_id = base.person()
    day = timedelta(days=1)
    for number, told in enumerate((["SOCIO"], ["SOCIO"], ["CONTADOR"], [], ["SOCIO"])):
        people.record_ties(
            connection,
            person_id=person_id,
            ties=[tie(role) for role in told],
            now=now + number * day,
        )
    rows = connection.execute(select(tables.company_tie).order_by(tables.company_tie.c.id))
    assert [(row.role, row.since, row.read_at, row.ended_at) for row in rows] == [
        ("SOCIO", now, now + day, now + 2 * day),
        ("CONTADOR", now + 2 * day, now + 2 * day, now + 3 * day),
        ("SOCIO", now + 4 * day, now + 4 * day, None),
    ]


def test_of_two_ties_to_one_company_the_one_that_acts_counts(
    connection: Connection, base: "Base", now: datetime
) -> None:
    person_id = base.person()
    for ties in (
        [tie("REPRESENTANTE_LEGAL"), tie("CONTADOR")],
        [tie("CONTADOR"), tie("REPRESENTANTE_LEGAL")],
    ):
        people.record_ties(connection, person_id=person_id, ties=ties, now=now)
        (found,) = people.ties_of(connection, person_id)
        assert found.role == "REPRESENTANTE_LEGAL"


@pytest.mark.parametrize(
    ("role", "days_left", "may"),
    [
        ("REPRESENTANTE_LEGAL", None, True),
        ("SOCIO", 1, True),
        ("SOCIO", 0, False),
        ("COLABORADOR", None, False),
        ("CONTADOR", None, False),
        ("NAO_ATUANTE", None, False),
        ("PALAVRA_NOVA", None, False),
    ],
)
def test_only_a_legal_representative_or_partner_opens_processes_and_owns_a_companys_login(
    connection: Connection,
    base: "Base",
    now: datetime,
    *,
    role: str,
    days_left: int | None,
    may: bool,
) -> None:
    person_id, login_id = base.person(), base.login(cnpj=COMPANY.digits)
    expires_at = None if days_left is None else now + days_left * DAY
    people.record_ties(
        connection, person_id=person_id, ties=[tie(role, expires_at=expires_at)], now=now
    )
    assert people.may_open_processes(people.ties_of(connection, person_id), now) is may
    found = ownership.check(connection, login_id=login_id, person_id=person_id, now=now)
    assert (found.allowed, found.rule, found.doubt) == (
        (True, "representante", None) if may else (False, "", "empresa_sem_vinculo")
    )


def test_another_cpf_decides_and_a_companys_login_takes_its_representative_besides(
    connection: Connection, base: "Base", now: datetime
) -> None:
    person_id = base.person(1)
    people.record_ties(connection, person_id=person_id, ties=[tie("SOCIO")], now=now)
    own = base.login(cpf=base.cpf(1).digits, cnpj=OTHER.digits)
    others = base.login(cpf=base.cpf(2).digits, cnpj=COMPANY.digits)
    yes = ownership.check(connection, login_id=own, person_id=person_id, now=now)
    assert (yes.allowed, yes.doubt) == (False, "empresa_sem_vinculo")
    no = ownership.check(connection, login_id=others, person_id=person_id, now=now)
    assert (no.allowed, no.rule, no.doubt) == (False, "", "cpf_divergente")


def test_unknown_ties_prove_nothing_even_where_old_ones_are_on_record(
    connection: Connection, base: "Base", now: datetime
) -> None:
    person_id, login_id = base.person(), base.login(cnpj=COMPANY.digits)
    people.record_ties(connection, person_id=person_id, ties=[tie("SOCIO")], now=now)
    people.record_ties(connection, person_id=person_id, ties=None, now=now)
    found = ownership.check(connection, login_id=login_id, person_id=person_id, now=now)
    assert (found.allowed, found.doubt) == (False, "vinculos_desconhecidos")


def test_another_companys_tie_does_not_help(
    connection: Connection, base: "Base", now: datetime
) -> None:
    person_id, login_id = base.person(), base.login(cnpj=OTHER.digits)
    people.record_ties(connection, person_id=person_id, ties=[tie("SOCIO")], now=now)
    found = ownership.check(connection, login_id=login_id, person_id=person_id, now=now)
    assert found.doubt == "empresa_sem_vinculo"


def test_a_login_without_documents_goes_to_who_knows_its_password(
    connection: Connection, base: "Base", now: datetime
) -> None:
    found = ownership.check(connection, login_id=base.login(), person_id=base.person(), now=now)
    assert (found.allowed, found.rule, found.doubt) == (True, "sem_documento", None)
    with pytest.raises(LoginNotFound):
        ownership.check(connection, login_id=999, person_id=1, now=now)


def test_a_question_is_asked_once_and_decided_once(
    connection: Connection, base: "Base", now: datetime
) -> None:
    login_id, person_id = base.login("bass2016"), base.person(123456789)
    member = staff.add(
        connection, username="ana", name="Ana", password="senha-da-ana", profile=CHEAP, now=now
    )
    asked = ownership.ask_decision(
        connection, login_id=login_id, person_id=person_id, doubt="cpf_divergente", now=now
    )
    again = ownership.ask_decision(
        connection, login_id=login_id, person_id=person_id, doubt="cpf_divergente", now=now + DAY
    )
    assert again == asked
    waiting = ownership.waiting_decision(connection, login_id)
    assert waiting is not None
    assert (waiting.id, waiting.login, waiting.masked_cpf) == (asked, "bass2016", "***.456.789-**")
    assert waiting.asked_at == now
    assert ownership.waiting_decisions(connection, now=now).rows == (waiting,)
    with pytest.raises(InvalidText):
        ownership.decide(
            connection,
            decision_id=asked,
            answer=ownership.Answer(verdict="recusar", reason=" ", next_step=STEP),
            staff_id=member.id,
            now=now,
        )
    decided = ownership.decide(
        connection,
        decision_id=asked,
        answer=ownership.Answer(verdict="recusar", reason="Não confere", next_step=STEP),
        staff_id=member.id,
        now=now,
    )
    assert (decided.verdict, decided.reason, decided.staff_id, decided.decided_at) == (
        "recusar",
        "Não confere",
        member.id,
        now,
    )
    with pytest.raises(DecisionAlreadyMade):
        ownership.decide(
            connection,
            decision_id=asked,
            answer=ownership.Answer(verdict="aprovar", reason="Confere"),
            staff_id=member.id,
            now=now,
        )
    assert ownership.load_decision(connection, asked) == decided
    assert ownership.waiting_decision(connection, login_id) is None
    assert ownership.waiting_decisions(connection, now=now).total == 0
    anew = ownership.ask_decision(
        connection, login_id=login_id, person_id=person_id, doubt="cpf_divergente", now=now
    )
    assert anew != asked


def test_a_question_that_nobody_asked_is_not_found(connection: Connection, now: datetime) -> None:
    with pytest.raises(DecisionNotFound):
        ownership.decide(
            connection,
            decision_id=999,
            answer=ownership.Answer(verdict="aprovar", reason="Confere"),
            staff_id=1,
            now=now,
        )
