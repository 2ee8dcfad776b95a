"""Access cases on a real database: what is compared, who may grant, and what is mailed to whom."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Row, select

from orquestra import access_cases, kinds, ownership, resets, staff
from orquestra.access_cases import AccessCase, Claims, Comparison
from orquestra.errors import (
    AccessCaseDecided,
    AccessCaseNotGrantable,
    InvalidText,
    ResetRefused,
    SameStaffMember,
)
from orquestra.passwords import CHEAP
from orquestra.store import tables

from .conftest import Base, BaseMaker

OLD, CONTACT = "antigo@example.org", "novo@example.org"
NEW = "chuva fina na serra"


def member(connection: Connection, username: str, now: datetime) -> int:
    return staff.add(
        connection, username=username, name=username, password="x" * 12, now=now, profile=CHEAP
    ).id


def opened(
    connection: Connection, now: datetime, login: str = "bass2016", claims: Claims | None = None
) -> int:
    return access_cases.open_case(
        connection,
        login_text=login,
        name="Ana Beatriz",
        email=CONTACT,
        phone="",
        claims=claims or Claims(),
        statement="Mudei de empresa e perdi o e-mail.",
        now=now,
    )


def compared(connection: Connection, case_id: int) -> Comparison:
    return access_cases.compare(connection, access_cases.load(connection, case_id))


def granted(
    connection: Connection,
    case_id: int,
    staff_id: int,
    now: datetime,
    *,
    four_eyes: bool = False,
    new_email: bool = False,
) -> list[str]:
    tokens: list[str] = []

    def seal(token: str, key: str) -> str:
        tokens.append(token)
        return f"sealed for {key}"

    access_cases.grant(
        connection,
        case_id=case_id,
        staff_id=staff_id,
        reason="Confere com o contrato social.",
        four_eyes=four_eyes,
        seal=seal,
        now=now,
        new_email=new_email,
    )
    return tokens


def mails(connection: Connection) -> dict[str, Row[Any]]:
    return {row.key: row for row in connection.execute(select(tables.notice))}


def state(connection: Connection, case_id: int) -> AccessCase:
    return access_cases.load(connection, case_id)


def test_claims_are_compared_with_the_base_without_its_values(
    connection: Connection, base: Base, now: datetime
) -> None:
    login_id = base.login(
        "bass2016",
        name="ANA  Beatríz",
        email=OLD,
        cpf=base.cpf(7).digits,
        created_at=datetime(2015, 1, 1, 1, tzinfo=UTC),  # still 2014 in Brasília
    )
    other = base.login("outro")
    own = [base.row(tables.process_record, base.process(login_id)).number for _ in range(2)]
    foreign = base.row(tables.process_record, base.process(other)).number
    claims = Claims(
        document=base.cpf(7).formatted,
        process_numbers=(*own, foreign, 999),
        old_email=" Antigo@Example.org",
        registered_year=2014,
    )
    found = compared(connection, opened(connection, now, claims=claims))
    assert (found.document, found.old_email, found.name, found.registered_year) == ("confere",) * 4
    assert (found.numbers_claimed, found.numbers_of_login, found.numbers_of_others) == (4, 2, 1)
    assert found.granting == "pode"
    assert OLD not in repr(found)
    assert base.cpf(7).digits not in repr(found)


def test_wrong_missing_and_unknown_claims_are_told_apart(
    connection: Connection, base: Base, now: datetime
) -> None:
    base.login("bass2016", name="Outra Pessoa", cnpj="11222333000181")
    wrong = Claims(document="123", old_email="x@example.org", registered_year=2014)
    found = compared(connection, opened(connection, now, claims=wrong))
    assert (found.document, found.name) == ("nao_confere", "nao_confere")
    assert (found.old_email, found.registered_year) == ("sem_dado", "sem_dado")
    nothing = compared(connection, opened(connection, now))
    assert (nothing.document, nothing.old_email) == ("nao_informado", "nao_informado")
    assert nothing.other_cases == 1
    assert compared(connection, opened(connection, now, "ninguem")).granting == "sem_login"


def test_opening_a_case_warns_the_old_mailbox_and_only_where_there_is_one(
    connection: Connection, base: Base, now: datetime
) -> None:
    base.login("bass2016", email=OLD)
    opened(connection, now, "ninguem")
    assert mails(connection) == {}
    case_id = opened(connection, now)
    assert [row.address for row in mails(connection).values()] == [OLD]
    assert access_cases.count_open(connection) == 2
    page = access_cases.page_of(connection, state="aberto", limit=5, offset=0)
    assert [row.login_known for row in page.rows] == [False, True]
    assert page.rows[1].id == case_id


def test_a_grant_mails_one_link_good_for_a_day_and_tells_the_old_mailbox(
    connection: Connection, base: Base, now: datetime
) -> None:
    base.login("bass2016", email=OLD)
    case_id = opened(connection, now)
    (token,) = granted(connection, case_id, member(connection, "ana", now), now)

    posted = mails(connection)
    assert posted[f"acesso_atendido:{case_id}"].address == CONTACT
    assert posted[f"acesso_atendido:{case_id}"].sealed_link is not None
    assert posted[f"acesso_atendido:{case_id}:antigo"].address == OLD
    assert posted[f"acesso_atendido:{case_id}:antigo"].sealed_link is None
    assert state(connection, case_id).state == "atendido"
    with pytest.raises(ResetRefused):
        resets.standing(connection, token=token, now=now + timedelta(hours=24))
    almost = now + timedelta(hours=23, minutes=59)
    resets.use(connection, token=token, new_password=NEW, profile=CHEAP, now=almost)


def test_a_grant_may_make_the_contact_address_the_logins_own(
    connection: Connection, base: Base, now: datetime
) -> None:
    login_id = base.login("bass2016", email="compras@example.org", signals=["email_de_funcao"])
    ana = member(connection, "ana", now)
    first = opened(connection, now)
    granted(connection, first, ana, now)
    assert base.row(tables.login, login_id).email == "compras@example.org"
    assert not state(connection, first).new_email

    second = opened(connection, now)
    granted(connection, second, ana, now, new_email=True)

    row = base.row(tables.login, login_id)
    assert (row.email, row.signals) == (CONTACT, ["email_de_funcao"])
    assert state(connection, second).new_email
    old = mails(connection)[f"acesso_atendido:{second}:antigo"]
    assert old.address == "compras@example.org"
    assert "é o último que chega aqui" in old.body
    assert (
        "é o último que chega aqui" not in mails(connection)[f"acesso_atendido:{first}:antigo"].body
    )
    resets.ask(connection, login_text="bass2016", seal=lambda _token, _key: "sealed", now=now)
    asked = [row for row in mails(connection).values() if row.kind == "senha_redefinir"]
    assert [row.address for row in asked] == [CONTACT]


@pytest.mark.parametrize(
    ("old", "doubt"),
    [
        ("compras@example.org", "login_compartilhado"),
        ("ana@inmetro.gov.br", "fora_da_campanha"),
        ("maria@example.org", None),
    ],
)
def test_a_new_address_takes_away_no_doubt_that_the_old_one_gave(
    connection: Connection, base: Base, now: datetime, old: str, doubt: str | None
) -> None:
    login_id, person_id = base.login("bass2016", email=old), base.person(1)
    kinds.classify(connection, login_ids=None, now=now)
    granted(
        connection, opened(connection, now), member(connection, "ana", now), now, new_email=True
    )
    for used in ("a", "b", "c"):
        kinds.record_network(connection, login_id=login_id, network_digest=used, now=now)
    kinds.classify(connection, login_ids=None, now=now + timedelta(days=91))
    found = ownership.check(connection, login_id=login_id, person_id=person_id, now=now)
    assert base.row(tables.login, login_id).email == CONTACT
    assert found.doubt == doubt


@pytest.mark.parametrize("wishes", [(True, False), (False, True), (True, True)])
def test_with_four_eyes_the_address_changes_only_where_both_want_it(
    connection: Connection, base: Base, now: datetime, wishes: tuple[bool, bool]
) -> None:
    login_id = base.login("bass2016", email=OLD)
    case_id = opened(connection, now)
    for name, wish in zip(("ana", "rui"), wishes, strict=True):
        assert base.row(tables.login, login_id).email == OLD
        staff_id = member(connection, name, now)
        granted(connection, case_id, staff_id, now, four_eyes=True, new_email=wish)
    assert base.row(tables.login, login_id).email == (CONTACT if all(wishes) else OLD)
    assert state(connection, case_id).new_email == all(wishes)


def test_half_a_year_after_its_answer_a_case_tells_of_nobody_and_keeps_the_answer(
    connection: Connection, base: Base, now: datetime
) -> None:
    base.login("bass2016", email=OLD)
    claims = Claims(document="12345678909", process_numbers=(7,), old_email=OLD)
    cases = [opened(connection, now, claims=claims) for _ in range(3)]
    ana = member(connection, "ana", now)
    granted(connection, cases[0], ana, now)
    access_cases.refuse(
        connection,
        case_id=cases[1],
        staff_id=ana,
        reason="Faltam provas.",
        now=now + timedelta(seconds=1),
    )
    before = [state(connection, each) for each in cases]
    later = now + access_cases.PERSONAL_DATA_KEPT

    assert access_cases.forget(connection, now=later) == 1
    assert access_cases.forget(connection, now=later) == 0

    after = [state(connection, each) for each in cases]
    assert after[1:] == before[1:]
    assert connection.execute(
        select(
            tables.access_case.c.login_text,
            tables.access_case.c.name,
            tables.access_case.c.email,
            tables.access_case.c.phone,
            tables.access_case.c.statement,
        ).where(tables.access_case.c.id == cases[0])
    ).one() == ("", "", "", None, "")
    assert after[0].claims == Claims()
    kept = ("state", "reason", "staff_id", "decided_at", "asked_at", "login_id")
    assert [getattr(after[0], name) for name in kept] == [getattr(before[0], name) for name in kept]
    assert after[0].forgotten
    assert not after[1].forgotten


def test_a_refusal_mails_the_reason_and_gives_nothing(
    connection: Connection, base: Base, now: datetime
) -> None:
    base.login("bass2016", email=OLD)
    case_id, ana = opened(connection, now), member(connection, "ana", now)
    with pytest.raises(InvalidText):
        access_cases.refuse(connection, case_id=case_id, staff_id=ana, reason=" ", now=now)
    access_cases.refuse(
        connection, case_id=case_id, staff_id=ana, reason="Faltam {link} provas.", now=now
    )
    answer = mails(connection)[f"acesso_recusado:{case_id}"]
    assert (answer.address, answer.sealed_link) == (CONTACT, None)
    assert "Faltam (link) provas." in answer.body
    assert connection.execute(select(tables.password_reset)).all() == []
    with pytest.raises(AccessCaseDecided):
        granted(connection, case_id, ana, now)


def test_with_four_eyes_the_second_grant_is_another_members(
    connection: Connection, base: Base, now: datetime
) -> None:
    base.login("bass2016", email=OLD)
    case_id = opened(connection, now)
    ana, rui = (member(connection, name, now) for name in ("ana", "rui"))
    assert granted(connection, case_id, ana, now, four_eyes=True) == []
    assert state(connection, case_id).first_granted
    with pytest.raises(SameStaffMember):
        granted(connection, case_id, ana, now, four_eyes=True)
    assert connection.execute(select(tables.password_reset)).all() == []
    assert len(granted(connection, case_id, rui, now, four_eyes=True)) == 1
    done = state(connection, case_id)
    assert (done.first_staff_id, done.staff_id, done.state) == (ana, rui, "atendido")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"state": "linked", "linked_at": datetime(2026, 1, 1, tzinfo=UTC)}, "vinculado"),
        ({"active": False}, "desativado"),
        ({"auth_kind": "AD"}, "outro_lugar"),
    ],
)
def test_a_login_that_takes_no_password_cannot_be_granted(
    base: Base, now: datetime, values: dict[str, object], reason: str
) -> None:
    connection = base.connection
    if reason == "vinculado":
        values = values | {"person_id": base.person(), "password_hash": None}
    base.login("bass2016", **values)
    case_id = opened(connection, now)
    with pytest.raises(AccessCaseNotGrantable) as refused:
        granted(connection, case_id, member(connection, "ana", now), now)
    assert refused.value.reason == reason
    assert compared(connection, case_id).granting == reason


def test_of_two_members_at_once_one_answers(
    database: Engine, base_on: BaseMaker, now: datetime
) -> None:
    with database.begin() as connection:
        base_on(connection).login("bass2016", email=OLD)
        case_id = opened(connection, now)
        both = [member(connection, name, now) for name in ("ana", "rui")]
    start, late = threading.Barrier(2), []

    def run(staff_id: int) -> None:
        start.wait()
        try:
            with database.begin() as connection:
                granted(connection, case_id, staff_id, now)
        except AccessCaseDecided:
            late.append(staff_id)

    threads = [threading.Thread(target=run, args=(staff_id,)) for staff_id in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(late) == 1
    with database.connect() as connection:
        assert len(connection.execute(select(tables.password_reset)).all()) == 1
