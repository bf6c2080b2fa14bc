"""Findings that people took responsibility for, with name, time and reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from posexport.core.actor import Actor
from posexport.core.finding import Finding
from posexport.core.history import Acceptance
from posexport.store.database import day_number, day_of, insert_row, read_rows
from posexport.store.setups import lock_venue
from posexport.store.tables import AcceptanceRow

_acceptance = AcceptanceRow.__table__  # type: ignore[attr-defined]


def add_acceptance(
    connection: Connection, venue: int, day: date, findings: Iterable[Finding], why: str, now_utc_s: int, actor: Actor
) -> int:
    """Store that a person accepts these findings of a day, each once; returns how many are newly accepted."""
    lock_venue(connection, venue)
    accepted = read_acceptances(connection, venue, day, day).get(day, {})
    new = [finding for finding in findings if finding.digest not in accepted]
    if new:
        connection.execute(insert(_acceptance), _rows(venue, day, new, why, now_utc_s, actor))
    return len(new)


def _rows(
    venue: int, day: date, findings: Iterable[Finding], why: str, now_utc_s: int, actor: Actor
) -> list[dict[str, Any]]:
    return [
        {
            "venue_id": venue,
            "business_day": day_number(day),
            "code": finding.code,
            "digest": finding.digest,
            "why": why,
            "who": actor.name,
            "known_by": actor.known_by,
            "at_utc_s": now_utc_s,
        }
        for finding in findings
    ]


def remove_acceptances(connection: Connection, venue: int, day: date, code: str) -> list[Acceptance]:
    """Forget what was accepted of a day under a code; returns it."""
    lock_venue(connection, venue)
    of_code = (
        _acceptance.c.venue_id == venue,
        _acceptance.c.business_day == day_number(day),
        _acceptance.c.code == code,
    )
    columns = (_acceptance.c[name] for name in Acceptance.__dataclass_fields__)
    rows = connection.execute(select(*columns).where(*of_code).order_by(_acceptance.c.id)).all()
    connection.execute(delete(_acceptance).where(*of_code))
    return [Acceptance(*row) for row in rows]


def add_company_acceptance(connection: Connection, finding: Finding, why: str, now_utc_s: int, actor: Actor) -> int:
    """Store that a person accepts a finding that belongs to no venue's day; returns the acceptance's id."""
    return insert_row(
        connection,
        _acceptance,
        venue_id=0,
        business_day=0,
        code=finding.code,
        digest=finding.digest,
        why=why,
        who=actor.name,
        known_by=actor.known_by.value,
        at_utc_s=now_utc_s,
    )


def find_company_acceptance(connection: Connection, finding: Finding) -> Acceptance | None:
    """Who first accepted a finding that belongs to no venue's day; None where nobody did."""
    columns = (_acceptance.c[name] for name in Acceptance.__dataclass_fields__)
    of_finding = (
        _acceptance.c.venue_id == 0,
        _acceptance.c.code == finding.code,
        _acceptance.c.digest == finding.digest,
    )
    row = connection.execute(select(*columns).where(*of_finding).order_by(_acceptance.c.id).limit(1)).first()
    return None if row is None else Acceptance(*row)


def read_acceptances(connection: Connection, venue: int, first: date, last: date) -> dict[date, dict[str, Acceptance]]:
    """The acceptances by business day and the finding's digest; the first one, where several people accepted the
    same."""
    names = ", ".join(("business_day", "digest", *Acceptance.__dataclass_fields__))
    rows = read_rows(
        connection,
        f"""
        SELECT {names} FROM acceptance
        WHERE venue_id = :venue AND business_day BETWEEN :first AND :last ORDER BY id
        """,  # noqa: S608
        {"venue": venue, "first": day_number(first), "last": day_number(last)},
    )
    found: dict[date, dict[str, Acceptance]] = {}
    for number, digest, *told in rows:
        found.setdefault(day_of(number), {}).setdefault(digest, Acceptance(*told))
    return found


def read_reasons(connection: Connection, venue: int, day: date) -> tuple[Acceptance, ...]:
    """Who accepted what of a business day, when and why, in order; once where several findings of a code were accepted
    together."""
    rows = connection.execute(
        select(*(_acceptance.c[name] for name in Acceptance.__dataclass_fields__))
        .where(_acceptance.c.venue_id == venue, _acceptance.c.business_day == day_number(day))
        .order_by(_acceptance.c.id)
    )
    return tuple(dict.fromkeys(Acceptance(*row) for row in rows))
