"""Brings in the people that others made up: the personas, a JSON file, the control API."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from govbr.simulator import people
from govbr.simulator.errors import PeopleFileRefused, PersonRefused
from govbr.simulator.people import CompanyTie, Person
from govbr.simulator.personas import PASSWORD, PERSONAS, Persona
from govbr.simulator.storage import Storage, recall, remember

_FILE_STAMP = "people_file_stamp"
_TEXTS = ("cpf", "name", "social_name", "email", "phone", "level", "note")
_SWITCHES = ("email_verified", "phone_verified", "has_picture", "second_factor")


def load_personas(store: Storage) -> None:
    """Write the personas over what is stored of them, so that a new release brings its own."""
    load(store, [_persona(each) for each in PERSONAS])


def load_file(store: Storage, path: Path) -> bool:
    """Read the file of extra people if it is there and has changed since the last time.

    Args:
        store: The simulator's database.
        path: A JSON list; see `person_from`.

    Returns:
        Whether the file was read.

    Raises:
        PeopleFileRefused: The file is not what it should be.
    """
    if not path.exists():
        return False
    status = path.stat()
    stamp = f"{path}:{status.st_mtime_ns}:{status.st_size}"
    with store.reading() as connection:
        if recall(connection, name=_FILE_STAMP) == stamp:
            return False
    load(store, _people_in(path))
    with store.writing() as connection:
        remember(connection, name=_FILE_STAMP, value=stamp)
    return True


def load(store: Storage, known: Sequence[Person]) -> None:
    """Write people with known passwords; each different password is hashed once."""
    hashes = _hashes(each.known_password or "" for each in known)
    with store.writing() as connection:
        people.replace_all(connection, people=known, hashes=hashes)


def person_from(entry: Mapping[str, Any], *, source: str) -> Person:
    """Read a person from JSON.

    Args:
        entry: `cpf` and `name`; the rest may be absent: `email`, `phone`, `password`,
            `social_name`, `level`, `email_verified`, `phone_verified`, `has_picture`,
            `second_factor`, `note`, `companies` (list of `cnpj`, `name`, `role`, `registrar_cpf`,
            `expires_at`).
        source: Where the person comes from.

    Returns:
        The person, not yet checked.

    Raises:
        PersonRefused: A field is missing, unknown or of the wrong type.
    """
    unknown = set(entry) - {*_TEXTS, *_SWITCHES, "password", "companies"}
    if unknown:
        raise PersonRefused(f"Unknown field: {', '.join(sorted(unknown))}.")
    values: dict[str, Any] = {name: entry[name] for name in _TEXTS if entry.get(name)}
    values |= {name: entry[name] for name in _SWITCHES if name in entry}
    _check_types(values)
    companies = tuple(_tie_from(each) for each in entry.get("companies") or ())
    password = str(entry.get("password") or PASSWORD)
    return Person(**values, ties=companies, source=source, known_password=password)


def _check_types(values: Mapping[str, Any]) -> None:
    for name in ("cpf", "name"):
        if name not in values:
            raise PersonRefused(f"The field {name} is missing.")
    for name, value in values.items():
        if not isinstance(value, bool if name in _SWITCHES else str):
            raise PersonRefused(f"The field {name} has the wrong type.")


def _tie_from(entry: Mapping[str, Any]) -> CompanyTie:
    try:
        tie = CompanyTie(
            cnpj=str(entry["cnpj"]),
            company_name=str(entry["name"]),
            role=str(entry["role"]),
            registrar_cpf=entry.get("registrar_cpf"),
        )
    except KeyError as missing:
        raise PersonRefused(f"A company lacks the field {missing}.") from missing
    return replace(tie, expires_at=entry["expires_at"]) if "expires_at" in entry else tie


def _people_in(path: Path) -> list[Person]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as cause:
        raise PeopleFileRefused(f"{path} is not JSON: write a list of people.") from cause
    if not isinstance(entries, list):
        raise PeopleFileRefused(f"{path} is not a list of people.")
    found = []
    for number, entry in enumerate(entries, start=1):
        try:
            found.append(person_from(entry, source="file"))
        except PersonRefused as cause:
            raise PeopleFileRefused(f"{path}, entry {number}: {cause}") from cause
    return found


def _hashes(passwords: Iterable[str]) -> dict[str, str]:
    return {password: people.hash_password(password) for password in set(passwords)}


def _persona(persona: Persona) -> Person:
    values = {name: getattr(persona, name) for name in Persona.__dataclass_fields__}
    ties = tuple(
        CompanyTie(
            cnpj=tie.cnpj,
            company_name=tie.name,
            role=tie.role,
            registrar_cpf=tie.registrar_cpf,
            expires_at=f"{tie.expires_on}T00:00:00.000-0300",
        )
        for tie in persona.ties
    )
    return Person(**values | {"ties": ties}, source="persona", known_password=PASSWORD)
