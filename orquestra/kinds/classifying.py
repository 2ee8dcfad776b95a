"""The rules applied to the base: read in pages, judged in memory, written where changed."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger, Date

from orquestra.campaign.deadline import ZONE_NAME
from orquestra.campaign.settling import settle
from orquestra.kinds.rules import Facts, kind_of, signals_of

#: How long the networks of a sign-in are kept and count.
NETWORKS_KEPT: Final = timedelta(days=90)

_PAGE = 5_000
_ZONE = ZoneInfo(ZONE_NAME)

_READ = text("""
    SELECT login.id, login.login, login.name, login.email, login.cpf IS NOT NULL AS has_cpf,
           login.cnpj IS NOT NULL AS has_cnpj, login.identification IS NOT NULL AS identified,
           login.language, login.auth_kind, login.groups, login.kind, login.kind_rule,
           login.signals, login.campaign_id, login.blocked_at,
           coalesce(busiest.networks, 0) AS networks, changed.login_id IS NOT NULL AS email_by_staff
    FROM orquestra.login
    LEFT JOIN (
        SELECT login_id, max(networks) AS networks
        FROM (
            SELECT login_id, count(*) AS networks FROM orquestra.login_network
            WHERE day > :since GROUP BY login_id, day
        ) daily
        GROUP BY login_id
    ) busiest ON busiest.login_id = login.id
    LEFT JOIN (
        SELECT DISTINCT login_id FROM orquestra.access_case
        WHERE new_email AND state = 'atendido'
    ) changed ON changed.login_id = login.id
    WHERE login.id > :after AND (CAST(:ids AS bigint[]) IS NULL OR login.id = ANY (:ids))
    ORDER BY login.id
    LIMIT :page
""").bindparams(bindparam("since", type_=Date), bindparam("ids", type_=ARRAY(BigInteger)))

# What staff chose stands; also where they chose it while this was being judged.
_WRITE = text("""
    UPDATE orquestra.login AS old
    SET kind = CASE WHEN old.kind_rule = 'equipe' THEN old.kind ELSE judged.kind END,
        kind_rule = CASE WHEN old.kind_rule = 'equipe' THEN old.kind_rule ELSE judged.rule END,
        signals = CASE WHEN judged.signals = '' THEN '[]'::jsonb
                       ELSE to_jsonb(string_to_array(judged.signals, ',')) END
    FROM unnest(CAST(:ids AS bigint[]), CAST(:kinds AS text[]), CAST(:rules AS text[]),
                CAST(:signals AS text[])) AS judged (id, kind, rule, signals)
    WHERE old.id = judged.id
""")

# As every change of what decides a deadline: the campaigns first, then the logins.
_HOLD = text("SELECT FROM orquestra.campaign ORDER BY id FOR SHARE")

_FORGET = text("DELETE FROM orquestra.login_network WHERE day <= :since")


def classify(connection: Connection, *, login_ids: Sequence[int] | None, now: datetime) -> None:
    """Give logins their kind and signals by the rules; doing it again changes nothing.

    A kind that staff chose stays; its signals are kept up to date all the same. Once staff have
    changed a login's address, what its old one said stays: else who grants an access case would
    take away a doubt that others have to decide. A login that a
    campaign has taken in is judged like the others, and what the deadline has done to it is
    brought in line.

    Args:
        connection: The caller's transaction.
        login_ids: Which; None: all, and networks too old to count are forgotten.
        now: The instant.
    """
    since = _last_day_forgotten(now)
    hold_campaigns(connection)
    if login_ids is None:
        forget_networks(connection, now=now)
    ids = list(login_ids) if login_ids is not None else None
    for page in _pages(connection, since=since, ids=ids):
        changed = [judged for row in page if (judged := _judge(row)) is not None]
        _write(connection, changed)
        for login_id in (each["id"] for each in changed if each["settle"]):
            settle(connection, login_id=login_id, now=now)


def hold_campaigns(connection: Connection) -> None:
    """Let no deadline change until the commit; for whoever locks logins and has them judged then.

    Args:
        connection: The caller's transaction, which holds no login yet.
    """
    connection.execute(_HOLD)


def forget_networks(connection: Connection, *, now: datetime) -> int:
    """Delete the networks of sign-ins that are too old to count.

    Args:
        connection: The caller's transaction.
        now: The instant.

    Returns:
        How many.
    """
    return connection.execute(_FORGET, {"since": _last_day_forgotten(now)}).rowcount


def _last_day_forgotten(now: datetime) -> date:
    """Give the last day in Brasília whose networks count no more."""
    return (now.astimezone(_ZONE) - NETWORKS_KEPT).date()


def _pages(connection: Connection, **wanted: object) -> Iterator[Sequence[Row[Any]]]:
    """Read the logins page by page along the primary key."""
    after = 0
    while page := connection.execute(_READ, {**wanted, "after": after, "page": _PAGE}).all():
        yield page
        after = page[-1].id


def _judge(row: Row[Any]) -> dict[str, Any] | None:
    """Judge one login; None where the base says the same already."""
    facts = Facts(
        login=row.login,
        name=row.name,
        email=row.email or "",
        had_staff_address=row.email_by_staff and row.kind_rule == "email_do_orgao",
        had_role_address=row.email_by_staff and "email_de_funcao" in row.signals,
        cpf=row.has_cpf,
        cnpj=row.has_cnpj,
        identification=row.identified,
        language=row.language,
        auth_kind=row.auth_kind,
        groups=row.groups,
        networks=row.networks,
    )
    kind, rule = kind_of(facts)
    signals = signals_of(facts)
    if (row.kind_rule == "equipe" or (row.kind, row.kind_rule) == (kind, rule)) and (
        row.signals == signals
    ):
        return None
    late = row.campaign_id is not None or row.blocked_at is not None
    return {
        "id": row.id,
        "kind": kind.value,
        "rule": rule,
        "signals": ",".join(signals),
        "settle": late and row.kind != kind,
    }


def _write(connection: Connection, judged: Sequence[dict[str, Any]]) -> None:
    """Write what changed, in one statement."""
    if judged:
        connection.execute(
            _WRITE,
            {
                "ids": [each["id"] for each in judged],
                "kinds": [each["kind"] for each in judged],
                "rules": [each["rule"] for each in judged],
                "signals": [each["signals"] for each in judged],
            },
        )
