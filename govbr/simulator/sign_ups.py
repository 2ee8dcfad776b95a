"""The making of an account in four steps, and the code that proves an address."""

import hmac
import random
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from govbr.simulator import mailbox, people, storage
from govbr.simulator.context import Simulator
from govbr.simulator.errors import PageGone
from govbr.simulator.people import Person
from govbr.simulator.registry_numbers import parse_cpf

STEPS = ("dados", "validar", "habilitar", "codigo", "senha")
_LIFETIME = 3600  # seconds
_CODE_LIFETIME = 600  # seconds
_TRIES = 5
# Neither 0 and O nor 1 and I: the code is read and typed by people.
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_DECOYS = ("Alice", "Benedito", "Conceição", "Dario", "Estela", "Fábio", "Gilda", "Heitor")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PASSWORD_RULES = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^A-Za-z0-9]")


@dataclass(frozen=True)
class SignUp:
    """A sign-up that is under way in one browser."""

    id: str
    authorization_id: str | None
    step: str
    data: dict[str, Any]


def begin(
    simulator: Simulator, *, browser: str, authorization_id: str | None, data: Mapping[str, Any]
) -> SignUp:
    """Keep the data of the first step, checked, and go on to the second."""
    begun = SignUp(secrets.token_urlsafe(24), authorization_id, "validar", dict(data))
    with simulator.store.writing() as connection:
        connection.execute(
            sa.insert(storage.sign_up).values(
                **vars(begun), browser=browser, created_at=simulator.timestamp()
            )
        )
    return begun


def find(simulator: Simulator, *, id: str | None, browser: str) -> SignUp:  # noqa: A002
    """Resume a sign-up.

    Raises:
        PageGone: It is over, unknown or another browser's.
    """
    table = storage.sign_up
    with simulator.store.reading() as connection:
        row = connection.execute(
            sa.select(table).where(table.c.id == id, table.c.browser == browser)
        ).one_or_none()
    if row is None or row.created_at < simulator.timestamp() - _LIFETIME:
        raise PageGone("This sign-up is over: begin again.")
    return SignUp(row.id, row.authorization_id, row.step, row.data)


def advance(simulator: Simulator, *, sign_up: SignUp, step: str, **data: object) -> None:
    """Go to a step, with more data."""
    table = storage.sign_up
    with simulator.store.writing() as connection:
        connection.execute(
            sa.update(table)
            .where(table.c.id == sign_up.id)
            .values(step=step, data=sign_up.data | data)
        )


def problems_of_data(form: Mapping[str, str]) -> dict[str, str]:
    """Check the first step: CPF, name, e-mail, telephone.

    Returns:
        A sentence for each field that is wrong.
    """
    problems = {}
    if parse_cpf(form.get("cpf", "")) is None:
        problems["cpf"] = "CPF inválido. Confira os 11 números."
    if len(form.get("nome", "").split()) < 2:  # noqa: PLR2004 - name and surname
        problems["nome"] = "Informe o nome completo."
    if not _EMAIL.fullmatch(form.get("email", "").strip()):
        problems["email"] = "Informe um e-mail válido."
    if not re.fullmatch(r"[0-9]{10,11}", re.sub(r"[^0-9]", "", form.get("telefone", ""))):
        problems["telefone"] = "Informe o telefone com DDD."
    return problems


def quiz(simulator: Simulator, sign_up: SignUp) -> list[str]:
    """Make the choices of the validation question; the seed makes them the same each time."""
    right = first_name(sign_up)
    chance = random.Random(f"{simulator.config.seed}:{sign_up.data['cpf']}")  # noqa: S311 - a quiz
    choices = [*chance.sample([name for name in _DECOYS if name != right], 3), right]
    chance.shuffle(choices)
    return choices


def first_name(sign_up: SignUp) -> str:
    """The right answer of the validation question."""
    return str(sign_up.data["nome"]).split()[0]


def send_code(simulator: Simulator, *, sign_up: SignUp, channel: str) -> None:
    """Send a new code to the mailbox page, which makes older ones worthless."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(6))
    address = str(sign_up.data["email" if channel == "email" else "telefone"])
    expires_at = simulator.timestamp() + _CODE_LIFETIME
    with simulator.store.writing() as connection:
        mailbox.deliver(
            connection,
            channel=channel,
            address=address,
            subject="gov.br - Código de ativação da sua conta",
            body=f"Seu código de ativação é {code}. Ele vale por 10 minutos.",
            code=code,
            now=simulator.timestamp(),
        )
    advance(
        simulator,
        sign_up=sign_up,
        step="codigo",
        canal=channel,
        codigo=code,
        tentativas=0,
        codigo_ate=expires_at,
    )


def code_is_right(simulator: Simulator, *, sign_up: SignUp, typed: str) -> bool:
    """Check a typed code; after five wrong ones, or ten minutes, only a new code helps."""
    data = sign_up.data
    given = typed.strip().upper().encode()
    in_time = simulator.timestamp() < data["codigo_ate"] and data["tentativas"] < _TRIES
    right = in_time and hmac.compare_digest(given, str(data["codigo"]).encode())
    if not right:
        advance(simulator, sign_up=sign_up, step="codigo", tentativas=data["tentativas"] + 1)
    return right


def problem_of_password(password: str, repeated: str) -> str | None:
    """Check the last step.

    Returns:
        A sentence, or None when the password will do.
    """
    if len(password) < 8 or not all(re.search(rule, password) for rule in _PASSWORD_RULES):  # noqa: PLR2004 - as the page says
        return "A senha não atende às regras acima."
    return None if password == repeated else "As senhas não são iguais."


def finish(simulator: Simulator, *, sign_up: SignUp, password: str) -> Person:
    """Create the account; both addresses count as verified, so that every scope has its data.

    Raises:
        PersonRefused: The CPF got an account meanwhile.
    """
    data = sign_up.data
    new = Person(
        cpf=data["cpf"],
        name=data["nome"],
        email=data["email"],
        phone=data["telefone"],
        level="bronze",
        source="sign_up",
        note="Conta criada no simulador",
    )
    hashed = people.hash_password(password)
    with simulator.store.writing() as connection:
        created = people.create(connection, new=new, password_hash=hashed)
        connection.execute(sa.delete(storage.sign_up).where(storage.sign_up.c.id == sign_up.id))
    return created
