"""VAT rates as PowerOffice last told them, by company."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from posexport.core.vat import VatRate
from posexport.store.tables import VatRatesRow

_rates = VatRatesRow.__table__  # type: ignore[attr-defined]


def save_vat_rates(connection: Connection, company: int, rates: Iterable[VatRate], now_utc_s: int) -> None:
    """Keep the rates PowerOffice told, for previews without a connection."""
    document = json.dumps(
        [
            [
                rate.code,
                rate.rate_bp,
                rate.valid_from.isoformat() if rate.valid_from else None,
                rate.valid_to.isoformat() if rate.valid_to else None,
            ]
            for rate in rates
        ]
    )
    values = {"document": document, "read_at_utc_s": now_utc_s}
    change = update(_rates).where(_rates.c.company_id == company).values(**values)
    if connection.execute(change).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(_rates).values(company_id=company, **values))
    except IntegrityError:  # another run was first
        connection.execute(change)


def load_vat_rates(connection: Connection, company: int) -> tuple[VatRate, ...]:
    """The rates PowerOffice last told; empty where it was never asked."""
    document = connection.execute(select(_rates.c.document).where(_rates.c.company_id == company)).scalar()
    return tuple(
        VatRate(
            code,
            rate_bp,
            date.fromisoformat(valid_from) if valid_from else None,
            date.fromisoformat(valid_to) if valid_to else None,
        )
        for code, rate_bp, valid_from, valid_to in json.loads(document or "[]")
    )
