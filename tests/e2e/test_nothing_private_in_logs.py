"""What every process has written, at the level that writes most, when everybody has walked."""

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import select, text

from govbr.store.tables import attempt
from normaliza.settings import read_settings
from orquestra.documents import Cpf
from orquestra.errors import InvalidCpf
from orquestra.store import tables

from ..searching.everywhere import SEALED, everything, holders
from .additions import add_citizen, add_login, enter_as_staff, mailbox_of
from .conftest import GOVBR_PASSWORD, PASSWORD, NewPerson, Stack, eventually

pytestmark = [pytest.mark.browser, pytest.mark.stack]

LOGIN = "discreta.ensaios"
NAME = "Discreta Ensaios"
DISCREET = Cpf.parse("390.533.447-05")
DIRECT = Cpf.parse("529.982.247-25")
COMPANY = "60701190000104"
#: What no line may look like, whoever it is about.
_SHAPES = (
    re.compile(r"eyJ[\w-]{20,}\.[\w-]+"),
    re.compile(r"(?:code|state|nonce|verifier|token)[\"']?\s*[=:]\s*[\"']?[\w-]{24,}"),
    re.compile(r"(?:Basic|Bearer) [\w+/=.-]{8,}"),
    re.compile(r"[?&](?:code|state|nonce|error|cpf|busca)="),
    re.compile(r"filtrar-por-participante=\d"),
)
#: Tables that know nobody by number or mailbox, engine's packed states included.
_NOBODYS = ("engine.", "govbr.")
_LONG = re.compile(r"[\w.~-]{43,128}")
_NUMBER = re.compile(r"(?<!\d)\d{3}\.?\d{3}\.?\d{3}-?\d{2}(?!\d)")


def _written(stack: Stack) -> list[str]:
    """Give every line of every process, servers too; the first screen's samples are no log."""
    files = sorted(stack.home.rglob("*.log"))
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def _found(lines: list[str], secrets: set[str]) -> list[str]:
    """Give the lines that say what they may not; `secrets` may be a challenge of a verifier."""
    return [
        line
        for line in lines
        if any(secret in line for secret in secrets)
        or any(shape.search(line) for shape in _SHAPES)
        or any(_challenge_of(long) in secrets for long in _LONG.findall(line))
        or any(_is_cpf(number) for number in _NUMBER.findall(line))
    ]


def _challenge_of(verifier: str) -> str:
    """Give what goes to gov.br in place of a verifier (RFC 7636 section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _is_cpf(number: str) -> bool:
    try:
        Cpf.parse(number)
    except InvalidCpf:
        return False
    return True


def _of_people(stack: Stack) -> set[str]:
    """Give numbers and mailboxes of everybody whom the program or gov.br knows."""
    known = httpx.get(f"{stack.simulator}/simulador/people").raise_for_status().json()
    pairs = [(each["cpf"], each["email"]) for each in known]
    for table in (tables.login, tables.person):
        pairs += [(row.cpf, row.email) for row in stack.rows(select(table.c.cpf, table.c.email))]
    written = {Cpf(cpf).formatted for cpf, _ in pairs if cpf}
    return written | {each for pair in pairs for each in pair if each}


def _of_the_program(stack: Stack) -> set[str]:
    """Give its passwords."""
    told = read_settings(stack.environment)
    assert stack.database.url.password
    return {
        told.secret_key,
        told.govbr.client_secret,
        stack.database.url.password,
        (stack.home / "staff-password").read_text(encoding="ascii"),
    }


@contextmanager
def _nobody_can_be_registered(stack: Stack) -> Iterator[None]:
    """Let each new person fail at the database, which then quotes the row."""
    with stack.database.begin() as connection:
        table = "ALTER TABLE orquestra.person"
        connection.execute(text(f"{table} ADD CONSTRAINT nobody CHECK (false) NOT VALID"))
    yield
    with stack.database.begin() as connection:
        connection.execute(text(f"{table} DROP CONSTRAINT nobody"))


def _walk(stack: Stack, new_person: NewPerson) -> int:
    """Walk a road on which much goes wrong; gives the login's key."""
    login_id = add_login(stack, LOGIN, name=NAME, cpf=DISCREET.digits)
    for each in (DISCREET, DIRECT):
        add_citizen(stack, each, NAME, cnpj=COMPANY, role="SOCIO")
    person, direct, staff = new_person(), new_person(), new_person()
    person.enter(LOGIN)
    stack.order_fault(endpoint="token", kind="invalid_grant", times=1)
    person.go_to_govbr()
    person.identify(DISCREET.formatted)
    person.press("Autorizar")
    person.is_back_at_the_screen()
    person.authorize(DISCREET.formatted)
    with _nobody_can_be_registered(stack):
        person.press("Confirmar e vincular")
        person.sees("heading", "Algo deu errado")
        direct.page.goto(stack.url)
        direct.go_to_govbr()
        direct.go_through_govbr(DIRECT.formatted)
        for process in ("web", "worker"):
            assert eventually(lambda of=process: _crashed(stack, of)), process
    person.page.goto(f"{stack.url}/normalizacao/confirmar")
    person.confirm()
    enter_as_staff(staff)
    staff.page.goto(f"{stack.url}/equipe/logins/{login_id}?busca={DISCREET.digits}")
    for each in (person, direct, staff):
        stack.note_cookies(each.page.context)
    return login_id


def _crashed(stack: Stack, process: str) -> bool:
    """Tell whether a process has met the row that PostgreSQL quoted."""
    files = (stack.home / "log").glob(f"*{process}.log")
    return any("CheckViolation" in file.read_text(encoding="utf-8") for file in files)


def test_no_process_writes_and_no_table_keeps_what_nobody_may_read(
    stack: Stack, new_person: NewPerson
) -> None:
    login_id = _walk(stack, new_person)
    assert len(stack.secrets) >= 2 * len(("state", "code", "nonce", "challenge")) + 2
    passwords = {PASSWORD, GOVBR_PASSWORD} | _of_the_program(stack)
    people = _of_people(stack)
    assert {DISCREET.digits, DIRECT.formatted, mailbox_of(LOGIN)} < people
    assert eventually(lambda: any(f"/equipe/logins/{login_id}" in each for each in _written(stack)))
    lines = _written(stack)
    for process in ("web", "worker", "beat", "simulator"):
        assert any(f'"process": "{process}' in line for line in lines), process
    assert _found(lines, stack.secrets | passwords | people | {NAME}) == []

    with stack.database.connect() as connection:
        tables_now = everything(connection)
    inner = {name: rows for name, rows in tables_now.items() if name.startswith(_NOBODYS)}
    assert holders(tables_now, stack.secrets | passwords) == set()
    assert holders(inner, people) == set()
    assert holders(tables_now, {DISCREET.digits}) == {"orquestra.login", "orquestra.person"}
    ended = stack.rows(select(attempt).where(attempt.c.closed_at.is_not(None)))
    assert {row.status for row in ended if row.login_id == login_id} == {"failed", "closed"}
    assert not [row.id for row in ended if SEALED in str(row)]


@pytest.mark.parametrize(
    "line",
    [
        '{"message": "GET /govbr/callback?code=abc&state=x"}',
        '{"message": "Authorization: Basic bm9ybWFsaXphOnNlZ3JlZG8="}',
        '{"message": "token eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYTEifQ.eyJzdWIiOiIxIn0.c2ln"}',
        "{'code_verifier': 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'}",
        "sent dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk to nobody",
        f"IntegrityError: DETAIL: Key (cpf)=({DISCREET.digits}) already exists.",
        "somebody whom nobody knows: 111.444.777-35",
        "the session of a browser: 0123456789abcdefghijk",
    ],
)
def test_what_should_not_be_written_would_be_found(line: str) -> None:
    # The challenge of the verifier above, from RFC 7636 appendix B, and a session's token.
    secrets = {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "0123456789abcdefghijk"}
    assert _found([line, "{}"], secrets) == [line]
