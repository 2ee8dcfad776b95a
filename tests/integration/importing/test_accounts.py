from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from orquestra.importing import import_accounts
from orquestra.importing.errors import UnreadableHeader

if TYPE_CHECKING:
    from tests.integration.importing.conftest import Importing

V3 = "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg8fNQmvqpvyTD4ongMNPTLUpE6Scdx66f1OsMERdxlLpA=="
BASS = f"bass2016,bassdrill,bass@example.com,12345678909,,{V3},aspnet_identity_v3,pt-BR,true,"
GOOD = f"barzi,Barzi Motors,,,12ABC34501DE35,{V3},aspnet_identity_v3,,1,2014-11-25"

# The line, the column at fault, the value shown, a word of the reason.
BAD = [
    ("a,Ana,,,,,,,true", "", "9", "número de colunas"),
    (" ,Ana,,,,,,,true,", "login", " ", "vazio"),
    (f"{'x' * 51},Ana,,,,,,,true,", "login", "x" * 51, "mais de 50"),
    ("a,,,,,,,,true,", "nome", "", "vazio"),
    (f"a,{'n' * 201},,,,,,,true,", "nome", f"{'n' * 200}…", "mais de 200"),
    (f"a,Ana,,,,{V3},md5,,true,", "senha_formato", "md5", "desconhecido"),
    ("a,Ana,,,,c2VuaGE=,aspnet_identity_v3,,true,", "senha_hash", "", "hash"),
    ("a,Ana,,,,$argon2id$v=19$m=999999999,t=1,p=1$YQ$YQ,argon2id,,true,", "", "12", "colunas"),
    (
        'a,Ana,,,,"$argon2id$v=19$m=99999999,t=1,p=1$YWFhYWFhYWE$YWFhYWFhYWE",argon2id,,true,',
        "senha_hash",
        "",
        "limites",
    ),
    (f"a,Ana,,,,{'0' * 40},,,true,", "senha_formato", "", "informe-o"),
    ("a,Ana,,,,,argon2id,,true,", "senha_hash", "", "hash"),
    ("a,Ana,,,,,,,true,31/02/2019", "criado_em", "31/02/2019", "data inválida"),
    ("a,Ana,,,,,,,true,2019-02-30", "criado_em", "2019-02-30", "não existe"),
    ("a,Ana,,,,,,,talvez,", "ativo", "talvez", "true ou false"),
    ("a,Ana,,,,,,klingon,true,", "idioma", "klingon", "idioma"),
    ("a,An\0a,,,,,,,true,", "nome", "An\\x00a", "nulo"),
    ("a,Ana,,,,,,,true," + "9" * 70_000, "", "", "65536 bytes"),
    ('a,"Ana,,,,,,,true,', "", "", "aspas"),
]


@pytest.mark.parametrize(("line", "column", "value", "reason"), BAD)
def test_a_bad_line_is_rejected_with_its_reason_and_its_neighbours_come_in(
    importing: "Importing", line: str | bytes, column: str, value: str, reason: str
) -> None:
    report = importing.accounts(BASS, line, GOOD)

    assert (report.accepted, report.unchanged, report.rejected) == (2, 0, 1)
    [(number, found_column, found_value, found_reason)] = importing.rejects()
    assert (number, found_column, found_value) == (3, column, value)
    assert reason in found_reason
    assert importing.rows("SELECT login FROM orquestra.login ORDER BY 1") == [
        ("barzi",),
        ("bass2016",),
    ]


def test_all_the_bad_lines_in_one_file_hinder_no_good_one(importing: "Importing") -> None:
    lines = [line for line, *_ in BAD]

    report = importing.accounts(BASS, *lines, GOOD)

    assert (report.accepted, report.rejected) == (2, len(BAD))
    assert [line for line, *_ in importing.rejects()] == list(range(3, 3 + len(BAD)))


def test_every_fault_of_a_line_is_a_row_and_the_line_counts_once(importing: "Importing") -> None:
    report = importing.accounts("a,,,1,2,,,,x,y")

    assert report.rejected == 1
    assert [column for _, column, *_ in importing.rejects()] == [
        "nome",
        "cpf",
        "cnpj",
        "ativo",
        "criado_em",
    ]


def test_a_login_keeps_what_the_file_says(importing: "Importing") -> None:
    importing.accounts(GOOD)

    [row] = importing.rows(
        "SELECT name, email, cpf, cnpj, left(password_hash, 10), password_format, "
        "language, active, created_at AT TIME ZONE 'UTC', state FROM orquestra.login"
    )
    assert row[:8] == (
        "Barzi Motors",
        None,
        None,
        "12ABC34501DE35",
        "$argon2id$",
        "aspnet_identity_v3",
        "pt-BR",
        True,
    )
    # Midnight in São Paulo, then in summer time.
    assert row[8].isoformat() == "2014-11-25T02:00:00"
    assert row[9] == "legacy"


def test_the_same_file_again_changes_nothing(importing: "Importing") -> None:
    importing.accounts(BASS, "a,,,,,,,,true,", GOOD)

    report = importing.accounts(BASS, "a,,,,,,,,true,", GOOD)

    assert (report.accepted, report.unchanged, report.rejected) == (0, 2, 1)
    assert len(importing.rejects()) == 1
    assert importing.rows("SELECT count(*) FROM orquestra.login") == [(2,)]


def test_a_repeated_login_is_taken_once_and_rejected_where_it_says_otherwise(
    importing: "Importing",
) -> None:
    other = BASS.replace("bassdrill", "outro")

    report = importing.accounts(BASS, BASS, other, GOOD, GOOD, other)

    assert (report.accepted, report.unchanged, report.rejected) == (2, 2, 2)
    assert [(line, column, value) for line, column, value, _ in importing.rejects()] == [
        (4, "login", "bass2016"),
        (7, "login", "bass2016"),
    ]
    assert "linha 2" in importing.rejects()[0][3]
    assert importing.rows("SELECT name FROM orquestra.login WHERE login = 'bass2016'") == [
        ("bassdrill",)
    ]


def test_look_alike_logins_come_in_with_a_warning(importing: "Importing") -> None:
    report = importing.accounts(
        BASS,
        GOOD,
        BASS.replace("bass2016", "Bass2016"),
        BASS.replace("bass2016", "bass 2016 "),
        BASS,
    )

    assert (report.accepted, report.unchanged, report.rejected, report.warnings) == (4, 1, 0, 2)
    assert [line for line, *_ in importing.rejects()] == [4, 5]
    assert all(reason.startswith("Aviso: ") for *_, reason in importing.rejects())


def test_an_odd_address_comes_in_with_a_warning(importing: "Importing") -> None:
    report = importing.accounts("a,Ana,sem arroba,,,,,,true,")

    assert (report.accepted, report.rejected, report.warnings) == (1, 0, 1)


def test_a_legacy_login_follows_the_file_and_keeps_a_password_the_file_lacks(
    importing: "Importing",
) -> None:
    importing.accounts(BASS)

    report = importing.accounts("bass2016,Novo Nome,novo@example.com,,,,,,false,")

    assert report.accepted == 1
    assert importing.rows(
        "SELECT name, email, cpf, active, left(password_hash, 10) FROM orquestra.login"
    ) == [("Novo Nome", "novo@example.com", None, False, "$argon2id$")]


@pytest.mark.parametrize("state", ["linking", "linked"])
def test_a_login_on_its_way_or_linked_is_never_touched(importing: "Importing", state: str) -> None:
    importing.accounts(BASS)
    importing.run(
        "INSERT INTO orquestra.person (cpf, name, created_at) VALUES ('12345678909', 'B', now())"
    )
    importing.run(
        f"UPDATE orquestra.login SET state = '{state}', linked_at = now(), password_hash = NULL, "
        "password_format = NULL, person_id = (SELECT id FROM orquestra.person)"
    )
    before = importing.rows("SELECT * FROM orquestra.login")

    report = importing.accounts(BASS.replace("bassdrill", "outro"))

    assert (report.accepted, report.unchanged) == (0, 1)
    assert importing.rows("SELECT * FROM orquestra.login") == before


def test_quoted_cells_may_hold_commas_quotes_and_line_ends(importing: "Importing") -> None:
    importing.accounts('a,"Silva, ""Zé""\r\ne Filhos",,,,,,,true,', GOOD)

    assert importing.rows("SELECT name FROM orquestra.login WHERE login = 'a'") == [
        ('Silva, "Zé"\r\ne Filhos',)
    ]


def test_a_quote_never_closed_costs_its_own_line_only(importing: "Importing") -> None:
    report = importing.accounts('a,"Ana,,,,,,,true,', BASS, 'b,"Bia",,,,,,,true,', GOOD)

    assert (report.accepted, report.rejected) == (3, 1)
    assert [line for line, *_ in importing.rejects()] == [2]


def test_blank_lines_are_passed_over(importing: "Importing") -> None:
    report = importing.accounts("", BASS, "", "")

    assert (report.lines, report.accepted, report.blank) == (1, 1, 3)


def test_the_run_is_on_record_with_its_digest_and_counts(importing: "Importing") -> None:
    report = importing.accounts(BASS, GOOD, BASS, "x")

    assert importing.rows(
        "SELECT kind, name, sha256, lines, accepted, unchanged, rejected, "
        "finished_at IS NOT NULL FROM orquestra.import_file"
    ) == [("accounts", "file.csv", report.sha256, 4, 2, 1, 1, True)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"login\n",
        b"nome;email\n",
        b"login,nome,nome\n",
        b"login,nome,saldo\n",
        "login,nome".encode("utf-16"),
        b"\xff\xfe" * 10,
        b"numero,codigo,nome,versao,area,descricao,requisitante_login,situacao\n",
        b"x" * 100_000,
    ],
)
def test_an_unreadable_header_is_one_clear_error_and_touches_nothing(
    importing: "Importing", tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)

    with pytest.raises(UnreadableHeader, match="login,nome,email"):
        import_accounts(
            importing.database,
            path,
            rejects_path=tmp_path / "rejects.csv",
            now=importing.now,
            progress=lambda _: None,
            options=importing.options,
        )

    assert importing.rows("SELECT count(*) FROM orquestra.import_file") == [(0,)]


def test_a_byte_order_mark_and_another_order_of_columns_are_read(
    importing: "Importing", tmp_path: Path
) -> None:
    path = tmp_path / "bom.csv"
    path.write_text(
        "nome,login,ativo,email,cpf,cnpj,senha_hash,senha_formato,idioma,criado_em\r\n"
        "Ana,ana,true,,,,,,,\r\n",
        encoding="utf-8-sig",
        newline="",
    )

    report = import_accounts(
        importing.database,
        path,
        rejects_path=tmp_path / "rejects.csv",
        now=importing.now,
        progress=lambda _: None,
        options=importing.options,
    )

    assert report.accepted == 1
    assert importing.rows("SELECT login, name FROM orquestra.login") == [("ana", "Ana")]


def test_only_the_owner_may_read_the_rejects(importing: "Importing") -> None:
    report = importing.accounts("a,,,,,,,,true,")

    assert report.rejects_path.stat().st_mode & 0o077 == 0
