"""The steps between the return and the end: the jobs take what is sealed and record what they got.

Each record happens once: a repeat by the same job changes nothing, and a step that comes too early
or too late raises AttemptMoved.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, null, update

from govbr.answers import (
    Facts,
    Tokens,
    facts_from_mapping,
    facts_to_mapping,
    tokens_from_mapping,
    tokens_to_mapping,
)
from govbr.attempts import recording
from govbr.attempts.rows import row_in
from govbr.errors import AttemptMoved
from govbr.sealing import Sealer
from govbr.store.tables import attempt

_LONGEST_LEVEL: Final = 32  # characters; gov.br's words are shorter


@dataclass(frozen=True)
class OpenedCode:
    """What the exchange needs.

    Attributes:
        code: The authorization code, good once.
        verifier: The PKCE verifier.
        nonce: What the ID token must carry.
        returned_at: When the code came; it is good for minutes only.
    """

    code: str = field(repr=False)
    verifier: str = field(repr=False)
    nonce: str = field(repr=False)
    returned_at: datetime


def open_code(connection: Connection, sealer: Sealer, attempt_id: int) -> OpenedCode:
    """Open what the exchange job needs.

    Args:
        connection: The caller's transaction.
        sealer: Opens the values.
        attempt_id: The attempt.

    Returns:
        Code, verifier and nonce.

    Raises:
        AttemptNotFound: When there is none.
        AttemptMoved: When it has not returned, or is past the exchange.
        SealBroken: When a value was altered or its key is gone.
    """
    row = row_in(connection, attempt_id, ("returned",), step="opening the code", lock=False)
    code, verifier, nonce = (
        sealer.open(getattr(row, f"{name}_sealed"), purpose=name, bound_to=row.state_hash).decode()
        for name in ("code", "verifier", "nonce")
    )
    return OpenedCode(code, verifier, nonce, row.returned_at)


def record_tokens(
    connection: Connection, sealer: Sealer, attempt_id: int, *, tokens: Tokens, now: datetime
) -> bool:
    """Record a good exchange: returned → exchanged. Code, verifier and nonce are wiped.

    Args:
        connection: The caller's transaction.
        sealer: Seals the tokens.
        attempt_id: The attempt.
        tokens: What the exchange gave.
        now: The instant, aware, in UTC.

    Returns:
        False when it was recorded before.

    Raises:
        AttemptNotFound: When there is none.
        AttemptMoved: When it has not returned, or has ended.
    """
    row = row_in(
        connection,
        attempt_id,
        ("returned", "exchanged", "identified"),
        step="recording the tokens",
        lock=True,
    )
    if row.status != "returned":
        return False
    sealed = sealer.seal(tokens_to_mapping(tokens), purpose="tokens", bound_to=row.state_hash)
    connection.execute(
        update(attempt)
        .where(attempt.c.id == attempt_id)
        .values(
            status="exchanged",
            exchanged_at=now,
            tokens_sealed=sealed,
            scopes_granted=tokens.scopes_granted,
            code_sealed=null(),
            verifier_sealed=null(),
            nonce_sealed=null(),
        )
    )
    recording.note(
        connection,
        attempt_id,
        "exchanged",
        now,
        scopes_granted=tokens.scopes_granted,
        amr=" ".join(tokens.claims.amr) or None,
        level=tokens.claims.level and tokens.claims.level[:_LONGEST_LEVEL],
    )
    return True


def open_tokens(connection: Connection, sealer: Sealer, attempt_id: int) -> Tokens:
    """Open the stored tokens, for the facts.

    Args:
        connection: The caller's transaction.
        sealer: Opens the value.
        attempt_id: The attempt.

    Returns:
        The tokens.

    Raises:
        AttemptNotFound: When there is none.
        AttemptMoved: When there are none yet, or no more.
        SealBroken: When the value was altered or its key is gone.
    """
    step = "opening the tokens"
    row = row_in(connection, attempt_id, ("exchanged", "identified"), step=step, lock=False)
    if row.tokens_sealed is None:
        raise AttemptMoved(attempt_id, status=row.status, step=step)
    return tokens_from_mapping(
        sealer.open_mapping(row.tokens_sealed, purpose="tokens", bound_to=row.state_hash)
    )


def record_facts(
    connection: Connection, sealer: Sealer, attempt_id: int, *, facts: Facts, now: datetime
) -> bool:
    """Record who came: exchanged → identified. How the person came in is kept from the ID token.

    The tokens are wiped, unless the companies are still unknown: then a later job may ask again
    and record once more.

    Args:
        connection: The caller's transaction.
        sealer: Seals the facts.
        attempt_id: The attempt.
        facts: What userinfo and the companies API said.
        now: The instant, aware, in UTC.

    Returns:
        False when they were recorded before, companies and all.

    Raises:
        AttemptNotFound: When there is none.
        AttemptMoved: When there was no exchange, or it has ended.
        BadAnswer: When the facts are about another person than the ID token.
    """
    row = row_in(
        connection, attempt_id, ("exchanged", "identified"), step="recording the facts", lock=True
    )
    if row.tokens_sealed is None:
        return False
    tokens = open_tokens(connection, sealer, attempt_id)
    known = facts_to_mapping(facts.completed_by(tokens.claims))
    values = {
        "status": "identified",
        "identified_at": row.identified_at or now,
        "facts_sealed": sealer.seal(known, purpose="facts", bound_to=row.state_hash),
        "tokens_sealed": row.tokens_sealed if facts.companies_missing else None,
    }
    connection.execute(update(attempt).where(attempt.c.id == attempt_id).values(**values))
    if row.identified_at is None:
        recording.note(connection, attempt_id, "identified", now)
    return True


def open_facts(connection: Connection, sealer: Sealer, attempt_id: int) -> Facts:
    """Open who came, for the confirmation's screen and for registering the person.

    Args:
        connection: The caller's transaction.
        sealer: Opens the value.
        attempt_id: The attempt.

    Returns:
        The facts.

    Raises:
        AttemptNotFound: When there is none.
        AttemptMoved: When nobody is known yet, or it has ended.
        SealBroken: When the value was altered or its key is gone.
    """
    row = row_in(connection, attempt_id, ("identified",), step="opening the facts", lock=False)
    return facts_from_mapping(
        sealer.open_mapping(row.facts_sealed, purpose="facts", bound_to=row.state_hash)
    )


def set_person(connection: Connection, attempt_id: int, person_id: int) -> None:
    """Note which person of the portal came; the same again changes nothing.

    Args:
        connection: The caller's transaction.
        attempt_id: The attempt.
        person_id: The person's number in the portal.

    Raises:
        AttemptNotFound: When there is none.
        AttemptMoved: When nobody is known yet, it has ended, or another person is noted.
    """
    step = "noting the person"
    row = row_in(connection, attempt_id, ("identified", "closed"), step=step, lock=True)
    if row.person_id == person_id:
        return
    if row.person_id is not None or row.status != "identified":
        raise AttemptMoved(attempt_id, status=row.status, step=step)
    connection.execute(
        update(attempt).where(attempt.c.id == attempt_id).values(person_id=person_id)
    )
