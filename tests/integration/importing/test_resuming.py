import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import sqlalchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from orquestra.importing import ImportReport
    from tests.integration.importing.conftest import Importing

#: The same examples each time, so that a red test is red again; the base is emptied by hand.
SEEDED = settings(
    derandomize=True,
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

HEADERS = {
    "accounts": b"login,nome,email,cpf,cnpj,senha_hash,senha_formato,idioma,ativo,criado_em\n",
    "processes": (
        b"numero,codigo,nome,versao,area,descricao,requisitante_login,situacao,aberto_em,"
        b"encerrado_em,tarefa,tarefa_responsavel_login,tarefa_expira_em\n"
    ),
}
LOGINS = b"ana,Ana,,,,,,,true,\nbia,Bia,,,,,,,true,\n"
P = b",P070,An\xc3\xa1lise,1,DCONF,"
POOL = {
    "accounts": [
        b"ana,Ana,,12345678909,,,,,true,2019-01-01",
        b"Ana,Ana,,,,,,,true,",
        b"a na,Outra,ana@example.com,,,,,,0,",
        b"ana,Contradita,,,,,,,true,",
        b"bia,Bia,sem arroba,123,456,,,,true,01/02/2019",
        b"caio,Caio,,,,,,,talvez,",
        b"",
        b'dora,"Dora\nMaria, e filhos",,,,,,,true,',
        b'eva,"Eva,,,,,,,true,',
        b"gil,Jos\xc3\xa9,,,,,,,true,",
        b"hugo,Hugo",
    ],
    "processes": [
        b"1" + P + b",ana,em_andamento,2019-01-01,,,,",
        b"1" + P + b",ana,em_andamento,2019-01-01,,T,ana,2026-05-01",
        b"1" + P + b",ana,em_andamento,2019-01-01,,T,ana,2026-06-01",
        b"1" + P + b",bia,em_andamento,2019-01-01,,,,",
        b"1" + P + b",ana,concluido,2019-01-01,2019-02-01,,,",
        b"2" + P + b",bia,em_andamento,01/01/2019 10:00,,T,bia,01/05/2026",
        b"2" + P + b",bia,em_andamento,01/01/2019 10:00,,T,,",
        b"3" + P + b",ninguem,em_andamento,2019-01-01,,,,",
        b"4" + P + b"x\xe3o,ana,em_andamento,2019-01-01,,,,",
        b"5" + P + b',ana,"em_andamento,2019-01-01,,,,',
        b"",
        b"6" + P + b',"NCM\n3209",bia,concluido,2019-01-01,2019-01-02,,,',
    ],
}
STATE = (
    """
    SELECT login, name, email, cpf, cnpj, document_text, active, created_at, state, kind
    FROM orquestra.login ORDER BY login
    """,
    """
    SELECT number, process.name, description, login, situation, opened_at, closed_at
    FROM orquestra.process_record process JOIN orquestra.login ON login.id = login_id
    ORDER BY number
    """,
    """
    SELECT number, task.name, login, expires_at, held_seconds, concluded_at, concluded_by
    FROM orquestra.open_task task JOIN orquestra.process_record process ON process.id = process_id
    LEFT JOIN orquestra.login ON login.id = task.login_id ORDER BY 1, 2, 3
    """,
    "SELECT * FROM orquestra.import_seen",
)


FINISHED = """
    SELECT kind FROM orquestra.import_file WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT 1
"""


class BrokenOffError(Exception):
    """The test's own interruption."""


def lines_of(kind: str) -> st.SearchStrategy[list[bytes]]:
    """Any lines in any order: known ones three times out of four."""
    return st.lists(
        st.one_of(*[st.sampled_from(POOL[kind])] * 3, st.binary(max_size=30)), max_size=12
    )


def begin(importing: "Importing", kind: str) -> None:
    """Empty the base; processes find two logins in it."""
    importing.empty()
    if kind == "processes":
        importing.file("accounts", HEADERS["accounts"] + LOGINS)


def outcome(importing: "Importing", report: "ImportReport") -> list[Any]:
    """What an import leaves: its report, the file of rejects, the base."""
    told = report.as_json()
    del told["seconds"], told["resumed_after"]
    recorded = importing.rows(
        "SELECT lines, accepted, unchanged, rejected, blank, warnings, summary - 'seconds' "
        f"FROM orquestra.import_file WHERE id = {report.file_id}"
    )
    rejects = (importing.folder / "rejects.csv").read_bytes()
    return [told, recorded, rejects, *map(importing.rows, STATE)]


def break_off_after(importing: "Importing", batches: int) -> None:
    """End the import once so many batches are committed."""
    done = []

    def progress(_: int) -> None:
        done.append(1)
        if len(done) > batches:
            raise BrokenOffError

    importing.progress = progress


@pytest.mark.parametrize("kind", ["accounts", "processes"])
@SEEDED
@given(data=st.data())
def test_any_file_broken_off_anywhere_ends_as_if_it_had_not_been(
    importing: "Importing", kind: str, data: st.DataObject
) -> None:
    content = HEADERS[kind] + b"\n".join(data.draw(lines_of(kind)))
    begin(importing, kind)
    unbroken = outcome(importing, importing.file(kind, content, batch_lines=3))

    begin(importing, kind)
    for _ in range(data.draw(st.integers(1, 2), label="times broken off")):
        statement = data.draw(st.integers(4, 60), label="statement that finds no connection")
        with without_connection(importing.database, at=statement):
            importing.file(kind, content, batch_lines=3)
        if importing.rows(FINISHED) == [(kind,)]:
            return  # it came to its end before the connection went
    resumed = importing.file(kind, content, batch_lines=3)

    assert outcome(importing, resumed) == unbroken


@pytest.mark.parametrize("checkpoint", [1, 2, 5])
@pytest.mark.parametrize("kind", ["accounts", "processes"])
def test_a_run_that_ends_between_its_rejects_and_its_checkpoint_tells_neither_twice(
    importing: "Importing", kind: str, checkpoint: int
) -> None:
    content = HEADERS[kind] + b"\n".join(POOL[kind])
    begin(importing, kind)
    unbroken = outcome(importing, importing.file(kind, content, batch_lines=2))

    begin(importing, kind)
    with without_connection(importing.database, at=checkpoint, like="UPDATE orquestra.import_file"):
        importing.file(kind, content, batch_lines=2)
    resumed = importing.file(kind, content, batch_lines=2)

    assert bool(resumed.resumed_after) == (checkpoint > 1)
    assert outcome(importing, resumed) == unbroken


@contextmanager
def without_connection(database: sqlalchemy.Engine, *, at: int, like: str = "") -> Iterator[None]:
    """Take the connection away before the statement of this number among those like it."""
    seen = itertools.count(1)

    def before(_: object, cursor: psycopg.Cursor[object], statement: str, *__: object) -> None:
        if statement.startswith(like) and next(seen) == at:
            cursor.connection.close()

    sqlalchemy.event.listen(database, "before_cursor_execute", before)
    with suppress(sqlalchemy.exc.DBAPIError):
        yield
    sqlalchemy.event.remove(database, "before_cursor_execute", before)


@SEEDED
@given(order=st.permutations(range(8)))
def test_sound_lines_make_one_base_in_whatever_order_they_come(
    importing: "Importing", order: list[int]
) -> None:
    importing.batch_lines = 5
    lines = [
        b"%d" % (number // 2) + P + b",ana,em_andamento,2019-01-01,,T%d,bia,2026-05-01" % number
        for number in range(2, 10)
    ]
    begin(importing, "processes")
    importing.file("processes", HEADERS["processes"] + b"\n".join(lines))
    expected = [importing.rows(statement) for statement in STATE]

    begin(importing, "processes")
    report = importing.file(
        "processes", HEADERS["processes"] + b"\n".join(lines[each] for each in order)
    )

    assert report.accepted == 8
    assert [importing.rows(statement) for statement in STATE] == expected


@SEEDED
@given(cut=st.integers(0, 600))
def test_a_file_cut_at_any_byte_and_sent_again_whole_ends_as_the_whole_one(
    importing: "Importing", cut: int
) -> None:
    sound = [POOL["processes"][each] for each in (1, 5, 6, 11)]
    body = b"\n".join([*sound, *(line.replace(b"2,", b"7,", 1) for line in sound[1:3])])
    begin(importing, "processes")
    importing.file("processes", HEADERS["processes"] + body)
    expected = [importing.rows(statement) for statement in STATE]

    begin(importing, "processes")
    importing.file("processes", HEADERS["processes"] + body[:cut])
    importing.file("processes", HEADERS["processes"] + body)

    assert [importing.rows(statement) for statement in STATE] == expected


def test_restart_begins_anew_and_the_broken_run_is_not_gone_on_with_later(
    importing: "Importing",
) -> None:
    content = HEADERS["accounts"] + b"\n".join(b"l%d,Nome,,,,,,,true," % n for n in range(9))
    break_off_after(importing, 1)
    with pytest.raises(BrokenOffError):
        importing.file("accounts", content)
    importing.progress = lambda _: None

    restarted = importing.file("accounts", content, restart=True)
    again = importing.file("accounts", content)

    assert (restarted.resumed_after, restarted.accepted, restarted.unchanged) == (0, 3, 6)
    assert (again.resumed_after, again.accepted, again.unchanged) == (0, 0, 9)
    assert importing.rows("SELECT count(*) FROM orquestra.import_seen") == [(0,)]


@pytest.mark.parametrize("what", ["another file", "another encoding", "no rejects file"])
def test_a_run_is_not_gone_on_with_by(importing: "Importing", what: str) -> None:
    content = HEADERS["accounts"] + b"\n".join(b"l%d,Nome,,,,,,,true," % n for n in range(9))
    break_off_after(importing, 1)
    with pytest.raises(BrokenOffError):
        importing.file("accounts", content)
    importing.progress = lambda _: None
    ways = {}
    if what == "another file":
        content += b"\n"
    elif what == "another encoding":
        ways["encoding"] = "windows-1252"
    else:
        (importing.folder / "rejects.csv").unlink()

    report = importing.file("accounts", content, **ways)

    assert (report.resumed_after, report.accepted, report.unchanged) == (0, 3, 6)


def test_a_dry_run_tells_all_and_keeps_nothing(importing: "Importing", tmp_path: Path) -> None:
    importing.file("accounts", HEADERS["accounts"] + LOGINS)
    content = HEADERS["processes"] + b"\n".join(POOL["processes"])
    before = [importing.rows(statement) for statement in STATE]

    dry = importing.file("processes", content, dry_run=True)
    rejects = (tmp_path / "rejects.csv").read_bytes()

    assert [importing.rows(statement) for statement in STATE] == before
    assert importing.rows("SELECT count(*) FROM orquestra.import_file") == [(1,)]
    real = importing.file("processes", content)
    assert (tmp_path / "rejects.csv").read_bytes() == rejects
    told, dry_told = real.as_json(), dry.as_json()
    for each in (told, dry_told):
        del each["seconds"], each["dry_run"]
    assert dry_told == told
    assert json.loads(json.dumps(told)) == told


def test_a_dry_run_leaves_a_broken_run_to_be_gone_on_with(importing: "Importing") -> None:
    content = HEADERS["accounts"] + b"\n".join(b"l%d,Nome,,,,,,,true," % n for n in range(9))
    break_off_after(importing, 1)
    with pytest.raises(BrokenOffError):
        importing.file("accounts", content)
    importing.progress = lambda _: None

    assert importing.file("accounts", content, dry_run=True).accepted == 3
    assert importing.file("accounts", content).resumed_after == 7
