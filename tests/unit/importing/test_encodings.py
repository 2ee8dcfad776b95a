import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orquestra.importing.encodings import ENCODINGS, survey
from orquestra.importing.errors import UnreadableHeader
from orquestra.importing.header import Header, read_header
from orquestra.importing.physical_lines import PhysicalLine

KNOWN = ("login", "nome", "email")


def header(content: bytes, encoding: str = "utf-8") -> Header:
    line = PhysicalLine(1, content, whole=True, end=len(content))
    return read_header(line, encoding=encoding, required=KNOWN[:2], known=KNOWN)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200), encoding=st.sampled_from(ENCODINGS))
def test_any_bytes_have_an_encoding_and_a_header_or_none(
    tmp_path: Path, content: bytes, encoding: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    assert survey(path).encoding in ENCODINGS
    with contextlib.suppress(UnreadableHeader):
        assert set(header(content, encoding).columns) <= set(KNOWN)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="aéç“\n", min_size=1, max_size=40))
def test_what_an_editor_saved_is_told_apart(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(text.encode())
    assert survey(path).encoding == "utf-8"
    path.write_bytes(text.encode("utf-8-sig") + b"\xe3o\n" * 9)
    assert survey(path).encoding == "utf-8"
    path.write_bytes(text.encode("cp1252") + b"\xe3o\n")
    assert survey(path).encoding == "windows-1252"


@pytest.mark.parametrize(
    ("content", "delimiter", "columns"),
    [
        (b"login,nome", ",", ("login", "nome")),
        (b"login;nome", ";", ("login", "nome")),
        (b"\xef\xbb\xbf NOME ;Login\r\n", ";", ("nome", "login")),
        (b'"login";"nome";"email"', ";", ("login", "nome", "email")),
    ],
)
def test_the_header_tells_the_delimiter_and_the_columns(
    content: bytes, delimiter: str, columns: tuple[str, ...]
) -> None:
    assert header(content) == Header(delimiter, columns)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"login", "absent: nome"),
        (b"login,nome,saldo", "unknown or repeated: at position 3"),
        (b"login,nome,nome", "unknown or repeated: at position 3"),
        (b"ana,Ana", "absent: login, nome"),
    ],
)
def test_a_header_that_does_not_fit_is_told_without_its_words(content: bytes, words: str) -> None:
    with pytest.raises(UnreadableHeader, match=words) as caught:
        header(content)
    assert "saldo" not in str(caught.value)
    assert "Ana" not in str(caught.value)
