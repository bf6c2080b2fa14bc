"""Revisions of companies' setups: every save with its number, who, when, why, what changed, and the setup itself. A
revision is never changed; a company's numbers are 1, 2, 3 and so on."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from posexport.core.actor import Actor
from posexport.core.company import Document
from posexport.core.setup_revision import RevisionKind, SetupChange, SetupRevision, format_change, parse_change
from posexport.store.tables import CompanyRow, SetupRevisionRow

_company, _revision = CompanyRow.__table__, SetupRevisionRow.__table__  # type: ignore[attr-defined]

_SETUP_LOCK = 0x706F7367


def lock_setup(connection: Connection) -> None:
    """Keep others from saving a setup until this transaction ends. Nothing to do on SQLite."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SETUP_LOCK})


def add_revision(
    connection: Connection,
    company_id: str,
    document: Document,
    changes: Sequence[SetupChange],
    now_utc_s: int,
    actor: Actor,
    *,
    kind: RevisionKind,
    why: str = "",
    restored: int | None = None,
) -> int:
    """Store a company's setup as a new revision; returns its number."""
    number = find_newest(connection, company_id) + 1
    connection.execute(
        insert(_revision).values(
            company_id=select(_company.c.id).where(_company.c.code == company_id).scalar_subquery(),
            number=number,
            at_utc_s=now_utc_s,
            who=actor.name,
            known_by=actor.known_by.value,
            why=why,
            kind=kind.value,
            restored=restored,
            changes=json.dumps([format_change(change) for change in changes], ensure_ascii=False),
            document=_format(document),
        )
    )
    return number


def _format(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False)


def find_newest(connection: Connection, company_id: str) -> int:
    """The number of a company's newest revision; 0 where it has none."""
    newest = (
        select(func.max(_revision.c.number))
        .join(_company, _revision.c.company_id == _company.c.id)
        .where(_company.c.code == company_id)
    )
    return connection.execute(newest).scalar() or 0


def find_all_newest(connection: Connection) -> dict[str, int]:
    """The number of each company's newest revision, by company id."""
    newest = (
        select(_company.c.code, func.max(_revision.c.number))
        .join(_revision, _revision.c.company_id == _company.c.id)
        .group_by(_company.c.code)
    )
    return {row[0]: row[1] for row in connection.execute(newest)}


def list_revisions(connection: Connection, companies: Collection[str] | None = None) -> list[SetupRevision]:
    """Every revision, newest first, grouped by company in the order they were set up; of `companies` only, where
    given."""
    columns = [column for column in _revision.c if column.name != "document"]
    query = (
        select(_company.c.code.label("company"), (_revision.c.document != "").label("is_kept"), *columns)
        .join(_revision, _revision.c.company_id == _company.c.id)
        .order_by(_company.c.id, _revision.c.number.desc())
    )
    if companies is not None:
        query = query.where(_company.c.code.in_(companies))
    return [_revision_of(row) for row in connection.execute(query)]


def _revision_of(row: Any) -> SetupRevision:
    return SetupRevision(
        company=row.company,
        number=row.number,
        at_utc_s=row.at_utc_s,
        who=row.who,
        known_by=row.known_by,
        why=row.why,
        kind=RevisionKind(row.kind),
        changes=tuple(parse_change(kept) for kept in json.loads(row.changes)),
        restored=row.restored,
        is_kept=bool(row.is_kept),
    )


def load_revision(connection: Connection, company_id: str, number: int) -> Document | None:
    """A company's document as of a revision; None where there is no such revision, or where an early version did not
    store it."""
    query = (
        select(_revision.c.document)
        .join(_company, _revision.c.company_id == _company.c.id)
        .where(_company.c.code == company_id, _revision.c.number == number)
    )
    document = connection.execute(query).scalar()
    found: Document | None = json.loads(document) if document else None
    return found


def list_documents(connection: Connection, company_id: str) -> list[Document]:
    """Every setup document of a company that is stored, in no order."""
    query = (
        select(_revision.c.document)
        .join(_company, _revision.c.company_id == _company.c.id)
        .where(_company.c.code == company_id, _revision.c.document != "")
    )
    return [json.loads(document) for document in connection.execute(query).scalars()]
