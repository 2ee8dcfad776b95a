"""What every process writes, at the level that writes most, while people walk the road."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Request
from sqlalchemy import text

from govbr.store.tables import attempt
from orquestra.documents import Cpf

from .additions import add_citizen, add_login, enter_as_staff, mailbox_of
from .conftest import GOVBR_PASSWORD, PASSWORD, NewPerson, Person, Stack, eventually

pytestmark = [pytest.mark.browser, pytest.mark.stack]

LOGIN = "discreta.ensaios"
DISCREET = Cpf.parse("390.533.447-05")
COMPANY = "60701190000104"
#: Parameters of addresses that are worth something to whoever reads them.
_SECRET = ("state", "code", "nonce", "code_challenge")
_SEALED = [column for column in attempt.c if column.name.endswith("_sealed")]
#: What no line may look like, whoever it is about.
_SHAPES = (
    re.compile(r"eyJ[\w-]{20,}\.[\w-]+"),
    re.compile(r"(?:code|state|nonce|verifier|token)[\"']?\s*[=:]\s*[\"']?[\w-]{24,}"),
    re.compile(r"(?:Basic|Bearer) [\w+/=.-]{8,}"),
    re.compile(r"[?&](?:code|state|nonce|error|cpf)="),
    re.compile(r"filtrar-por-participante=\d"),
)


def _collect(person: Person) -> set[str]:
    """Note every secret that the browser carries from now on."""
    secrets: set[str] = set()

    def note(request: Request) -> None:
        query = dict(parse_qsl(urlsplit(request.url).query))
        secrets.update(query[name] for name in _SECRET if name in query)

    person.page.on("request", note)
    return secrets


def _written(stack: Stack) -> list[str]:
    """Give every line of every process; the sample logins on the first screen are no log."""
    files = sorted((stack.home / "log").iterdir())
    return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def _found(lines: list[str], secrets: set[str]) -> list[str]:
    return [
        line
        for line in lines
        if any(secret in line for secret in secrets) or any(s.search(line) for s in _SHAPES)
    ]


def _tables_that_hold(stack: Stack, secrets: set[str], *schemas: str) -> set[str]:
    """Look at every column of every row, as PostgreSQL writes it."""
    held = set()
    named = text("SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY(:schemas)")
    with stack.database.connect() as connection:
        for schema, name in connection.execute(named, {"schemas": list(schemas)}).all():
            query = text(
                f'SELECT 1 FROM "{schema}"."{name}" t '
                "WHERE EXISTS (SELECT FROM unnest(CAST(:secrets AS text[])) s "
                "WHERE strpos(CAST(t AS text), s) > 0) LIMIT 1"
            )
            if connection.execute(query, {"secrets": sorted(secrets)}).first():
                held.add(f"{schema}.{name}")
    return held


def test_no_process_writes_and_no_table_keeps_what_nobody_may_read(
    stack: Stack, new_person: NewPerson
) -> None:
    login_id = add_login(stack, LOGIN, name="Discreta Ensaios", cpf=DISCREET.digits)
    add_citizen(stack, DISCREET, "Discreta Ensaios", cnpj=COMPANY, role="SOCIO")
    person = new_person()
    secrets = _collect(person)
    person.enter(LOGIN)
    stack.order_fault(endpoint="token", kind="invalid_grant", times=1)
    person.go_to_govbr()
    person.identify(DISCREET.formatted)
    person.press("Autorizar")
    person.is_back_at_the_screen()
    person.authorize(DISCREET.formatted)
    person.confirm()
    enter_as_staff(staff := new_person())
    staff.page.goto(f"{stack.url}/equipe/logins/{login_id}?busca={DISCREET.digits}")

    assert len(secrets) >= 2 * len(_SECRET)
    cookies = {cookie["value"] for cookie in person.page.context.cookies(stack.url)}
    handed = secrets | {value for value in cookies if len(value) > 20}
    known = {DISCREET.digits, DISCREET.formatted, mailbox_of(LOGIN), PASSWORD, GOVBR_PASSWORD}
    assert eventually(lambda: any(f"/equipe/logins/{login_id}" in each for each in _written(stack)))
    lines = _written(stack)
    for process in ("web", "worker", "beat", "simulator"):
        assert any(f'"process": "{process}' in line for line in lines), process
    assert _found(lines, handed | known) == []

    everywhere = ("engine", "govbr", "orquestra", "web")
    assert _tables_that_hold(stack, handed | {PASSWORD, GOVBR_PASSWORD}, *everywhere) == set()
    assert _tables_that_hold(stack, known, "engine", "govbr") == set()
    assert _tables_that_hold(stack, {DISCREET.digits}, *everywhere) != set()
    sealed = stack.rows(attempt.select().where(attempt.c.login_id == login_id))
    assert [(row.status, row._mapping[column]) for row in sealed for column in _SEALED] == [
        (row.status, None) for row in sealed for _ in _SEALED
    ]
    assert {row.status for row in sealed} == {"failed", "closed"}


@pytest.mark.parametrize(
    "line",
    [
        '{"message": "GET /govbr/callback?code=abc&state=x"}',
        '{"message": "Authorization: Basic bm9ybWFsaXphOnNlZ3JlZG8="}',
        '{"message": "token eyJhbGciOiJSUzI1NiIsImtpZCI6InJzYTEifQ.eyJzdWIiOiIxIn0.c2ln"}',
        "{'code_verifier': 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'}",
        f"IntegrityError: DETAIL: Key (cpf)=({DISCREET.digits}) already exists.",
    ],
)
def test_what_should_not_be_written_would_be_found(line: str) -> None:
    assert _found([line, "{}"], {DISCREET.digits}) == [line]
