"""A company's setup as it was when a voucher was sent; stored once for all vouchers made with it, by its digest."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from posexport.core.company import Company, parse_company
from posexport.store.tables import SetupSnapshotRow

_snapshot = SetupSnapshotRow.__table__  # type: ignore[attr-defined]


def keep_setup(connection: Connection, company: Company) -> str:
    """Store a company's present setup once; returns its digest."""
    document, digest = _format_setup(company), digest_setup(company)
    known = connection.execute(select(_snapshot.c.digest).where(_snapshot.c.digest == digest)).first()
    if known is None:
        try:
            with connection.begin_nested():
                connection.execute(insert(_snapshot).values(digest=digest, document=document))
        except IntegrityError:  # another run was first
            pass
    return digest


def digest_setup(company: Company) -> str:
    """The digest of a company's setup: SHA-256 (hex) of its document as JSON with sorted keys."""
    return hashlib.sha256(_format_setup(company).encode()).hexdigest()


def _format_setup(company: Company) -> str:
    return json.dumps(company.document, ensure_ascii=False, sort_keys=True)


def load_setup_of(connection: Connection, digest: str) -> Company | None:
    """The company's setup with this digest; None where it was not stored."""
    document = connection.execute(select(_snapshot.c.document).where(_snapshot.c.digest == digest)).scalar()
    return parse_company(json.loads(document)) if document else None
