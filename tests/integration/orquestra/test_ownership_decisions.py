"""Decisions: who may, how many eyes, what both sides are told, and the deadline meanwhile."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy
from sqlalchemy import Connection, select, update

from orquestra import campaign, ownership, people, staff
from orquestra.documents import Cnpj
from orquestra.errors import (
    DecisionAlreadyMade,
    DecisionNotFound,
    InvalidNextStep,
    LinkNotAllowed,
    SameStaffMember,
)
from orquestra.ownership import Answer, Filter
from orquestra.passwords import CHEAP
from orquestra.people import Tie
from orquestra.store import tables

if TYPE_CHECKING:
    from tests.integration.orquestra.conftest import Base, BaseMaker, Second

COMPANY, ELSEWHERE = Cnpj("12ABC34501DE35"), Cnpj("11222333000181")
DAY = timedelta(days=1)
YES = Answer(verdict="aprovar", reason="Conferido por ofício.")
NO = Answer(verdict="recusar", reason="Não confere {link}.", next_step="falar_com_a_empresa")


def _member(connection: Connection, username: str, now: datetime) -> int:
    return staff.add(
        connection,
        username=username,
        name=username.title(),
        password=f"senha-de-{username}",
        profile=CHEAP,
        now=now,
    ).id


def _ties(
    connection: Connection,
    person_id: int,
    now: datetime,
    *roles: str,
    **changes: Any,  # noqa: ANN401
) -> None:
    values: dict[str, Any] = {"cnpj": COMPANY, "company_name": "Barzi", "expires_at": None}
    people.record_ties(
        connection,
        person_id=person_id,
        ties=[Tie(**values | changes, role=role) for role in roles],
        now=now,
    )


def _ask(connection: Connection, base: "Base", now: datetime, **login: object) -> int:
    login_id, person_id = base.login(**{"cnpj": COMPANY.digits, **login}), base.person(1)
    _ties(connection, person_id, now)
    found = ownership.find(connection, login_id=login_id, person_id=person_id, now=now)
    assert found.ownership.doubt is not None
    return ownership.ask_decision(
        connection,
        login_id=login_id,
        person_id=person_id,
        doubt=found.ownership.doubt,
        facts=found.facts,
        now=now,
    )


def test_the_facts_of_a_question_hold_comparisons_and_never_a_value(
    connection: Connection, base: "Base", now: datetime
) -> None:
    decision_id = _ask(
        connection,
        base,
        now,
        name="Pessoa Um de Tal",
        email="segredo@barzi.com.br",
        cpf=base.cpf(1).digits,
        signals=["cnpj"],
    )
    question = ownership.load_decision(connection, decision_id)
    assert question.facts == {
        "kind": "desconhecido",
        "kind_by_staff": False,
        "signals": ["cnpj"],
        "has_cpf": True,
        "cpf_equal": True,
        "has_cnpj": True,
        "ties_known": True,
        "tie": None,
        "tie_acts": False,
        "document_unreadable": False,
        "email_equal": False,
        "name_matches": False,
        "in_progress": 0,
        "concluded": 0,
        "tasks": 0,
    }


def test_with_four_eyes_an_approval_takes_two_and_the_same_one_does_not_count_twice(
    connection: Connection, base: "Base", now: datetime
) -> None:
    decision_id = _ask(connection, base, now)
    ana, bia = _member(connection, "ana", now), _member(connection, "bia", now)

    def approve(staff_id: int) -> ownership.Decision:
        return ownership.decide(
            connection,
            decision_id=decision_id,
            answer=YES,
            staff_id=staff_id,
            four_eyes=True,
            now=now,
        )

    first = approve(ana)
    assert (first.verdict, first.first_staff_id, first.first_reason) == (None, ana, YES.reason)
    with pytest.raises(SameStaffMember):
        approve(ana)
    second = approve(bia)
    assert (second.verdict, second.staff_id, second.first_staff_id) == ("aprovar", bia, ana)
    with pytest.raises(DecisionAlreadyMade):
        approve(bia)


def test_with_four_eyes_one_is_enough_to_refuse_even_after_a_first_approval(
    connection: Connection, base: "Base", now: datetime
) -> None:
    decision_id = _ask(connection, base, now)
    ana = _member(connection, "ana", now)
    common: dict[str, Any] = {
        "decision_id": decision_id,
        "staff_id": ana,
        "four_eyes": True,
        "now": now,
    }
    ownership.decide(connection, answer=YES, **common)
    with pytest.raises(InvalidNextStep):
        ownership.decide(connection, answer=Answer(verdict="recusar", reason="Não"), **common)
    refused = ownership.decide(connection, answer=NO, **common)
    assert (refused.verdict, refused.next_step) == ("recusar", "falar_com_a_empresa")


@pytest.mark.parametrize("members", [("ana", "ana"), ("ana", "bia")])
def test_of_two_approvals_at_once_one_is_the_first_and_only_another_members_the_second(
    database: sqlalchemy.Engine,
    base_on: "BaseMaker",
    second: "Second",
    now: datetime,
    members: tuple[str, str],
) -> None:
    with database.begin() as connection:
        decision_id = _ask(connection, base_on(connection), now)
        numbers = {name: _member(connection, name, now) for name in ("ana", "bia")}

    def approve(connection: Connection, name: str) -> ownership.Decision:
        return ownership.decide(
            connection,
            decision_id=decision_id,
            answer=YES,
            staff_id=numbers[name],
            four_eyes=True,
            now=now,
        )

    with database.begin() as connection:
        assert approve(connection, members[0]).verdict is None
        other = second.start(lambda theirs: approve(theirs, members[1]))
        second.wait_until_blocked(other)
    if len(set(members)) == 1:
        with pytest.raises(SameStaffMember):
            other.result(timeout=30)
    else:
        assert other.result(timeout=30).verdict == "aprovar"


@pytest.mark.parametrize(
    ("role", "changes", "may"),
    [
        ("REPRESENTANTE_LEGAL", {}, True),
        ("SOCIO", {"expires_at": DAY}, True),
        ("SOCIO", {"expires_at": -DAY}, False),
        ("COLABORADOR", {}, False),
        ("CONTADOR", {}, False),
        ("SOCIO", {"cnpj": ELSEWHERE}, False),
        ("", {}, False),
    ],
)
def test_only_who_acts_for_the_logins_company_sees_and_answers_its_questions(
    connection: Connection,
    base: "Base",
    now: datetime,
    *,
    role: str,
    changes: dict[str, Any],
    may: bool,
) -> None:
    decision_id, other = _ask(connection, base, now), base.person(2)
    left = changes.get("expires_at")
    dated = changes if left is None else {**changes, "expires_at": now + left}
    _ties(connection, other, now, *([role] if role else []), **dated)
    assert ownership.count_waiting_for(connection, other, now=now) == int(may)
    answer: dict[str, Any] = {
        "decision_id": decision_id,
        "answer": YES,
        "representative_id": other,
        "now": now,
    }
    if may:
        decided = ownership.decide_for_company(connection, **answer)
        assert (decided.verdict, decided.representative_id) == ("aprovar", other)
        assert ownership.variables_of(decided)["regra"] == "representante_aprovou"
    else:
        with pytest.raises(DecisionNotFound):
            ownership.decide_for_company(connection, **answer)


def test_nobody_answers_for_themselves_nor_with_ties_that_govbr_did_not_tell_this_time(
    connection: Connection, base: "Base", now: datetime
) -> None:
    decision_id = _ask(connection, base, now)
    question = ownership.load_decision(connection, decision_id)
    asker, other = question.person_id, base.person(2)
    _ties(connection, asker, now, "SOCIO")
    _ties(connection, other, now, "SOCIO")
    people.record_ties(connection, person_id=other, ties=None, now=now)
    for person_id in (asker, other):
        assert ownership.waiting_for_company(connection, person_id, now=now).total == 0
        with pytest.raises(DecisionNotFound):
            ownership.decide_for_company(
                connection,
                decision_id=decision_id,
                answer=YES,
                representative_id=person_id,
                now=now,
            )


def test_ties_that_end_while_the_representative_answers_end_the_answer(
    database: sqlalchemy.Engine, base_on: "BaseMaker", second: "Second", now: datetime
) -> None:
    with database.begin() as connection:
        base = base_on(connection)
        decision_id, other = _ask(connection, base, now), base.person(2)
        _ties(connection, other, now, "SOCIO")
    with database.begin() as connection:
        _ties(connection, other, now)
        answering = second.start(
            lambda theirs: ownership.decide_for_company(
                theirs, decision_id=decision_id, answer=YES, representative_id=other, now=now
            )
        )
        second.wait_until_blocked(answering)
    with pytest.raises(DecisionNotFound):
        answering.result(timeout=30)


def test_both_sides_and_the_company_are_told_once_each(
    connection: Connection, base: "Base", now: datetime
) -> None:
    decision_id = _ask(connection, base, now, email="antigo@barzi.com.br")
    representative = base.person(2)
    _ties(connection, representative, now, "SOCIO")
    people.register(
        connection, cpf=base.cpf(2), name="Rita", email="rita@exemplo.br", phone=None, now=now
    )
    people.register(
        connection, cpf=base.cpf(1), name="Maria", email="maria@exemplo.br", phone=None, now=now
    )
    for _ in range(2):
        ownership.tell_doubt(connection, decision_id=decision_id, now=now)
    refused = ownership.decide(
        connection,
        decision_id=decision_id,
        answer=NO,
        staff_id=_member(connection, "ana", now),
        now=now,
    )
    for _ in range(2):
        ownership.tell_refusal(connection, refused, now=now)
    sent = connection.execute(select(tables.notice).order_by(tables.notice.c.id)).all()
    assert [(row.kind, row.address) for row in sent] == [
        ("decisao_pendente", "antigo@barzi.com.br"),
        ("pedido_da_empresa", "rita@exemplo.br"),
        ("vinculo_recusado", "antigo@barzi.com.br"),
        ("vinculo_recusado", "maria@exemplo.br"),
    ]
    for row in sent:
        assert "{logins}" in row.body, "each names its login"
        assert row.login_id is not None
    for row in sent[2:]:
        assert "Não confere (link)." in row.body
        assert ownership.NEXT_STEPS["falar_com_a_empresa"] in row.body


def test_who_asks_again_writes_to_mailbox_and_representatives_once_a_day(
    connection: Connection, base: "Base", now: datetime
) -> None:
    first = _ask(connection, base, now, email="antigo@barzi.com.br")
    question = ownership.load_decision(connection, first)
    _ties(connection, base.person(2), now, "SOCIO")
    ana = _member(connection, "ana", now)

    def ask_again(at: datetime, person_id: int) -> list[str]:
        before = connection.execute(select(tables.notice.c.id)).all()
        anew = ownership.ask_decision(
            connection,
            login_id=question.login_id,
            person_id=person_id,
            doubt="empresa_sem_vinculo",
            now=at,
        )
        ownership.tell_doubt(connection, decision_id=anew, now=at)
        ownership.decide(connection, decision_id=anew, answer=NO, staff_id=ana, now=at)
        told = select(tables.notice.c.kind).order_by(tables.notice.c.id).offset(len(before))
        return list(connection.scalars(told))

    both = ["decisao_pendente", "pedido_da_empresa"]
    assert ask_again(now, question.person_id) == both
    assert ask_again(now + DAY - timedelta(seconds=1), question.person_id) == []
    assert ask_again(now + DAY - timedelta(seconds=1), base.person(3)) == both
    assert ask_again(now + DAY, question.person_id) == both
    connection.execute(update(tables.login).values(email="novo@barzi.com.br"))
    _ties(connection, base.person(4), now, "SOCIO")
    assert ask_again(now + DAY, question.person_id) == both, "who was not told yet"


def test_a_question_is_found_by_doubt_login_company_cnpj_person_and_age(
    connection: Connection, base: "Base", now: datetime
) -> None:
    _ask(connection, base, now, name="Barzi Motors LTDA")

    def found(*, later: timedelta = DAY * 0, **which: Any) -> int:  # noqa: ANN401
        return ownership.waiting_decisions(connection, which=Filter(**which), now=now + later).total

    assert found() == 1
    assert found(doubt="empresa_sem_vinculo") == 1
    assert found(doubt="cpf_divergente") == 0
    for search in ("barzi", "12.ABC.345/01DE-35", "12abc345", "pessoa 1"):
        assert found(search=search) == 1, search
    for search in ("11.222.333/0001-81", "%", "outra"):
        assert found(search=search) == 0, search
    assert found(days=3) == 0
    assert found(days=3, later=3 * DAY) == 1


@pytest.fixture
def late(database: sqlalchemy.Engine, base_on: "BaseMaker", now: datetime) -> tuple[int, int, int]:
    """A login whose deadline is now, its question, and a member of staff."""
    with database.begin() as connection:
        base = base_on(connection)
        decision_id = _ask(connection, base, now - DAY, campaign_id=base.campaign(now))
        login_id = ownership.load_decision(connection, decision_id).login_id
        return login_id, decision_id, _member(connection, "ana", now)


def _blocked(database: sqlalchemy.Engine, login_id: int) -> bool:
    with database.connect() as connection:
        column = tables.login.c.blocked_at
        return connection.scalar(select(column).where(tables.login.c.id == login_id)) is not None


def test_a_deadline_that_waits_for_a_refusal_under_way_blocks_after_it(
    database: sqlalchemy.Engine, second: "Second", late: tuple[int, int, int], now: datetime
) -> None:
    login_id, decision_id, ana = late
    with database.begin() as connection:
        ownership.decide(connection, decision_id=decision_id, answer=NO, staff_id=ana, now=now)
        blocking = second.start(lambda theirs: campaign.block(theirs, login_id=login_id, now=now))
        second.wait_until_blocked(blocking)
    assert blocking.result(timeout=30)
    assert _blocked(database, login_id)


def test_a_refusal_that_waits_for_a_deadline_under_way_leaves_the_block_to_the_diagrams_next_step(
    database: sqlalchemy.Engine, second: "Second", late: tuple[int, int, int], now: datetime
) -> None:
    login_id, decision_id, ana = late
    with database.begin() as connection:
        assert not campaign.block(connection, login_id=login_id, now=now)
        refusing = second.start(
            lambda theirs: ownership.decide(
                theirs, decision_id=decision_id, answer=NO, staff_id=ana, now=now
            )
        )
        second.wait_until_blocked(refusing)
    assert refusing.result(timeout=30).verdict == "recusar"
    assert not _blocked(database, login_id)
    with database.begin() as connection:
        assert campaign.block(connection, login_id=login_id, now=now)


def test_a_question_that_is_being_asked_keeps_the_deadline_away(
    database: sqlalchemy.Engine, base_on: "BaseMaker", second: "Second", now: datetime
) -> None:
    with database.begin() as connection:
        base = base_on(connection)
        login_id = base.login(cnpj=COMPANY.digits, campaign_id=base.campaign(now))
        person_id = base.person()
    with database.begin() as connection:
        ownership.ask_decision(
            connection, login_id=login_id, person_id=person_id, doubt="empresa_sem_vinculo", now=now
        )
        blocking = second.start(lambda theirs: campaign.block(theirs, login_id=login_id, now=now))
        second.wait_until_blocked(blocking)
    assert not blocking.result(timeout=30)
    assert not _blocked(database, login_id)


def test_an_approval_keeps_the_deadline_away_until_its_link_stands(
    database: sqlalchemy.Engine, late: tuple[int, int, int], now: datetime
) -> None:
    login_id, decision_id, ana = late
    with database.begin() as connection:
        ownership.decide(connection, decision_id=decision_id, answer=YES, staff_id=ana, now=now)
        assert not campaign.block(connection, login_id=login_id, now=now)


def test_a_link_needs_a_known_rule_or_an_approval_of_this_login_for_this_person(
    connection: Connection, base: "Base", now: datetime
) -> None:
    decision_id = _ask(connection, base, now)
    question = ownership.load_decision(connection, decision_id)

    def ground(rule: str, **changes: Any) -> int | None:  # noqa: ANN401
        about = {"login_id": question.login_id, "person_id": question.person_id}
        return ownership.require_ground(
            connection, **about | {"decision_id": decision_id} | changes, rule=rule
        )

    assert ground("cpf_confere") is None
    for rule in ("decisao", "representante_aprovou", "", "inventada"):
        with pytest.raises(LinkNotAllowed):
            ground(rule)
    ana = _member(connection, "ana", now)
    ownership.decide(connection, decision_id=decision_id, answer=YES, staff_id=ana, now=now)
    assert ground("decisao") == decision_id
    for changes in ({"person_id": base.person(2)}, {"login_id": 999}, {"decision_id": None}):
        with pytest.raises(LinkNotAllowed):
            ground("decisao", **changes)
