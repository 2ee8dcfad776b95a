"""The fields of an old login, each with its traps, one test for each row of this table.

| field | trap | test |
|---|---|---|
| username | case, blanks, accents; unique only as written; all digits | `test_username_…` |
| name | a company name marks a shared login | `test_name_…` |
| email | one mailbox for many logins; role addresses; dead domains | `test_email_…` |
| document | mask, lost zeros, wrong check digits, alphanumeric CNPJ | `test_document_…` |
| identification | foreigners | `test_identification_…` |
| authenticationType | people on AD/SSO have no local password | `test_authentication_type_…` |
| isActive, isLocked | locked is not inactive | `test_active_and_locked_…` |
| lastLoginDate, lastPasswordChange | may be empty | `test_last_login_and_password_change_…` |
| groups, teams, positions | many; staff are outside the campaign | `test_groups_…` |
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.importing.conftest import Importing

CPF = "12345678909"
ZEROS_CPF = "00123456797"
CNPJ = "12ABC34501DE35"
BOTH = "12000116"


@pytest.mark.parametrize(
    "login", ["Bass2016", "bass2016 ", " bass 2016", "josé", "123456", CPF, "bass@example.com"]
)
def test_username_is_kept_as_written_beside_one_that_looks_like_it(
    importing: "Importing", login: str
) -> None:
    importing.accounts("bass2016,Ana", header="login,nome")

    report = importing.accounts(f"{login},Bia", header="login,nome")

    assert report.accepted == 1
    assert importing.rows("SELECT login FROM orquestra.login WHERE name = 'Bia'") == [(login,)]


def test_username_that_looks_like_one_of_the_base_is_pointed_out_once(
    importing: "Importing",
) -> None:
    importing.accounts("bass2016,Ana", header="login,nome")

    report = importing.accounts("Bass2016,Bia", "BASS 2016,Bia", header="login,nome")

    assert (report.accepted, report.warnings) == (2, 2)
    assert [(line, reason) for line, _, _, reason in importing.rejects()] == [
        (2, "Aviso: difere só em maiúsculas ou espaços do login que já está na base"),
        (3, "Aviso: difere só em maiúsculas ou espaços do login da linha 2"),
    ]
    assert importing.accounts("Bass2016,Bia", header="login,nome").warnings == 0


def test_name_of_a_company_gives_the_login_a_sign_that_several_use_it(
    importing: "Importing",
) -> None:
    importing.accounts("barzi,Barzi Motors Ltda", "ana,Ana", header="login,nome")

    assert importing.rows("SELECT login, signals FROM orquestra.login ORDER BY login") == [
        ("ana", []),
        ("barzi", ["nome_de_empresa"]),
    ]


def test_email_may_be_of_many_logins_a_role_dead_or_none(importing: "Importing") -> None:
    report = importing.accounts(
        "a,Ana,compras@example.com",
        "b,Bia,compras@example.com",
        "c,Caio,caio@invalid",
        "d,Dora,",
        header="login,nome,email",
    )

    assert (report.accepted, report.warnings) == (4, 0)
    assert importing.rows("SELECT email, signals FROM orquestra.login ORDER BY login") == [
        ("compras@example.com", ["email_de_funcao"]),
        ("compras@example.com", ["email_de_funcao"]),
        ("caio@invalid", []),
        (None, []),
    ]


PADDED = "Aviso: faltavam zeros à esquerda; o número foi completado"
NEITHER = "Aviso: não é um CPF nem um CNPJ; o login entra sem documento, e o texto fica guardado"


@pytest.mark.parametrize(
    ("document", "read", "warnings"),
    [
        (CPF, (CPF, None, None), []),
        ("123.456.789-09", (CPF, None, None), []),
        (CNPJ, (None, CNPJ, None), []),
        ("12.abc.345/01de-35", (None, CNPJ, None), []),
        ("123456797", (ZEROS_CPF, None, None), [PADDED]),
        ("1.234.567-97", (ZEROS_CPF, None, None), [PADDED]),
        ("11222333000181", (None, "11222333000181", None), []),
        ("1222333000128", (None, "01222333000128", None), [PADDED]),
        ("12345678900", (None, None, "12345678900"), [NEITHER]),
        ("11111111111", (None, None, "11111111111"), [NEITHER]),
        ("1,23457E+13", (None, None, "1,23457E+13"), [NEITHER]),
        ("191", (None, None, "191"), [NEITHER]),
        ("RNE V123456-7", (None, None, "RNE V123456-7"), [NEITHER]),
        ("", (None, None, None), []),
    ],
)
def test_document_in_one_field_is_told_apart_and_never_keeps_its_login_out(
    importing: "Importing",
    document: str,
    read: tuple[str | None, str | None, str | None],
    warnings: list[str],
) -> None:
    report = importing.accounts(f'a,Ana,"{document}"', header="login,nome,documento")

    assert (report.accepted, report.rejected) == (1, 0)
    assert importing.rows("SELECT cpf, cnpj, document_text FROM orquestra.login") == [read]
    assert [reason for *_, reason in importing.rejects()] == warnings


def test_document_that_serves_as_both_without_its_zeros_is_left_to_staff(
    importing: "Importing",
) -> None:
    report = importing.accounts(f"a,Ana,{BOTH}", header="login,nome,documento")

    assert (report.accepted, report.warnings) == (1, 1)
    assert importing.rows("SELECT cpf, cnpj, document_text FROM orquestra.login") == [
        (None, None, BOTH)
    ]


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [("cpf", CPF, "52998224725"), ("cnpj", "12.ABC.345/01DE-35", "11222333000181")],
)
def test_document_columns_that_contradict_each_other_leave_the_login_to_staff(
    importing: "Importing", column: str, one: str, other: str
) -> None:
    report = importing.accounts(f"a,Ana,{one},{other}", header=f"login,nome,{column},documento")

    assert (report.accepted, report.warnings) == (1, 1)
    assert importing.rows("SELECT cpf, cnpj, document_text FROM orquestra.login") == [
        (None, None, f"{one} / {other}")
    ]
    assert importing.rejects() == [
        (
            2,
            "documento",
            other,
            (
                f"Aviso: difere da coluna {column}; o login entra sem documento, e os textos ficam "
                "guardados"
            ),
        )
    ]


def test_document_of_another_kind_does_not_decide_where_two_contradict_each_other(
    importing: "Importing",
) -> None:
    importing.accounts(
        f"a,Ana,{CPF},{CNPJ},52998224725",
        f"b,Bia,{CPF},11222333000181,{CNPJ}",
        "c,Caio,1,,52998224725",
        f"d,Dora,{CPF},{CNPJ},123.456.789-09",
        header="login,nome,cpf,cnpj,documento",
    )

    assert importing.rows(
        "SELECT cpf, cnpj, document_text FROM orquestra.login ORDER BY login"
    ) == [
        (None, None, f"{CPF} / {CNPJ} / 52998224725"),
        (None, None, f"{CPF} / 11222333000181 / {CNPJ}"),
        ("52998224725", None, "1"),
        (CPF, CNPJ, None),
    ]


@pytest.mark.parametrize(
    ("header", "cells", "kept"),
    [
        ("cpf,cnpj", ",", (None, None, "RNE V1234")),
        ("cpf", "", (None, None, "RNE V1234")),
        ("cpf,cnpj,documento", ",,", (None, None, None)),
        ("documento", "", (None, None, None)),
        ("cpf,cnpj", f"{CPF},", (CPF, None, None)),
        ("cpf,cnpj", "11111111111,", (None, None, "11111111111")),
    ],
)
def test_document_text_goes_only_where_a_line_brings_another_or_empties_its_column(
    importing: "Importing", header: str, cells: str, kept: tuple[str | None, ...]
) -> None:
    importing.accounts("a,Ana,RNE V1234", header="login,nome,documento")

    importing.accounts(f"a,Ana,{cells}", header=f"login,nome,{header}")

    assert importing.rows("SELECT cpf, cnpj, document_text FROM orquestra.login") == [kept]


@pytest.mark.parametrize(("cpf", "text"), [(CPF, "RNE V1234"), ("52998224725", None)])
def test_document_text_stays_where_a_line_says_again_what_stood_beside_it(
    importing: "Importing", cpf: str, text: str | None
) -> None:
    importing.accounts(f"a,Ana,{CPF},RNE V1234", header="login,nome,cpf,documento")

    importing.accounts(f"a,Ana Nova,{cpf},", header="login,nome,cpf,cnpj")

    assert importing.rows("SELECT cpf, document_text FROM orquestra.login") == [(cpf, text)]


def test_identification_is_kept_and_bounded(importing: "Importing") -> None:
    report = importing.accounts(
        "a,Ana,YA1234567", f"b,Bia,{'9' * 33}", "c,Caio,", header="login,nome,identificacao"
    )

    assert (report.accepted, report.rejected) == (2, 1)
    assert importing.rows("SELECT identification FROM orquestra.login ORDER BY login") == [
        ("YA1234567",),
        (None,),
    ]


def test_authentication_type_comes_without_a_password(importing: "Importing") -> None:
    importing.accounts("a,Ana,AD", "b,Bia,", header="login,nome,tipo_autenticacao")

    assert importing.rows(
        "SELECT auth_kind, password_hash FROM orquestra.login ORDER BY login"
    ) == [("ad", None), ("local", None)]


def test_active_and_locked_are_two_things(importing: "Importing") -> None:
    importing.accounts(
        "a,Ana,1,sim", "b,Bia,0,", "c,Caio,sim,não", header="login,nome,ativo,bloqueado"
    )

    assert importing.rows("SELECT active, locked FROM orquestra.login ORDER BY login") == [
        (True, True),
        (False, False),
        (True, False),
    ]


def test_last_login_and_password_change_are_read_and_never_go_back(
    importing: "Importing",
) -> None:
    header = "login,nome,ultimo_acesso_em,senha_alterada_em"
    importing.accounts("a,Ana,10/02/2026 08:30,2019-01-01", "b,Bia,,", header=header)
    importing.accounts("a,Ana,09/02/2026,02/02/2019", header=header)

    assert importing.rows(
        "SELECT (last_entry_at AT TIME ZONE 'UTC')::text, "
        "(password_changed_at AT TIME ZONE 'UTC')::date::text FROM orquestra.login ORDER BY login"
    ) == [("2026-02-10 11:30:00", "2019-02-02"), (None, None)]


def test_groups_come_as_a_list(importing: "Importing") -> None:
    importing.accounts('a,Ana," Análise |DICOR|| DICOR"', "b,Bia,", header="login,nome,grupos")

    assert importing.rows("SELECT groups FROM orquestra.login ORDER BY login") == [
        (["Análise", "DICOR"],),
        ([],),
    ]


def test_an_absent_column_leaves_what_the_base_has_and_an_empty_cell_does_not(
    importing: "Importing",
) -> None:
    importing.accounts(
        f"a,Ana,a@example.com,{CPF},0,sim,X1,DICOR",
        header="login,nome,email,cpf,ativo,bloqueado,identificacao,grupos",
    )

    importing.accounts("a,Ana Nova,", header="login,nome,email")

    assert importing.rows(
        "SELECT name, email, cpf, active, locked, identification, groups FROM orquestra.login"
    ) == [("Ana Nova", None, CPF, False, True, "X1", ["DICOR"])]


def test_an_office_file_with_semicolons_and_windows_1252_comes_in(importing: "Importing") -> None:
    content = "login;nome;criado_em\r\njo\u00e3o;João, “o Zé”;31/01/2019\r\n".encode("cp1252")

    report = importing.file("accounts", content)

    assert (report.encoding, report.delimiter, report.accepted) == ("windows-1252", ";", 1)
    assert importing.rows("SELECT login, name FROM orquestra.login") == [("joão", "João, “o Zé”")]
    assert importing.rows("SELECT encoding, delimiter FROM orquestra.import_file") == [
        ("windows-1252", ";")
    ]


@pytest.mark.parametrize(
    ("lines", "encoding", "rejected"),
    [
        (["ana,Ané", "bia,Bía", b"caio,Ca\xedo"], "utf-8", [4]),
        (["ana,Ané", b"caio,Ca\xedo"], "windows-1252", []),
        ([b"ana,\x81na", b"caio,Ca\xedo"], "windows-1252", [2]),
        (["ana,Ana"], "utf-8", []),
    ],
)
def test_the_encoding_is_decided_once_and_damaged_lines_are_rejected(
    importing: "Importing", lines: list[str | bytes], encoding: str, rejected: list[int]
) -> None:
    report = importing.accounts(*lines, header="login,nome")

    assert report.encoding == encoding
    assert [line for line, *_ in importing.rejects()] == rejected
    assert report.accepted == len(lines) - len(rejected)


def test_a_byte_order_mark_decides_and_somebody_who_knows_better_decides_over_it(
    importing: "Importing",
) -> None:
    content = b"\xef\xbb\xbflogin,nome\ncaio,Ca\xedo\n"

    assert importing.file("accounts", content).rejected == 1
    report = importing.file("accounts", content, encoding="windows-1252")

    assert (report.encoding, report.rejected) == ("windows-1252", 0)
