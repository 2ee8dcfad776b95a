"""Nothing private stands in a log, whoever wrote the line and whatever it quotes."""

import contextlib
import json
import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from normaliza.redaction import LONGEST, MASK, redacted, redacted_text
from orquestra.documents import Cpf
from orquestra.errors import InvalidCpf

CPF, WRITTEN_CPF = "12345678909", "123.456.789-09"
CNPJ, WRITTEN_CNPJ = "12ABC34501DE35", "12.ABC.345/01DE-35"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"the person {CPF} came", f"the person {MASK} came"),
        (f"CPF {WRITTEN_CPF}.", f"CPF {MASK}."),
        (f"/empresas/{CNPJ}/participantes/{CPF}", f"/empresas/{MASK}/participantes/{MASK}"),
        (f"company {WRITTEN_CNPJ}", f"company {MASK}"),
        (
            "GET https://sso.example/authorize?state=abc&nonce=d",
            f"GET https://sso.example/authorize?{MASK}",
        ),
        ("'/govbr/callback?code=x' failed", f"'/govbr/callback?{MASK}' failed"),
        ("Authorization is Bearer abc.def-ghi", f"Authorization is Bearer {MASK}"),
        (f"token was {TOKEN}!", f"token was {MASK}!"),
        (f"{TOKEN}.a.b", MASK),
        ("mail to maria.exemplo@exemplo.org bounced", f"mail to {MASK}@{MASK} bounced"),
        ("password=segredo&x=1", f"password={MASK}&x=1"),
        ("{'senha': 'segredo'}", "{'senha': '" + MASK + "'}"),
        ('{"code": "abcdefghijklmnopqrst"}', '{"code": "' + MASK + '"}'),
        ("code_verifier=abcdefghijklmnopqrstuvwxyz", f"code_verifier={MASK}"),
    ],
)
def test_what_is_private_is_masked(text: str, shown: str) -> None:
    assert redacted_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "job 12345678901 of instance 849701",  # eleven digits, wrong check digits
        "state=running code=invalid_grant",
        "Does it work? Yes.",
        "2026-03-10T15:00:00.000+00:00",
        "7f0c9a1e-1c5d-4a4b-9d0a-0123456789ab",
        "govbr.attempts.callback raised CallbackRefused",
        "/normalizacao/andamento took 12.3 ms",
    ],
)
def test_what_helps_stays(text: str) -> None:
    assert redacted_text(text) == text


_bases = st.text("0123456789", min_size=9, max_size=9)


@given(
    base=_bases,
    before=st.sampled_from(["", " ", "(", "=", ": ", "/"]),
    after=st.sampled_from(["", " ", ",", ")", "/", "."]),
)
def test_no_cpf_survives_wherever_it_stands(base: str, before: str, after: str) -> None:
    number = next((each for check in range(100) if _is_cpf(each := f"{base}{check:02}")), "")
    assume(number)
    written = f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"
    for each in (number, written):
        assert each not in redacted_text(f"{before}{each}{after}")


def _is_cpf(text: str) -> bool:
    with contextlib.suppress(InvalidCpf):
        Cpf.parse(text)
        return True
    return False


@given(number=st.integers(0, 10**9))
def test_numbers_that_are_too_short_for_a_cpf_stay(number: int) -> None:
    assert redacted_text(f"instance {number}") == f"instance {number}"


def test_fields_are_looked_into_and_named_secrets_are_masked_whole() -> None:
    told = {
        "password": "x",
        "facts": [{"cpf": CPF}],
        "job": 7,
        "state": "running",
        "nonce": "abcdefghijklmnopqrst",
    }
    assert redacted(told) == {
        "password": MASK,
        "facts": [{"cpf": MASK}],
        "job": 7,
        "state": "running",
        "nonce": MASK,
    }


def test_a_text_that_is_too_long_is_cut() -> None:
    assert len(redacted_text("a " * LONGEST)) < LONGEST + 10


PROGRAM = f"""
import logging
from normaliza.logging_setup import log_as_json
log_as_json("worker", "INFO")
log = logging.getLogger("test")
try:
    raise ValueError("nobody has the CPF {WRITTEN_CPF}")
except ValueError:
    log.exception("An operator failed", extra={{"action": "job_failed", "job_id": 12345678901}})
log.error("GET /govbr/callback?code=abc&state=def failed")
log.warning("Task %s received args=%r", "govbr.exchange", ["{TOKEN}", "{CPF}"])
log.info("told", extra={{"address": "https://api.example/empresas/{CNPJ}?filtrar={CPF}"}})
"""


def test_a_process_writes_nothing_private_and_all_that_helps() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True, timeout=60
    )
    for private in (CPF, WRITTEN_CPF, CNPJ, TOKEN, "code=abc", "filtrar"):
        assert private not in done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert lines[0]["action"] == "job_failed"
    assert lines[0]["job_id"] == 12345678901
    assert "Traceback" in lines[0]["exc_info"]
    assert lines[1]["message"] == f"GET /govbr/callback?{MASK} failed"
